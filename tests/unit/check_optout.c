/* Opting out: what it is, and that it is recorded in the end. */
#include <pthread.h>
#include <string.h>

#include "events/optout.h"
#include "unit.h"

/* Where numbers are recorded: fails as often as it is told. */
struct book {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int fail, code; /* times; what with, 0: JAXL_EIO */
    char log[1024]; /* "number event;" for each, "-" for a failure */
    unsigned done;  /* callers told */
    struct jaxl_log messages;
    char said[4096];
};

static int record(void *ctx, const char *number, const char *event, struct jaxl_error *err)
{
    struct book *b = ctx;
    bool fails;

    pthread_mutex_lock(&b->lock);
    fails = b->fail != 0;
    b->fail -= fails;
    snprintf(b->log + strlen(b->log), sizeof b->log - strlen(b->log), fails ? "-" : "%s %s;",
             number, event);
    pthread_cond_broadcast(&b->changed);
    pthread_mutex_unlock(&b->lock);
    return fails ? jaxl_error_set(err, b->code ? b->code : JAXL_EIO, "the ledger is not there") : 0;
}

static void say(void *ctx, enum jaxl_log_level level, const char *message)
{
    struct book *b = ctx;

    (void)level;
    pthread_mutex_lock(&b->lock);
    snprintf(b->said + strlen(b->said), sizeof b->said - strlen(b->said), "%s\n", message);
    pthread_mutex_unlock(&b->lock);
}

static struct jaxl_optout *open_book(struct book *b, const char *const *conditions, size_t n)
{
    struct jaxl_optout *o;
    struct jaxl_error err = {0};

    *b = (struct book){.log = ""};
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->changed, NULL);
    b->messages = (struct jaxl_log){.ctx = b, .level = JAXL_LOG_INFO, .write = say};
    ck_assert_msg(jaxl_optout_new(&o,
                                  &(struct jaxl_optout_options){.conditions = {conditions, n},
                                                                .suppress = record,
                                                                .ctx = b,
                                                                .clock = jaxl_clock_system(),
                                                                .log = &b->messages},
                                  &err) == 0,
                  "%s", err.message);
    return o;
}

static void wait_for(struct book *b, const char *log)
{
    pthread_mutex_lock(&b->lock);
    while (strcmp(b->log, log) != 0)
        pthread_cond_wait(&b->changed, &b->lock); /* Check ends a test that takes too long */
    pthread_mutex_unlock(&b->lock);
}

static const char *const nine[] = {"option=9", "data=~(?i)^stop"};

static struct jaxl_json_doc *docs[2]; /* of the events of a test */
static size_t n_docs;

/* As the platform tells it. */
static struct jaxl_event event_of(const char *id, const char *option, const char *data,
                                  int64_t direction)
{
    struct jaxl_json_doc **doc = &docs[n_docs++ % 2];
    const struct jaxl_json *body;
    struct jaxl_event e;
    char text[512];

    snprintf(text, sizeof text,
             "{\"pk\":11,\"event\":2,\"option\":%s%s%s,\"data\":%s%s%s,\"mark\":null,"
             "\"state\":{\"call_id\":5,\"from_number\":\"+911400000001\","
             "\"to_number\":\"+919876543210\",\"direction\":%d}}",
             option ? "\"" : "", option ? option : "null", option ? "\"" : "", data ? "\"" : "",
             data ? data : "null", data ? "\"" : "", (int)direction);
    jaxl_json_doc_free(doc);
    ck_assert_int_eq(jaxl_json_doc_new(doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(*doc, text, strlen(text), &body, NULL), 0);
    ck_assert_int_eq(jaxl_event_read(&e, body, false, NULL), 0);
    snprintf(e.id, sizeof e.id, "%s", id);
    return e;
}

static void free_docs(void)
{
    jaxl_json_doc_free(&docs[0]);
    jaxl_json_doc_free(&docs[1]);
}

START_TEST(what_it_is)
{
    static const struct {
        const char *option, *data;
        int64_t direction;
        bool is;
    } rows[] = {{"9", NULL, 2, true},           {"9", NULL, 1, true},
                {"8", NULL, 2, false},          {NULL, "STOP it", 2, true},
                {NULL, "don't stop", 2, false}, {NULL, NULL, 2, false},
                {"99", NULL, 2, false},         {"9", NULL, 0, true}};
    struct book b;
    struct jaxl_optout *o = open_book(&b, nine, 2);

    for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
        struct jaxl_event e = event_of("e", rows[i].option, rows[i].data, rows[i].direction);
        ck_assert_msg(jaxl_optout_is(o, &e) == rows[i].is, "row %zu", i);
    }
    jaxl_optout_free(&o);
    ck_assert_ptr_null(o);
    jaxl_optout_free(&o);
    jaxl_optout_free(NULL);
}
END_TEST

START_TEST(records_the_person)
{
    struct book b;
    struct jaxl_optout *o = open_book(&b, nine, 2);
    struct jaxl_event out = event_of("e1", "9", NULL, 2), in = event_of("e2", "9", NULL, 1);
    struct jaxl_optout_counts counts;

    ck_assert_int_eq(jaxl_optout_add(o, &out), 0);
    wait_for(&b, "+919876543210 e1;");
    ck_assert_int_eq(jaxl_optout_add(o, &in), 0);
    wait_for(&b, "+919876543210 e1;+911400000001 e2;");
    jaxl_optout_stop(o, INT64_MAX);
    jaxl_optout_stats(o, &counts);
    ck_assert_uint_eq(counts.recorded, 2);
    ck_assert_uint_eq(counts.waiting + counts.lost, 0);
    ck_assert_str_eq(b.said, "");
    jaxl_optout_free(&o);
}
END_TEST

START_TEST(tries_again)
{
    struct book b;
    struct jaxl_optout *o = open_book(&b, nine, 2);
    struct jaxl_event e = event_of("e1", "9", NULL, 2);

    b.fail = 1;
    ck_assert_int_eq(jaxl_optout_add(o, &e), 0);
    wait_for(&b, "-+919876543210 e1;"); /* a second later */
    ck_assert_ptr_nonnull(strstr(b.said, "event e1"));
    ck_assert_ptr_nonnull(strstr(b.said, "the ledger is not there"));
    ck_assert_ptr_null(strstr(b.said, "+91"));
    jaxl_optout_stop(o, INT64_MAX);
    jaxl_optout_free(&o);
}
END_TEST

START_TEST(says_what_is_lost)
{
    struct book b;
    struct jaxl_optout *o = open_book(&b, nine, 2);
    struct jaxl_optout_counts counts;
    struct jaxl_event e1 = event_of("e1", "9", NULL, 2), e2 = event_of("e2", "9", NULL, 2);

    b.fail = 1000;
    ck_assert_int_eq(jaxl_optout_add(o, &e1), 0);
    ck_assert_int_eq(jaxl_optout_add(o, &e2), 0);
    wait_for(&b, "--");
    ck_assert(jaxl_optout_failing(o));
    jaxl_optout_stop(o, INT64_MAX);
    jaxl_optout_stats(o, &counts);
    ck_assert_uint_eq(counts.lost, 2);
    ck_assert_uint_eq(strspn(b.log, "-"), strlen(b.log));
    ck_assert_uint_ge(strlen(b.log), 4); /* once more each */
    ck_assert_ptr_nonnull(strstr(b.said, "NOT recorded: +919876543210 opted out in event e1"));
    ck_assert_ptr_nonnull(strstr(b.said, "in event e2"));
    ck_assert_int_eq(jaxl_optout_add(o, &e1), JAXL_ESTOPPED);
    jaxl_optout_free(&o);
}
END_TEST

/* No try will ever do: nobody waits for it, and /healthz is not kept at 503. */
START_TEST(what_is_no_number_is_lost_at_once)
{
    struct book b;
    struct jaxl_optout *o = open_book(&b, nine, 2);
    struct jaxl_event e = event_of("e1", "9", NULL, 2), nobody = event_of("e2", "9", NULL, 0);
    struct jaxl_optout_counts counts;

    e.to = "+919876543210919876543210919876543210";
    ck_assert_int_eq(jaxl_optout_add(o, &e), JAXL_EINPUT);
    ck_assert_int_eq(jaxl_optout_add(o, &nobody), JAXL_EINPUT);
    e.to = "anonymous";
    b.code = JAXL_EINPUT;
    b.fail = 1;
    ck_assert_int_eq(jaxl_optout_add(o, &e), 0);
    wait_for(&b, "-");
    jaxl_optout_stop(o, INT64_MAX);
    jaxl_optout_stats(o, &counts);
    ck_assert_uint_eq(counts.lost, 3);
    ck_assert_uint_eq(counts.waiting + counts.recorded, 0);
    ck_assert_str_eq(b.log, "-");
    ck_assert_ptr_nonnull(strstr(b.said, "NOT recorded: anonymous opted out in event e1"));
    ck_assert_ptr_nonnull(strstr(b.said, "NOT recorded: somebody opted out in event e2"));
    jaxl_optout_free(&o);
}
END_TEST

START_TEST(refuses_a_condition)
{
    static const char *const wrong[] = {"option=9", "option"};
    struct jaxl_optout *o;
    struct jaxl_error err = {0};

    ck_assert_int_eq(jaxl_optout_new(&o,
                                     &(struct jaxl_optout_options){.conditions = {wrong, 2},
                                                                   .suppress = record,
                                                                   .clock = jaxl_clock_system()},
                                     &err),
                     JAXL_EARG);
    ck_assert_ptr_null(o);
    ck_assert_str_ne(err.message, "");
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, NULL, free_docs);
    tcase_add_test(tc, what_it_is);
    tcase_add_test(tc, records_the_person);
    tcase_add_test(tc, tries_again);
    tcase_add_test(tc, says_what_is_lost);
    tcase_add_test(tc, what_is_no_number_is_lost_at_once);
    tcase_add_test(tc, refuses_a_condition);
}

int main(void)
{
    return unit_run("optout", add);
}
