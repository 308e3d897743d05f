#include <stdlib.h>
#include <string.h>

#include "jaxl/secret.h"

void jaxl_secret_wipe(void *data, size_t n)
{
    if (data)
        explicit_bzero(data, n);
}

void jaxl_secret_free(char **text)
{
    if (!text || !*text)
        return;
    jaxl_secret_wipe(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

int jaxl_secret_compare(const void *a, const void *b, size_t n)
{
    const volatile unsigned char *x = a, *y = b;
    unsigned char differ = 0;

    for (size_t i = 0; i < n; i++)
        differ |= (unsigned char)(x[i] ^ y[i]);
    return differ;
}
