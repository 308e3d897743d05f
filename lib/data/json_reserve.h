/* Memory for a yajl handle. yajl 2.1.0 does not look at what its allocator returns, so this one
 * never returns NULL: when the reserve is used up it leaves the parser by longjmp. That is clean
 * because all of yajl's memory is here and is dropped as a whole. */
#ifndef DATA_JSON_RESERVE_H
#define DATA_JSON_RESERVE_H

#include <setjmp.h>
#include <stddef.h>
#include <yajl/yajl_common.h>

struct jaxl_json_reserve {
    char *base;
    size_t size, used;
    size_t last;       /* where the latest allocation starts: it can grow in place */
    jmp_buf exhausted; /* set before any call into yajl that may allocate */
};

/* Makes the reserve at least size bytes and empty. 0 or JAXL_ENOMEM (it is then as before). */
int jaxl_json_reserve_make(struct jaxl_json_reserve *r, size_t size);
void jaxl_json_reserve_free(struct jaxl_json_reserve *r);
/* The functions that give yajl memory from r. */
yajl_alloc_funcs jaxl_json_reserve_funcs(struct jaxl_json_reserve *r);

#endif
