#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "campaign/identity.h"
#include "jaxl/buf.h"

/* Drawn once for this purpose: 5B0B9F1E-6A0C-4D5B-9F57-0C6F2E7B3A94. */
static const unsigned char namespace[16] = {0x5b, 0x0b, 0x9f, 0x1e, 0x6a, 0x0c, 0x4d, 0x5b,
                                            0x9f, 0x57, 0x0c, 0x6f, 0x2e, 0x7b, 0x3a, 0x94};

static void add(struct jaxl_buf *b, const char *data, size_t len)
{
    jaxl_buf_int(b, (int64_t)len);
    jaxl_buf_putc(b, ':');
    jaxl_buf_add(b, data, len);
    jaxl_buf_putc(b, ',');
}

static void add_int(struct jaxl_buf *b, int64_t v)
{
    char room[24];
    struct jaxl_buf text = {.data = room, .cap = sizeof room, .max = sizeof room - 1};

    jaxl_buf_int(&text, v); /* fits: nothing is allocated */
    add(b, text.data, text.len);
}

int jaxl_identity_session(const struct jaxl_identity *who, struct jaxl_buf *scratch,
                          char text[JAXL_UUID_TEXT])
{
    int code;

    text[0] = '\0';
    jaxl_buf_reset(scratch);
    add_int(scratch, who->account);
    add(scratch, who->campaign, strlen(who->campaign));
    add(scratch, who->lead, who->lead_len);
    add(scratch, who->to, strlen(who->to));
    add_int(scratch, (int64_t)who->place);
    add_int(scratch, who->attempt);
    code = jaxl_buf_check(scratch, "session id", NULL);
    return code ? code : jaxl_uuid_v5(namespace, scratch->data, scratch->len, text);
}

int jaxl_identity_run(const struct jaxl_clock *clock, char text[JAXL_IDENTITY_RUN])
{
    int64_t now = jaxl_clock_now(clock);
    char iso[JAXL_CLOCK_ISO_MAX], *p = text;
    uint32_t chance;
    int code;

    text[0] = '\0';
    code = jaxl_clock_format(now - now % JAXL_SECOND, iso);
    if (!code)
        code = jaxl_clock_random(clock, &chance, sizeof chance);
    if (code)
        return code;
    p += sprintf(p, "run-");
    for (const char *q = iso; *q; q++)
        if (*q != '-' && *q != ':')
            *p++ = *q;
    sprintf(p, "-%08" PRIx32, chance);
    return 0;
}
