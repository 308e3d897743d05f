/* Action records: what is kept of one, what its members are read as, when it expires; and that
 * jaxl-control(1) has every member of every action. */
#include "failmalloc.h"

#include <string.h>

#include "events/control_action.h"
#include "events/control_state.h"
#include "jaxl/clock.h"
#include "unit.h"

enum { NOW = 5000000 };

static struct jaxl_control_tools tools;
static struct jaxl_json_doc *doc;

static void begin(void)
{
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
    ck_assert_int_eq(jaxl_control_tools_init(&tools, NULL), 0);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
}

static void end(void)
{
    jaxl_control_tools_free(&tools);
    jaxl_json_doc_free(&doc);
}

static int read_text(const char *text, struct jaxl_control_action **a, struct jaxl_error *err)
{
    const struct jaxl_json *record;

    ck_assert_int_eq(jaxl_json_parse(doc, text, strlen(text), &record, NULL), 0);
    return jaxl_control_action_read(&tools, record, NOW, a, err);
}

static struct jaxl_control_action *good(const char *text)
{
    struct jaxl_error err = {.message = ""};
    struct jaxl_control_action *a;

    ck_assert_msg(read_text(text, &a, &err) == 0, "%s: %s", text, err.message);
    return a;
}

static const struct {
    const char *record, *action, *rest;
    int64_t call;
} kept[] = {
    {"{\"action\": \"hangup\", \"call_id\": 7}", "hangup", "{}", 7},
    {"{\"call_id\": \"7\", \"action\": \"hangup\"}", "hangup", "{}", 7},
    {"{\"id\": 1.50, \"action\": \"tts\", \"call_id\": 9007199254740993, \"prompt\": \"x\"}", "tts",
     "{\"id\":1.50,\"prompt\":\"x\"}", 9007199254740993},
    {"{\"action\": \"tts\", \"call_id\": 7, \"prompt\": [\"a\", \"b\"], \"mark\": null, "
     "\"language\": "
     "\"\"}",
     "tts", "{\"prompt\":[\"a\",\"b\"],\"mark\":null,\"language\":\"\"}", 7},
    /* a result, fed again */
    {"{\"action\":\"tag\",\"call_id\":7,\"result\":\"refused\",\"http_status\":412,\"reason\":"
     "\"x\","
     "\"at\":\"2026-11-26T10:00:00Z\",\"name\":\"vip\",\"answer\":{\"id\":1}}",
     "tag", "{\"name\":\"vip\"}", 7},
    /* members of other actions are the record's own affair */
    {"{\"action\": \"hangup\", \"call_id\": 7, \"teams\": \"none\", \"e164\": 5}", "hangup",
     "{\"teams\":\"none\",\"e164\":5}", 7},
};

START_TEST(keeps)
{
    struct jaxl_control_action *a = good(kept[_i].record);

    ck_assert_str_eq(a->row->name, kept[_i].action);
    ck_assert_int_eq(a->call, kept[_i].call);
    ck_assert_uint_eq(a->len, strlen(kept[_i].rest));
    ck_assert_mem_eq(a->rest, kept[_i].rest, a->len);
    ck_assert(a->expiry == JAXL_CONTROL_NEVER && !a->delay && !a->states);
    ck_assert_int_eq(a->read_at, NOW);
    ck_assert_int_eq(jaxl_control_action_cells(&tools, a, NULL), 0);
    free(a);
}
END_TEST

static const struct {
    const char *members;
    enum jaxl_control_expiry expiry;
    int64_t expires, delay;
    unsigned states;
} times[] = {
    {"\"expires\": \"10s\"", JAXL_CONTROL_SPAN, NOW + 10000000, 0, 0},
    {"\"expires\": 0.5", JAXL_CONTROL_SPAN, NOW + 500000, 0, 0},
    {"\"expires\": \"2\"", JAXL_CONTROL_SPAN, NOW + 2000000, 0, 0},
    {"\"expires\": \"1970-01-01T01:00:00+01:00\"", JAXL_CONTROL_CLOCK, 0, 0, 0},
    {"\"expires\": \"2026-11-26T10:00:00Z\", \"delay\": \"1m\"", JAXL_CONTROL_CLOCK,
     INT64_C(1795687200000000), 60000000, 0},
    {"\"delay\": 3", JAXL_CONTROL_NEVER, 0, 3000000, 0},
    {"\"delay\": null, \"expires\": \"\"", JAXL_CONTROL_NEVER, 0, 0, 0},
    {"\"if\": \"active\"", JAXL_CONTROL_NEVER, 0, 0, 1U << JAXL_CONTROL_STATE_ACTIVE},
    {"\"if\": \"over, final\"", JAXL_CONTROL_NEVER, 0, 0,
     1U << JAXL_CONTROL_STATE_OVER | 1U << JAXL_CONTROL_STATE_FINAL},
    {"\"if\": [\"ringing\", \"answered voicemail\"]", JAXL_CONTROL_NEVER, 0, 0,
     1U << JAXL_CONTROL_STATE_RINGING | 1U << JAXL_CONTROL_STATE_ANSWERED |
         1U << JAXL_CONTROL_STATE_VOICEMAIL},
};

START_TEST(reads_times)
{
    char record[256];
    struct jaxl_control_action *a;

    snprintf(record, sizeof record, "{\"action\": \"hangup\", \"call_id\": 7, %s}",
             times[_i].members);
    a = good(record);
    ck_assert_int_eq(a->expiry, times[_i].expiry);
    ck_assert_int_eq(a->expires, times[_i].expires);
    ck_assert_int_eq(a->delay, times[_i].delay);
    ck_assert_uint_eq(a->states, times[_i].states);
    free(a);
}
END_TEST

START_TEST(expires)
{
    struct jaxl_control_action a = {.expiry = JAXL_CONTROL_NEVER};

    ck_assert(!jaxl_control_action_expired(&a, INT64_MAX, INT64_MAX));
    a.expires = 100;
    a.expiry = JAXL_CONTROL_SPAN;
    ck_assert(!jaxl_control_action_expired(&a, 99, 1000));
    ck_assert(jaxl_control_action_expired(&a, 100, 0));
    a.expiry = JAXL_CONTROL_CLOCK;
    ck_assert(!jaxl_control_action_expired(&a, 1000, 99));
    ck_assert(jaxl_control_action_expired(&a, 0, 100));
    a.expiry = JAXL_CONTROL_NEVER;
    a.late = true;
    ck_assert(jaxl_control_action_expired(&a, 0, 0));
}
END_TEST

/* Only what needs the call to go on is asked about when it is refused. */
static const struct {
    const char *members;
    bool live;
} lives[] = {
    {"\"action\": \"hangup\"", true},
    {"\"action\": \"message\", \"text\": \"x\"", true},
    {"\"action\": \"message\", \"text\": \"x\", \"type\": \"chat\"", true},
    {"\"action\": \"message\", \"text\": \"x\", \"type\": \"note\"", false},
    {"\"action\": \"tag\", \"name\": \"x\"", false},
    {"\"action\": \"metadata\", \"data\": {}", false},
    {"\"action\": \"audio\", \"path\": \"x\"", false},
    {"\"action\": \"record\", \"status\": \"stop\"", true},
};

START_TEST(live)
{
    char record[256];
    struct jaxl_control_action *a;

    snprintf(record, sizeof record, "{%s, \"call_id\": 7}", lives[_i].members);
    a = good(record);
    ck_assert(a->live == lives[_i].live);
    free(a);
}
END_TEST

/* Ids in every form, and the most of them. */
START_TEST(ids)
{
    static const char *const lists[] = {"[5, 7]",    "\"5,7\"",    "\"5 7\"",
                                        "\" 5;7 \"", "\"[5, 7]\"", "[\"5\", 7]"};
    char record[4096];
    struct jaxl_control_action *a;
    struct jaxl_error err;
    size_t len;

    for (size_t i = 0; i < UNIT_COUNT(lists); i++) {
        snprintf(record, sizeof record, "{\"action\":\"transfer\",\"call_id\":7,\"teams\":%s}",
                 lists[i]);
        free(good(record));
        ck_assert_uint_eq(tools.cells->n_ids, 2);
        ck_assert(tools.cells->ids[0] == 5 && tools.cells->ids[1] == 7);
    }
    len = (size_t)snprintf(record, sizeof record,
                           "{\"action\":\"transfer\",\"call_id\":7,\"teams\":\"");
    for (int i = 0; i < JAXL_CONTROL_IDS; i++)
        len += (size_t)snprintf(record + len, sizeof record - len, "%d ", i + 1);
    snprintf(record + len, sizeof record - len, "\"}");
    free(good(record));
    ck_assert_uint_eq(tools.cells->n_ids, JAXL_CONTROL_IDS);
    snprintf(record + len, sizeof record - len, "9\"}");
    ck_assert_int_eq(read_text(record, &a, &err), JAXL_EINPUT);
    ck_assert_str_eq(err.message, "teams: more than 256 ids");
    ck_assert_ptr_null(a);
}
END_TEST

/* Numbers as people write them. */
START_TEST(numbers)
{
    free(good("{\"action\":\"add\",\"call_id\":7,\"e164\":\"+91 (98765) 43-210\",\"from_e164\":"
              "\"+1 201 555 0199\"}"));
    ck_assert_str_eq(tools.cells->of[JAXL_CONTROL_E164].text, "+919876543210");
    ck_assert_str_eq(tools.cells->of[JAXL_CONTROL_FROM_E164].text, "+12015550199");
}
END_TEST

static int walk(void *ctx)
{
    const struct jaxl_json *record;
    struct jaxl_control_tools t;
    struct jaxl_control_action *a = NULL;
    const char *text = ctx;
    int rc = jaxl_control_tools_init(&t, NULL);

    if (!rc)
        rc = jaxl_json_parse(t.data, text, strlen(text), &record, NULL);
    if (!rc)
        rc = jaxl_control_action_read(&t, record, NOW, &a, NULL);
    if (!rc)
        rc = jaxl_control_action_cells(&t, a, NULL);
    free(a);
    jaxl_control_tools_free(&t);
    return rc;
}

START_TEST(without_memory)
{
    char tts[] = "{\"action\":\"tts\",\"call_id\":7,\"prompt\":\"One. Two.\",\"mark\":\"m\"}";
    char add[] = "{\"action\":\"add\",\"call_id\":7,\"email\":\"a@b.c\",\"if\":\"active\"}";

    ck_assert_int_gt(failmalloc_each(walk, tts), 10);
    ck_assert_int_gt(failmalloc_each(walk, add), 5);
}
END_TEST

/* The manual's entry of an action, up to the next one; "" when there is none. */
static void entry_of(const char *action, char *out, size_t room)
{
    const char *srcdir = getenv("srcdir");
    char path[400], line[200], item[64];
    bool inside = false;
    FILE *file;

    snprintf(path, sizeof path, "%s/man/jaxl-control.1", srcdir ? srcdir : ".");
    snprintf(item, sizeof item, ".It Cm %s\n", action);
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    *out = '\0';
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, ".It Cm ", 7) == 0 || strncmp(line, ".Sh ", 4) == 0)
            inside = strcmp(line, item) == 0;
        if (inside && strlen(out) + strlen(line) < room)
            strcat(out, line);
    }
    fclose(file);
}

START_TEST(manual)
{
    const struct jaxl_control_row *row;
    char entry[8192], member[64];
    size_t n = 0;

    for (; (row = jaxl_control_action_row(n)); n++) {
        entry_of(row->name, entry, sizeof entry);
        ck_assert_msg(*entry, "the manual does not have the action %s", row->name);
        for (unsigned m = 0; m < JAXL_CONTROL_MEMBERS; m++) {
            snprintf(member, sizeof member, ".It Li %s\n", jaxl_control_member_name(m));
            ck_assert_msg(!!strstr(entry, member) == !!(row->members & JAXL_CONTROL_HAS(m)),
                          "%s of %s: the manual and the table differ", jaxl_control_member_name(m),
                          row->name);
        }
    }
    ck_assert_uint_eq(n, 15);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, end);
    tcase_add_loop_test(tc, keeps, 0, UNIT_COUNT(kept));
    tcase_add_loop_test(tc, reads_times, 0, UNIT_COUNT(times));
    tcase_add_test(tc, expires);
    tcase_add_loop_test(tc, live, 0, UNIT_COUNT(lives));
    tcase_add_test(tc, ids);
    tcase_add_test(tc, numbers);
    tcase_add_test(tc, without_memory);
    tcase_add_test(tc, manual);
}

int main(void)
{
    return unit_run("control_action", add);
}
