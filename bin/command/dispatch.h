/* jaxl dial runs jaxl-dial, and so on. */
#ifndef JAXL_BIN_COMMAND_DISPATCH_H
#define JAXL_BIN_COMMAND_DISPATCH_H

/* Becomes the program jaxl-WORD of the first word, from the folder of jaxl itself, then from PATH.
 * Returns when there is none. */
void dispatch(int argc, char **argv);

#endif
