/* Rules from a text, events in a few words, for the tests of flows. */
#ifndef JAXL_FLOW_FIXTURE_H
#define JAXL_FLOW_FIXTURE_H

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "jaxl/flow.h"
#include "unit.h"

/* A descriptor from which the text can be read. */
static inline int flow_fd(const char *text)
{
    int fd = memfd_create("text", MFD_CLOEXEC);
    size_t len = strlen(text);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* "line: message\n" for each problem. */
static inline void flow_note(void *ctx, const char *file, uint64_t line, const char *message)
{
    (void)file;
    jaxl_buf_printf(ctx, "%llu: %s\n", (unsigned long long)line, message);
}

static inline struct jaxl_flow *flow_read(const char *rules)
{
    struct jaxl_buf problems;
    struct jaxl_flow_options o = {.report = flow_note, .ctx = &problems};
    struct jaxl_error err = {.message = ""};
    struct jaxl_flow *f;
    int fd = flow_fd(rules), rc;

    jaxl_buf_init(&problems, 65536);
    rc = jaxl_flow_read(&f, fd, "flow", &o, &err);
    ck_assert_msg(rc == 0, "%s: %s\n%s", rules, err.message, jaxl_buf_text(&problems));
    jaxl_buf_free(&problems);
    close(fd);
    return f;
}

static inline void flow_leads(struct jaxl_flow *f, const char *leads)
{
    struct jaxl_error err = {.message = ""};
    int fd = flow_fd(leads), rc = jaxl_flow_leads(f, fd, "leads", NULL, &err);

    ck_assert_msg(rc == 0, "%s", err.message);
    close(fd);
}

/* The body of an event in words: "KIND[@CALL] [OPTION] [DATA or MARK]", as in "data@7 1 98*"; "-":
 * none. Of an outgoing call from +918069001234 to +919876543210. */
static inline void flow_body(const char *words, char *body, size_t size)
{
    char kind[16] = "", option[64] = "-", text[256] = "-", quoted[3][300];
    long long call = 1234;
    const char *rest = strchr(words, ' ');
    int number;

    ck_assert_int_eq(sscanf(words, "%15[a-z]", kind), 1);
    if (words[strlen(kind)] == '@')
        call = strtoll(words + strlen(kind) + 1, NULL, 10);
    if (rest)
        (void)sscanf(rest, " %63s %255[^\n]", option, text);
    if (strcmp(kind, "mark") == 0) {
        snprintf(text, sizeof text, "%s", option);
        strcpy(option, "-");
    }
    number = strcmp(kind, "option") == 0                             ? 2
             : strcmp(kind, "data") == 0 && strcmp(option, "-") != 0 ? 2
             : strcmp(kind, "teardown") == 0                         ? 3
             : strcmp(kind, "mark") == 0                             ? 5
                                                                     : 1;
    snprintf(quoted[0], sizeof quoted[0], strcmp(option, "-") ? "\"%s\"" : "null", option);
    snprintf(quoted[1], sizeof quoted[1], strcmp(text, "-") ? "\"%s\"" : "null", text);
    snprintf(body, size,
             "{\"pk\":11,\"event\":%d,\"option\":%s,\"data\":%s,\"mark\":%s,\"lang\":\"hi\","
             "\"state\":{\"call_id\":%lld,\"from_number\":\"+918069001234\","
             "\"to_number\":\"+919876543210\",\"direction\":2,"
             "\"metadata\":{\"plan\":\"gold\",\"n\":7,\"ok\":true,\"list\":[1]},"
             "\"org\":{\"id\":42,\"name\":\"Acme\"},\"campaign_id\":5}}",
             number, quoted[0], number == 5 ? "null" : quoted[1], number == 5 ? quoted[1] : "null",
             call);
    if (strcmp(kind, "configure") == 0)
        snprintf(body, size, "{\"pk\":11,\"event\":1,\"state\":null}");
}

#endif
