/* The hours of a day in which a campaign may call, by the clock of a time zone. */
#ifndef SANDBOX_WINDOW_H
#define SANDBOX_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

struct window {
    int start, end; /* minutes of the day; the end is not within, and may be on the next day */
    char tz[64];
    void *calendar; /* ICU's, of the zone */
};

/* "09:00", "19:00", "Asia/Kolkata". NULL, or the name of what is wrong; *w is to be closed either
 * way. */
const char *window_open(struct window *w, const char *start, const char *end, const char *tz);
void window_close(struct window *w);
/* The first time within it that is not before t: microseconds since 1970. */
int64_t window_next(const struct window *w, int64_t t);
/* "09:00" */
enum { WINDOW_TEXT = 8 };
const char *window_format(int minutes, char text[WINDOW_TEXT]);

#endif
