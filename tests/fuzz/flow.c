/* Rules, a NUL byte, and the body of an event: whatever is answered is an answer in its normal
 * form, and the same when all is done again; whatever is wrong is told in the order of the lines.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "events/response.h"
#include "fuzz.h"
#include "jaxl/flow.h"

struct told {
    uint64_t line;
    size_t n;
};

static void note(void *ctx, const char *file, uint64_t line, const char *message)
{
    struct told *told = ctx;

    FUZZ_CHECK(strcmp(file, "in") == 0 && *message && !strchr(message, '\n'));
    FUZZ_CHECK(line >= told->line);
    told->line = line;
    told->n++;
}

static int text_fd(const void *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static struct jaxl_flow *read_rules(const uint8_t *data, size_t size)
{
    static const char leads[] = "{\"to\":\"+919876543210\",\"name\":\"Asha. Rao\",\"n\":5}\n";
    struct told told = {0, 0};
    struct jaxl_flow_options o = {.report = note, .ctx = &told, .max_calls = 3};
    struct jaxl_error err = {.message = ""};
    struct jaxl_flow *f;
    int fd = text_fd(data, size), rc = jaxl_flow_read(&f, fd, "in", &o, &err);

    close(fd);
    FUZZ_CHECK(rc == 0 || rc == JAXL_EINPUT || rc == JAXL_ELIMIT);
    FUZZ_CHECK((rc == JAXL_EINPUT) == (told.n > 0) && !f == !!rc && !rc == !*err.message);
    if (!f)
        return NULL;
    fd = text_fd(leads, sizeof leads - 1);
    FUZZ_CHECK(jaxl_flow_leads(f, fd, "leads", NULL, NULL) == 0);
    close(fd);
    return f;
}

/* The answer, or what is wrong, and a newline onto log. */
static void answer(struct jaxl_flow *f, struct jaxl_json_doc *doc, const struct jaxl_event *e,
                   struct jaxl_buf *log)
{
    struct jaxl_error err = {.message = ""};
    const struct jaxl_json *root;
    struct jaxl_buf out, normal;
    int rc;

    jaxl_buf_init(&out, JAXL_RESPONSE_MAX);
    jaxl_buf_init(&normal, JAXL_RESPONSE_MAX);
    rc = jaxl_flow_answer(f, e, &out, &err);
    FUZZ_CHECK(rc == 0 || rc == JAXL_EEND || rc == JAXL_EINPUT);
    if (rc) {
        FUZZ_CHECK(!out.len && err.code == rc && !strchr(err.message, '\n'));
        jaxl_buf_puts(log, err.message);
    } else {
        FUZZ_CHECK(jaxl_json_parse(doc, out.data, out.len, &root, NULL) == 0);
        FUZZ_CHECK(jaxl_response_check(root, &normal, NULL) == 0);
        FUZZ_CHECK(normal.len == out.len && memcmp(normal.data, out.data, out.len) == 0);
        jaxl_buf_add(log, out.data, out.len);
    }
    jaxl_buf_putc(log, '\n');
    jaxl_buf_free(&out);
    jaxl_buf_free(&normal);
}

/* Calls, from their setup to their end, and the event that was given. */
static void play(struct jaxl_flow *f, const char *given, size_t size, struct jaxl_buf *log)
{
    static const char *const heads[] = {"\"event\":1",
                                        "\"event\":2,\"option\":\"1\"",
                                        "\"event\":2,\"option\":\"2\"",
                                        "\"event\":1,\"data\":\"42*\"",
                                        "\"event\":2,\"option\":\"1\",\"data\":\"One. Two\"",
                                        "\"event\":5,\"mark\":\"m1\"",
                                        "\"event\":3"};
    struct jaxl_json_doc *docs[2];
    const struct jaxl_json *body;
    struct jaxl_event e;
    char text[512];

    for (int i = 0; i < 2; i++)
        FUZZ_CHECK(jaxl_json_doc_new(&docs[i], 0) == 0);
    for (int i = 0; i < 21; i++) {
        int n = snprintf(text, sizeof text,
                         "{\"pk\":11,%s,\"state\":{\"call_id\":%d,\"from_number\":\"+912\","
                         "\"to_number\":\"+919876543210\",\"direction\":2,\"metadata\":{\"a\":1.50,"
                         "\"t\":true}}}",
                         heads[i % 7], 1 + i / 7);
        FUZZ_CHECK(jaxl_json_parse(docs[0], text, (size_t)n, &body, NULL) == 0);
        FUZZ_CHECK(jaxl_event_read(&e, body, false, NULL) == 0);
        answer(f, docs[1], &e, log);
        if (jaxl_json_parse(docs[0], given, size, &body, NULL) == 0 &&
            jaxl_event_read(&e, body, false, NULL) == 0)
            answer(f, docs[1], &e, log);
        FUZZ_CHECK(jaxl_flow_calls(f) <= 3);
    }
    for (int i = 0; i < 2; i++)
        jaxl_json_doc_free(&docs[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    size_t len = end ? (size_t)(end - data) : size, rest = end ? size - len - 1 : 0;
    struct jaxl_buf logs[2];

    FUZZ_CHECK(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) == 0);
    for (int i = 0; i < 2; i++) {
        struct jaxl_flow *f = read_rules(data, len);
        jaxl_buf_init(&logs[i], 64 << 20);
        if (f)
            play(f, (const char *)data + size - rest, rest, &logs[i]);
        jaxl_flow_free(&f);
    }
    FUZZ_CHECK(strcmp(jaxl_buf_text(&logs[0]), jaxl_buf_text(&logs[1])) == 0);
    for (int i = 0; i < 2; i++)
        jaxl_buf_free(&logs[i]);
    return 0;
}
