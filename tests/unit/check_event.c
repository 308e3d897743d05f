#include <string.h>

#include "jaxl/event.h"
#include "unit.h"

static struct jaxl_json_doc *doc, *again;
static struct jaxl_buf out;

static void setup(void)
{
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_doc_new(&again, 0), 0);
    jaxl_buf_init(&out, JAXL_JSON_MAX);
}

static void teardown(void)
{
    jaxl_json_doc_free(&doc);
    jaxl_json_doc_free(&again);
    jaxl_buf_free(&out);
}

static const struct jaxl_json *parse(struct jaxl_json_doc *d, const char *text)
{
    const struct jaxl_json *root;
    struct jaxl_error err = {.message = ""};

    ck_assert_msg(jaxl_json_parse(d, text, strlen(text), &root, &err) == 0, "%s: %s", text,
                  err.message);
    return root;
}

static struct jaxl_event event(const char *body, bool deleted)
{
    struct jaxl_event e;
    struct jaxl_error err = {.message = ""};

    ck_assert_msg(jaxl_event_read(&e, parse(doc, body), deleted, &err) == 0, "%s: %s", body,
                  err.message);
    return e;
}

#define CALL    "\"call_id\":1234,\"from_number\":\"+911\",\"to_number\":\"+912\",\"direction\":2"
#define STATE   "\"state\":{" CALL "}"
#define WRITTEN "\"call_id\":1234,\"ivr\":11,\"from\":\"+911\",\"to\":\"+912\",\"direction\":2"
#define AT      "\"received_at\":\"2026-11-26T10:00:00.123456Z\""

static const struct {
    const char *body;
    bool deleted, duplicate;
    const char *record;
} records[] = {
    {"{\"pk\":11,\"event\":1,\"option\":null,\"data\":null,\"mark\":null,\"state\":null}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"configure\",\"call_id\":null,\"ivr\":11,\"from\":null,\"to\":null,"
     "\"direction\":null,\"option\":null,\"data\":null,\"mark\":null,\"metadata\":null,"
     "\"campaign_id\":null," AT ",\"state\":null}"},
    {"{\"pk\":11,\"event\":1,\"data\":\"1\"}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"configure\",\"call_id\":null,\"ivr\":11,\"from\":null,\"to\":null,"
     "\"direction\":null,\"option\":null,\"data\":\"1\",\"mark\":null,\"metadata\":null,"
     "\"campaign_id\":null," AT ",\"state\":null}"},
    {"{\"pk\":11,\"event\":1," STATE "}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"setup\"," WRITTEN ",\"option\":null,\"data\":null,\"mark\":null,"
     "\"metadata\":null,\"campaign_id\":null," AT ",\"state\":{}}"},
    {"{\"pk\":11,\"event\":1,\"data\":\"123*\"," STATE "}", 0, 1,
     "{\"id\":\"e1\",\"event\":\"data\"," WRITTEN ",\"option\":null,\"data\":\"123*\","
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT
     ",\"state\":{},\"duplicate\":true}"},
    {"{\"pk\":11,\"event\":1,\"data\":\"\"," STATE "}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"data\"," WRITTEN ",\"option\":null,\"data\":\"\","
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT ",\"state\":{}}"},
    {"{\"pk\":11,\"event\":2,\"option\":\"1\"," STATE "}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"option\"," WRITTEN ",\"option\":\"1\",\"data\":null,"
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT ",\"state\":{}}"},
    {"{\"pk\":11,\"event\":2,\"option\":\"1\",\"data\":\"42\"," STATE "}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"data\"," WRITTEN ",\"option\":\"1\",\"data\":\"42\","
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT ",\"state\":{}}"},
    {"{\"pk\":11,\"event\":3," STATE "}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"teardown\"," WRITTEN ",\"option\":null,\"data\":null,"
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT ",\"state\":{}}"},
    /* a DELETE ends the call, whatever its event says */
    {"{\"pk\":11,\"event\":2,\"option\":\"1\"," STATE "}", 1, 0,
     "{\"id\":\"e1\",\"event\":\"teardown\"," WRITTEN ",\"option\":\"1\",\"data\":null,"
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT ",\"state\":{}}"},
    {"{\"pk\":11," STATE "}", 1, 0,
     "{\"id\":\"e1\",\"event\":\"teardown\"," WRITTEN ",\"option\":null,\"data\":null,"
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT ",\"state\":{}}"},
    {"{\"pk\":11,\"event\":4," STATE "}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"stream\"," WRITTEN ",\"option\":null,\"data\":null,"
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT ",\"state\":{}}"},
    {"{\"pk\":11,\"event\":5,\"mark\":\"m\\n1\"," STATE "}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"mark\"," WRITTEN ",\"option\":null,\"data\":null,"
     "\"mark\":\"m\\n1\",\"metadata\":null,\"campaign_id\":null," AT ",\"state\":{}}"},
    /* what the platform may send */
    {"{\"pk\":11,\"event\":1,\"option\":null,\"data\":null,\"mark\":null,\"state\":{" CALL
     ",\"org\":{\"id\":42,\"name\":\"A\"},\"metadata\":{\"x\":1.50},\"greeting_message\":null,"
     "\"options\":null,\"voice\":{\"lang\":\"en\"},\"campaign_id\":5,\"campaign_type\":null}}",
     0, 0,
     "{\"id\":\"e1\",\"event\":\"setup\"," WRITTEN ",\"option\":null,\"data\":null,\"mark\":null,"
     "\"metadata\":{\"x\":1.50},\"campaign_id\":5," AT
     ",\"state\":{\"org\":{\"id\":42,\"name\":\"A\"},\"greeting_message\":null,\"options\":null,"
     "\"voice\":{\"lang\":\"en\"},\"campaign_type\":null}}"},
    /* a caller without a number, a call that nobody says the way of */
    {"{\"pk\":11,\"event\":1,\"state\":{\"call_id\":1234,\"from_number\":null}}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"setup\",\"call_id\":1234,\"ivr\":11,\"from\":null,\"to\":null,"
     "\"direction\":null,\"option\":null,\"data\":null,\"mark\":null,\"metadata\":null,"
     "\"campaign_id\":null," AT ",\"state\":{}}"},
    /* members that we do not know */
    {"{\"pk\":11,\"event\":3,\"new\":[1,{\"a\":2}],\"reason\":\"bye\"," STATE "}", 0, 1,
     "{\"id\":\"e1\",\"event\":\"teardown\"," WRITTEN ",\"option\":null,\"data\":null,"
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT
     ",\"state\":{},\"new\":[1,{\"a\":2}],\"reason\":\"bye\",\"duplicate\":true}"},
    /* that have our names */
    {"{\"pk\":11,\"event\":3,\"id\":7,\"from\":\"x\",\"call_id\":8,\"duplicate\":null,"
     "\"state\":{" CALL ",\"from\":\"y\",\"from_\":\"z\",\"from__x\":1}}",
     0, 0,
     "{\"id\":\"e1\",\"event\":\"teardown\"," WRITTEN ",\"option\":null,\"data\":null,"
     "\"mark\":null,\"metadata\":null,\"campaign_id\":null," AT
     ",\"state\":{\"from\":\"y\",\"from_\":\"z\",\"from__x\":1,\"id\":7,\"from__\":\"x\","
     "\"call_id\":8,\"duplicate\":null}}"},
    {"{\"pk\":11,\"event\":1,\"state\":null,\"direction\":\"up\"}", 0, 0,
     "{\"id\":\"e1\",\"event\":\"configure\",\"call_id\":null,\"ivr\":11,\"from\":null,\"to\":null,"
     "\"direction\":null,\"option\":null,\"data\":null,\"mark\":null,\"metadata\":null,"
     "\"campaign_id\":null," AT ",\"state\":{\"direction\":\"up\"}}"},
};

static struct jaxl_event received(size_t i)
{
    struct jaxl_event e = event(records[i].body, records[i].deleted);

    strcpy(e.id, "e1");
    e.received = INT64_C(1795687200123456);
    e.duplicate = records[i].duplicate;
    return e;
}

START_TEST(record)
{
    struct jaxl_event e = received((size_t)_i);
    char expected[2048];

    snprintf(expected, sizeof expected, "%s\n", records[_i].record);
    jaxl_event_write(&e, &out);
    ck_assert_str_eq(jaxl_buf_text(&out), expected);
}
END_TEST

/* What a path finds in the record is what it finds in the event. */
static const char *const paths[] = {
    "id",         "event",          "call_id",      "ivr",         "from",
    "to",         "direction",      "option",       "data",        "mark",
    "metadata",   "campaign_id",    "received_at",  "state",       "duplicate",
    "pk",         "from_number",    "metadata.x",   "metadata.y",  "state.org",
    "new",        "new.0",          "new.1.a",      "new.2",       "reason",
    "reason.x",   "state.org.name", "state.org.id", "state.id",    "state.from",
    "state.pk",   "state.from_",    "state.from__", "state.call_", "state.call_id",
    "id.x",       "state.from___",  "state._",      "state.",      "",
    ".",          "state.metadata", "event.x",      "_",           "state.voice.lang",
    "state.org.",
};

START_TEST(fields)
{
    struct jaxl_event e = received((size_t)_i);
    const struct jaxl_json *r = parse(again, records[_i].record);
    char scratch[32];

    for (size_t i = 0; i < UNIT_COUNT(paths); i++) {
        size_t n = 0, len = 0;
        const struct jaxl_json *v = jaxl_json_find(r, paths[i]);
        const char *text = jaxl_json_text(v, &len), *found;
        if (jaxl_json_type(v) == JAXL_JSON_BOOL) {
            text = jaxl_json_bool(v) ? "true" : "false";
            len = strlen(text);
        }
        found = jaxl_event_field(&e, paths[i], strlen(paths[i]), scratch, &n);
        ck_assert_msg(!found == !text, "%s: %s", paths[i], found ? found : "none");
        ck_assert_msg(!text || (n == len && memcmp(text, found, n) == 0), "%s: %s", paths[i],
                      found ? found : "");
    }
}
END_TEST

START_TEST(a_path_ends_where_it_says)
{
    struct jaxl_event e = event("{\"pk\":11,\"event\":1," STATE "}", false);
    char scratch[32];
    size_t n;

    ck_assert_str_eq(jaxl_event_field(&e, "fromage", 4, scratch, &n), "+911");
    ck_assert_uint_eq(n, 4);
}
END_TEST

static const struct {
    const char *body;
    bool deleted;
    const char *message;
} wrong[] = {
    {"[]", 0, "event: a JSON object is wanted"},
    {"null", 1, "event: a JSON object is wanted"},
    {"{}", 0, "event: pk is missing"},
    {"{}", 1, "event: pk is missing"},
    {"{\"pk\":null,\"event\":1}", 0, "event: pk is missing"},
    {"{\"pk\":\"11\",\"event\":1}", 0, "event: pk is no whole number from 1"},
    {"{\"pk\":0,\"event\":1}", 0, "event: pk is no whole number from 1"},
    {"{\"pk\":1.5,\"event\":1}", 0, "event: pk is no whole number from 1"},
    {"{\"pk\":99999999999999999999,\"event\":1}", 0, "event: pk is no whole number from 1"},
    {"{\"pk\":1}", 0, "event: event is missing"},
    {"{\"pk\":1,\"event\":\"setup\"}", 0, "event: event is no whole number from 1"},
    {"{\"pk\":1,\"event\":0}", 0, "event: event is no whole number from 1"},
    {"{\"pk\":1,\"event\":-1}", 0, "event: event is no whole number from 1"},
    {"{\"pk\":1,\"event\":6," STATE "}", 0, "event: there is no event 6 (1 to 5 are)"},
    {"{\"pk\":1,\"event\":1,\"option\":1}", 0, "event: option is no text"},
    {"{\"pk\":1,\"event\":1,\"data\":[]}", 0, "event: data is no text"},
    {"{\"pk\":1,\"event\":1,\"mark\":true}", 0, "event: mark is no text"},
    {"{\"pk\":1,\"event\":1,\"data\":\"1\\u00002\"}", 0,
     "event: data is no text: it has a NUL byte"},
    {"{\"pk\":1,\"event\":2}", 0, "event: state is missing, which names the call"},
    {"{\"pk\":1,\"event\":3}", 1, "event: state is missing, which names the call"},
    {"{\"pk\":1,\"event\":5,\"state\":null}", 0, "event: state is missing, which names the call"},
    {"{\"pk\":1,\"event\":1,\"state\":[]}", 0, "event: state is no object"},
    {"{\"pk\":1,\"event\":1,\"state\":false}", 0, "event: state is no object"},
    {"{\"pk\":1,\"event\":1,\"state\":{}}", 0, "event: state.call_id is missing"},
    {"{\"pk\":1,\"event\":1,\"state\":{\"call_id\":\"7\"}}", 0,
     "event: state.call_id is no whole number from 1"},
    {"{\"pk\":1,\"event\":1,\"state\":{\"call_id\":7,\"direction\":\"in\"}}", 0,
     "event: state.direction is no whole number from 0"},
    {"{\"pk\":1,\"event\":1,\"state\":{\"call_id\":7,\"from_number\":91}}", 0,
     "event: state.from_number is no text"},
    {"{\"pk\":1,\"event\":1,\"state\":{\"call_id\":7,\"to_number\":{}}}", 0,
     "event: state.to_number is no text"},
};

START_TEST(refused)
{
    struct jaxl_event e = {.call_id = 77};
    struct jaxl_error err = {.message = ""};

    ck_assert_int_eq(jaxl_event_read(&e, parse(doc, wrong[_i].body), wrong[_i].deleted, &err),
                     JAXL_EINPUT);
    ck_assert_str_eq(err.message, wrong[_i].message);
    ck_assert_int_eq(e.call_id, 77);
    ck_assert_int_eq(jaxl_event_read(&e, parse(doc, wrong[_i].body), wrong[_i].deleted, NULL),
                     JAXL_EINPUT);
}
END_TEST

START_TEST(members)
{
    struct jaxl_event e = event("{\"pk\":11,\"event\":2,\"option\":\"1\",\"data\":\"2\","
                                "\"mark\":\"m\",\"state\":{" CALL ",\"metadata\":{\"k\":1}}}",
                                false);

    ck_assert_int_eq(e.kind, JAXL_EVENT_DATA);
    ck_assert_int_eq(e.call_id, 1234);
    ck_assert_int_eq(e.ivr, 11);
    ck_assert_int_eq(e.direction, 2);
    ck_assert_str_eq(e.from, "+911");
    ck_assert_str_eq(e.to, "+912");
    ck_assert_str_eq(e.option, "1");
    ck_assert_str_eq(e.data, "2");
    ck_assert_str_eq(e.mark, "m");
    ck_assert_uint_eq(jaxl_json_count(e.metadata), 1);
    ck_assert_uint_eq(jaxl_json_count(e.state), 5);
    ck_assert_ptr_eq(jaxl_json_get(e.body, "state"), e.state);
    ck_assert_str_eq(e.id, "");
    ck_assert_int_eq(e.received, 0);
    ck_assert(!e.duplicate);
    e = event("{\"pk\":11,\"event\":1,\"state\":null}", false);
    ck_assert_int_eq(e.call_id, 0);
    ck_assert_ptr_null(e.state);
    ck_assert_ptr_null(e.metadata);
    ck_assert_ptr_null(e.from);
}
END_TEST

START_TEST(names)
{
    ck_assert_str_eq(jaxl_event_name(JAXL_EVENT_STREAM), "stream");
    for (int i = 0; i < JAXL_EVENT_KINDS; i++)
        ck_assert_int_eq(jaxl_event_kind(jaxl_event_name((enum jaxl_event_kind)i)), i);
    ck_assert_int_eq(jaxl_event_kind(""), -1);
    ck_assert_int_eq(jaxl_event_kind("Setup"), -1);
}
END_TEST

START_TEST(other_side)
{
    static const char *const expected[] = {NULL, "+911", "+912", NULL};
    struct jaxl_event e = event("{\"pk\":11,\"event\":1," STATE "}", false);

    for (e.direction = 0; e.direction < 4; e.direction++)
        ck_assert_pstr_eq(jaxl_event_other(&e), expected[e.direction]);
}
END_TEST

/* A time before all years has no text; a buffer that is full says so. */
START_TEST(edges)
{
    struct jaxl_event e = event("{\"pk\":11,\"event\":1,\"id\":1," STATE "}", false);
    const char *text;
    char scratch[32];
    size_t n, len;

    e.received = INT64_MIN;
    ck_assert_ptr_null(jaxl_event_field(&e, "received_at", 11, scratch, &n));
    jaxl_event_write(&e, &out);
    ck_assert_ptr_nonnull(strstr(jaxl_buf_text(&out), "\"received_at\":null,"));
    e.received = INT64_C(253402300799999999);
    text = jaxl_event_field(&e, "received_at", 11, scratch, &n);
    ck_assert_str_eq(text, "9999-12-31T23:59:59.999999Z");
    len = out.len;
    for (size_t max = 0; max < len; max++) {
        struct jaxl_buf small;
        jaxl_buf_init(&small, max);
        e.received = INT64_MIN;
        jaxl_event_write(&e, &small);
        if (small.failed != JAXL_ELIMIT || small.len > max)
            ck_abort_msg("%zu", max);
        jaxl_buf_free(&small);
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, record, 0, UNIT_COUNT(records));
    tcase_add_loop_test(tc, fields, 0, UNIT_COUNT(records));
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(wrong));
    tcase_add_test(tc, a_path_ends_where_it_says);
    tcase_add_test(tc, members);
    tcase_add_test(tc, names);
    tcase_add_test(tc, other_side);
    tcase_add_test(tc, edges);
}

int main(void)
{
    return unit_run("event", add);
}
