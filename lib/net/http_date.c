#include <curl/curl.h>
#include <string.h>

#include "net/http_date.h"

int jaxl_http_date_parse(const char *text, int64_t *us)
{
    time_t t;

    /* curl_getdate takes far more than the three forms; all of those have a weekday first and a
     * time of day */
    if (!strchr("MTWFS", text[0]) || !text[0] || !strchr(text, ':'))
        return JAXL_EINPUT;
    t = curl_getdate(text, NULL);
    if (t < 0)
        return JAXL_EINPUT;
    *us = (int64_t)t * JAXL_SECOND;
    return 0;
}

int64_t jaxl_http_date_wait(const char *text, int64_t now)
{
    int64_t wait = 0, date;

    if (!text || !*text)
        return -1;
    if (text[strspn(text, "0123456789")] == '\0') {
        for (; *text && wait < JAXL_HTTP_DATE_WAIT_MAX; text++)
            wait = wait * 10 + (*text - '0') * JAXL_SECOND;
    } else if (jaxl_http_date_parse(text, &date) == 0) {
        wait = date > now ? date - now : 0;
    } else {
        return -1;
    }
    return wait < JAXL_HTTP_DATE_WAIT_MAX ? wait : JAXL_HTTP_DATE_WAIT_MAX;
}
