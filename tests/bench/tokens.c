/* What it takes to see where the values of JSON texts begin and end, and nothing else: yajl over a
 * whole file, without a callback. usage: yajl_tokens FILE */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <yajl/yajl_parse.h>

enum { BLOCK = 256 * 1024 };

int main(int argc, char **argv)
{
    static unsigned char block[BLOCK];
    int fd = open(argc > 1 ? argv[1] : "", O_RDONLY | O_CLOEXEC);
    yajl_handle parser = yajl_alloc(NULL, NULL, NULL);
    ssize_t n;

    if (fd < 0 || !parser)
        return 66;
    yajl_config(parser, yajl_allow_multiple_values, 1);
    while ((n = read(fd, block, BLOCK)) > 0)
        if (yajl_parse(parser, block, (size_t)n) != yajl_status_ok)
            return 65;
    if (n || yajl_complete_parse(parser) != yajl_status_ok)
        return 65;
    yajl_free(parser);
    close(fd);
    return 0;
}
