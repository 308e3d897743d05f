/* Applying a plan to a platform in memory: the order of requests, answers that get lost, and every
 * allocation failing once, after which the next run ends in the same account. */
#include "failmalloc.h"

#include <fcntl.h>
#include <unistd.h>

#include "ivr/check.h"
#include "ivr/read.h"
#include "jaxl/clock.h"
#include "jaxl/json.h"
#include "session_fixture.h"

enum { MENUS = 16, OPTIONS = 32, BODY = 8192, N_BODIES = 64 };

static const char input[] =
    "{\"ivr\": \"main\", \"message\": \"Main.\"}\n"
    "{\"ivr\": \"main\", \"input\": \"1\", \"message\": \"Wait\", \"next\": \"wait\"}\n"
    "{\"ivr\": \"main\", \"input\": \"2\", \"message\": \"Sales\", \"teams\": [\"Sales\"]}\n"
    "{\"ivr\": \"wait\", \"message\": \"Wait.\", \"hangup\": true}\n"
    "{\"ivr\": \"other\", \"message\": \"Wait.\", \"hangup\": true, \"entry\": true}\n"
    "{\"phone\": \"+12015550199\", \"ivr\": \"main\"}\n";
static const char whole[] = "menu Main. false\nmenu Wait. true\nmenu Wait. true\n"
                            "option 1 Wait -> Wait.\noption 2 Sales -> 5\nphone -> Main.\n";

/* What befalls a request: it is carried out or not, and answered or not. */
enum fate { FINE, LOST_DONE, LOST, UNREADABLE, REFUSED, TAKEN, THROTTLED, PAUSED };

struct account {
    struct platform p;
    struct httpd *api;
    struct jaxl_session *session;
    char names[MENUS][64];
    bool hangups[MENUS];
    size_t n_menus;
    struct {
        int64_t menu, next;
        char input, name[64];
    } options[OPTIONS];
    size_t n_options;
    int64_t assigned;
    struct jaxl_buf log; /* "POST ivr", one a line, of requests that change something */
    const char *path;    /* requests to change something there meet these, in turn */
    const enum fate *fates;
    size_t n_fates, met;
    int64_t paused, rested; /* when one met PAUSED; until the next request to change something */
    char (*bodies)[BODY];   /* N_BODIES, of answers on their way */
    unsigned next_body;
    char dir[256], input[300], state[300];
    struct jaxl_json_doc *doc;
};

static int64_t id_in(const struct jaxl_json *v, const char *key)
{
    int64_t id = 0;

    (void)jaxl_json_int(jaxl_json_find(v, key), &id);
    return id;
}

static void put_menu(const struct account *a, size_t i, char *out)
{
    snprintf(out, BODY, "{\"id\": %zu, \"name\": \"%s\", \"hangup\": %s, \"status\": \"DRAFT\"}",
             i + 1, a->names[i], a->hangups[i] ? "true" : "false");
}

static void put_option(const struct account *a, size_t i, char *out)
{
    char next[24] = "null", cta[100] = "null";

    if (a->options[i].next)
        snprintf(next, sizeof next, "%d", (int)a->options[i].next);
    else
        snprintf(cta, sizeof cta, "{\"collections\": {\"collection_ids\": [5], \"type\": 2}}");
    snprintf(out, BODY,
             "{\"id\": %zu, \"name\": \"%s\", \"input\": \"%c\", \"enabled\": true, \"next\": %s, "
             "\"cta\": %s}",
             i + 100, a->options[i].name, a->options[i].input, next, cta);
}

static void put_lists(struct account *a, const char *target, char *out)
{
    char one[BODY];
    size_t len = (size_t)snprintf(out, BODY, "{\"next\": null, \"results\": [");
    long menu = strtol(target + strlen("/v1/ivr/"), NULL, 10);
    bool first = true;

    for (size_t i = 0; !strncmp(target, "/v1/ivr/?", 9) && i < a->n_menus; i++) {
        put_menu(a, i, one);
        len += (size_t)snprintf(out + len, BODY - len, "%s%s", first ? "" : ",", one);
        first = false;
    }
    for (size_t i = 0; menu && i < a->n_options; i++) {
        if (a->options[i].menu != menu)
            continue;
        put_option(a, i, one);
        len += (size_t)snprintf(out + len, BODY - len, "%s%s", first ? "" : ",", one);
        first = false;
    }
    if (!strncmp(target, "/v1/phonenumbers/", 17)) {
        snprintf(one, sizeof one, a->assigned ? "%d" : "null", (int)a->assigned);
        len += (size_t)snprintf(out + len, BODY - len,
                                "{\"id\": 3, \"uid\": \"+12015550199\", \"ivr\": %s}", one);
    }
    snprintf(out + len, BODY - len, "]}");
}

static void make_menu(struct account *a, const struct jaxl_json *v, char *out)
{
    ck_assert_uint_lt(a->n_menus, MENUS);
    snprintf(a->names[a->n_menus], sizeof a->names[0], "%s",
             jaxl_json_string(jaxl_json_get(v, "name"), ""));
    a->hangups[a->n_menus] = jaxl_json_bool(jaxl_json_get(v, "hangup"));
    put_menu(a, a->n_menus++, out);
}

static bool make_option(struct account *a, int64_t menu, const struct jaxl_json *v, char *out)
{
    char key = *jaxl_json_string(jaxl_json_get(v, "input"), "");

    for (size_t i = 0; i < a->n_options; i++)
        if (a->options[i].menu == menu && a->options[i].input == key)
            return false;
    ck_assert_uint_lt(a->n_options, OPTIONS);
    a->options[a->n_options].menu = menu;
    a->options[a->n_options].input = key;
    a->options[a->n_options].next = id_in(v, "next_or_cta.next");
    snprintf(a->options[a->n_options].name, sizeof a->options[0].name, "%s",
             jaxl_json_string(jaxl_json_get(v, "name"), ""));
    put_option(a, a->n_options++, out);
    return true;
}

/* The status that it is answered with. */
static int carry_out(struct account *a, const struct httpd_request *r, char *out)
{
    const struct jaxl_json *v;
    long id = strtol(r->target + strlen("/v1/ivr/"), NULL, 10);

    ck_assert_int_eq(jaxl_json_parse(a->doc, r->body, strlen(r->body), &v, NULL), 0);
    strcpy(out, "{\"id\": 3}");
    if (!strcmp(r->target, "/v1/phonenumbers/3/"))
        a->assigned = id_in(v, "ivr");
    else if (!id)
        make_menu(a, v, out);
    else if (!strcmp(r->method, "POST") && !make_option(a, id, v, out))
        return 409;
    return strcmp(r->method, "POST") ? 200 : 201;
}

static void change(struct account *a, const struct httpd_request *r, struct httpd_step *step,
                   char *out)
{
    bool here = a->path && !strcmp(r->target, a->path) && a->met < a->n_fates;
    enum fate fate = here ? a->fates[a->met++] : FINE;
    int64_t now = jaxl_clock_mono(&a->p.clock);

    if (a->paused && !a->rested)
        a->rested = now - a->paused;
    if (fate == PAUSED)
        a->paused = now;
    jaxl_buf_printf(&a->log, "%s %s\n", r->method, r->target);
    if (fate == FINE || fate == LOST_DONE || fate == UNREADABLE)
        step->status = carry_out(a, r, out);
    if (fate == LOST_DONE)
        *step = (struct httpd_step){.then = HTTPD_RST};
    else if (fate == LOST)
        *step = (struct httpd_step){.status = 503};
    else if (fate == UNREADABLE)
        strcpy(out, "{\"id\": ");
    else if (fate == REFUSED || fate == TAKEN)
        *step = (struct httpd_step){.status = fate == TAKEN ? 409 : 406,
                                    .body = "{\"message\": \"no\"}"};
    else if (fate == THROTTLED)
        *step = (struct httpd_step){.status = 429, .headers = "Retry-After: 0\r\n"};
    else if (fate == PAUSED)
        *step = (struct httpd_step){.status = 429, .headers = "Retry-After: 1\r\n"};
}

static void answer(void *arg, const struct httpd_request *r, unsigned n, struct httpd_step *step)
{
    struct account *a = arg;
    char *out = a->bodies[a->next_body++ % N_BODIES];

    (void)n;
    step->status = 200;
    step->body = out;
    if (!strcmp(r->method, "GET"))
        put_lists(a, r->target, out);
    else
        change(a, r, step, out);
}

/* type: of the app; "2" is one of an organisation. */
static void set_up_as(struct account *a, const char *type)
{
    static const struct httpd_step teams = {
        .status = 200, .body = "{\"next\": null, \"results\": [{\"id\": 5, \"name\": \"Sales\"}]}"};
    FILE *file;

    memset(a, 0, sizeof *a);
    platform_set_up(&a->p, type);
    a->p.rest = &teams;
    a->p.n_rest = 1;
    a->bodies = calloc(N_BODIES, sizeof *a->bodies);
    ck_assert_ptr_nonnull(a->bodies);
    a->api = httpd_start(answer, a);
    a->p.call_root = httpd_url(a->api);
    a->session = platform_session(&a->p);
    ck_assert_int_eq(jaxl_json_doc_new(&a->doc, 0), 0);
    jaxl_buf_init(&a->log, 1024 * 1024);
    unit_dir_make(a->dir);
    snprintf(a->input, sizeof a->input, "%s/in.ndjson", a->dir);
    snprintf(a->state, sizeof a->state, "%s/state", a->dir);
    file = fopen(a->input, "w");
    ck_assert(file && fputs(input, file) >= 0 && fclose(file) == 0);
}

static void set_up(struct account *a)
{
    set_up_as(a, "2");
}

static void tear_down(struct account *a)
{
    jaxl_session_free(&a->session);
    httpd_stop(a->api);
    free(a->bodies);
    jaxl_json_doc_free(&a->doc);
    jaxl_buf_free(&a->log);
    platform_tear_down(&a->p);
    unit_dir_remove(a->dir);
}

struct result {
    struct jaxl_ivr_totals totals;
    struct jaxl_buf errors; /* of changes, one a line */
    struct jaxl_error err;
};

static int on_record(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct result *r = ctx;
    const char *at = memmem(json, len, "\"error\":\"", 9);

    if (at)
        jaxl_buf_printf(&r->errors, "%.*s\n", (int)strcspn(at + 9, "\""), at + 9);
    (void)err;
    return 0;
}

static void ignore(void *ctx, const char *file, uint64_t line, const char *message)
{
    (void)ctx;
    (void)file;
    (void)line;
    (void)message;
}

/* Reads, checks, plans and applies; asserts nothing. */
static int apply(struct account *a, struct result *r)
{
    /* one at a time, so that the first request is the first menu's */
    const struct jaxl_ivr_plan_options options = {
        .state = a->state, .lock = true, .connections = 1, .report = ignore};
    struct jaxl_ivr_tree *t = NULL;
    struct jaxl_ivr_plan *plan = NULL;
    int fd = open(a->input, O_RDONLY | O_CLOEXEC), rc = jaxl_ivr_new(&t, &r->err);

    if (!rc)
        rc = jaxl_ivr_read(t, fd, a->input, NULL, &r->err);
    if (!rc)
        rc = jaxl_ivr_check(t, JAXL_IVR_ALLOW_PROMPTS, ignore, NULL, &r->err);
    if (!rc)
        rc = jaxl_ivr_plan_new(&plan, t, a->session, &options, &r->err);
    if (!rc)
        rc = jaxl_ivr_plan_apply(plan, on_record, r, &r->err);
    if (plan)
        r->totals = *jaxl_ivr_plan_totals(plan);
    jaxl_ivr_plan_free(&plan);
    jaxl_ivr_free(&t);
    close(fd);
    return rc;
}

static int apply_once(struct account *a, struct result *r)
{
    *r = (struct result){.err = {0}};
    jaxl_buf_init(&r->errors, 64 * 1024);
    return apply(a, r);
}

static int by_text(const void *one, const void *other)
{
    return strcmp(one, other);
}

static const char *name_of(const struct account *a, int64_t id)
{
    return id >= 1 && (size_t)id <= a->n_menus ? a->names[id - 1] : "nothing";
}

/* What the account has, sorted, without its ids. */
static const char *contents(const struct account *a, char *out, size_t size)
{
    char lines[MENUS + OPTIONS + 1][160];
    size_t n = 0, len = 0;

    for (size_t i = 0; i < a->n_menus; i++)
        snprintf(lines[n++], sizeof lines[0], "menu %s %s", a->names[i],
                 a->hangups[i] ? "true" : "false");
    for (size_t i = 0; i < a->n_options; i++)
        snprintf(lines[n++], sizeof lines[0], "option %c %s -> %s", a->options[i].input,
                 a->options[i].name, a->options[i].next ? name_of(a, a->options[i].next) : "5");
    if (a->assigned)
        snprintf(lines[n++], sizeof lines[0], "phone -> %s", name_of(a, a->assigned));
    qsort(lines, n, sizeof lines[0], by_text);
    *out = '\0';
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(out + len, size - len, "%s\n", lines[i]);
    return out;
}

static void ends_whole(struct account *a)
{
    struct result r;
    char text[4096];
    int rc = apply_once(a, &r);

    ck_assert_msg(rc == 0, "%s", r.err.message);
    ck_assert_str_eq(contents(a, text, sizeof text), whole);
    jaxl_buf_free(&r.errors);
    jaxl_buf_reset(&a->log);
    rc = apply_once(a, &r);
    ck_assert_msg(rc == 0, "%s", r.err.message);
    ck_assert_str_eq(jaxl_buf_text(&a->log), "");
    ck_assert_uint_eq(r.totals.unchanged, 6);
    jaxl_buf_free(&r.errors);
}

START_TEST(menus_then_options_then_numbers)
{
    struct account a;
    const char *text, *menu, *option, *phone;
    struct result r;

    set_up(&a);
    ck_assert_int_eq(apply_once(&a, &r), 0);
    ck_assert_uint_eq(r.totals.create, 5);
    ck_assert_uint_eq(r.totals.assign, 1);
    ck_assert_uint_eq(r.totals.done, 6);
    text = jaxl_buf_text(&a.log);
    phone = strstr(text, "PATCH /v1/phonenumbers/3/");
    option = strstr(text, "/options/");
    menu = strstr(text, "POST /v1/ivr/\n");
    ck_assert(menu && option && phone && menu < option && option < phone);
    for (const char *at = text; (at = strstr(at + 1, "POST /v1/ivr/\n"));)
        ck_assert(at < option);
    jaxl_buf_free(&r.errors);
    ends_whole(&a);
    tear_down(&a);
}
END_TEST

static const struct {
    const char *path;
    enum fate fates[4];
    size_t n;
    int code;           /* of the run */
    unsigned requests;  /* to that path, in the run */
    const char *errors; /* the beginning of each */
} troubles[] = {
    /* looked up, and found or made again; two of the three say the same */
    {"/v1/ivr/", {LOST_DONE}, 1, 0, 3, ""},
    {"/v1/ivr/", {LOST}, 1, 0, 4, ""},
    {"/v1/ivr/", {UNREADABLE}, 1, 0, 3, ""},
    {"/v1/ivr/", {FINE, LOST_DONE, LOST_DONE}, 3, 0, 3, ""},
    {"/v1/ivr/", {LOST, LOST_DONE, LOST}, 3, 0, 5, ""},
    {"/v1/ivr/", {THROTTLED}, 1, 0, 4, ""},
    {"/v1/ivr/1/options/", {LOST_DONE}, 1, 0, 2, ""},
    {"/v1/ivr/1/options/", {LOST}, 1, 0, 3, ""},
    {"/v1/ivr/1/options/", {UNREADABLE}, 1, 0, 2, ""},
    {"/v1/ivr/1/options/", {THROTTLED}, 1, 0, 3, ""},
    /* refused: the rest is made */
    {"/v1/ivr/", {REFUSED}, 1, JAXL_EREFUSED, 3, "POST "},
    {"/v1/ivr/1/options/", {REFUSED}, 1, JAXL_EREFUSED, 2, "POST "},
    {"/v1/ivr/1/options/",
     {TAKEN},
     1,
     JAXL_EREFUSED,
     2,
     "the platform says that its input is taken"},
    {"/v1/phonenumbers/3/", {REFUSED}, 1, JAXL_EREFUSED, 1, "PATCH "},
};

static unsigned count(const struct jaxl_buf *log, const char *path)
{
    char line[100];
    unsigned n = 0;

    snprintf(line, sizeof line, " %s\n", path);
    for (const char *at = jaxl_buf_text(log); (at = strstr(at, line)); at++)
        n++;
    return n;
}

START_TEST(answers_get_lost)
{
    struct account a;
    struct result r;
    int rc;

    set_up(&a);
    a.path = troubles[_i].path;
    a.fates = troubles[_i].fates;
    a.n_fates = troubles[_i].n;
    rc = apply_once(&a, &r);
    ck_assert_msg(rc == troubles[_i].code, "%d: %s", rc, r.err.message);
    ck_assert_uint_eq(count(&a.log, a.path), troubles[_i].requests);
    ck_assert_msg(
        !strncmp(jaxl_buf_text(&r.errors), troubles[_i].errors, strlen(troubles[_i].errors)) &&
            !*troubles[_i].errors == !r.errors.len,
        "%s", jaxl_buf_text(&r.errors));
    jaxl_buf_free(&r.errors);
    a.path = NULL;
    ends_whole(&a);
    tear_down(&a);
}
END_TEST

START_TEST(a_state_of_an_organisation_is_for_it_alone)
{
    struct account a;
    struct result r;
    FILE *file;

    set_up_as(&a, "1");
    file = fopen(a.state, "w");
    ck_assert(file && fputs("{\"org\": 42}\n{\"ivr\": \"main\", \"id\": 1}\n", file) >= 0 &&
              fclose(file) == 0);
    ck_assert_int_eq(apply_once(&a, &r), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(r.err.message, ": it is of organisation 42, these credentials are "
                                                "of none: name another with --state"));
    ck_assert_str_eq(jaxl_buf_text(&a.log), "");
    jaxl_buf_free(&r.errors);
    tear_down(&a);
}
END_TEST

START_TEST(a_429_is_for_all)
{
    static const enum fate fates[] = {PAUSED};
    struct account a;
    struct result r;

    set_up(&a);
    jaxl_session_free(&a.session);
    a.p.options.connections = 1;
    a.session = platform_session(&a.p);
    a.path = _i ? "/v1/ivr/1/options/" : "/v1/ivr/";
    a.fates = fates;
    a.n_fates = UNIT_COUNT(fates);
    ck_assert_int_eq(apply_once(&a, &r), 0);
    ck_assert_int_ge(a.rested, JAXL_SECOND);
    jaxl_buf_free(&r.errors);
    ends_whole(&a);
    tear_down(&a);
}
END_TEST

/* The answers of both menus get lost, and both IVRs are found. */
START_TEST(same_message_other_hangup)
{
    static const char text[] =
        "{\"ivr\": \"bye\", \"message\": \"Wait.\", \"hangup\": true}\n"
        "{\"ivr\": \"stay\", \"message\": \"Wait.\", \"entry\": true}\n"
        "{\"ivr\": \"stay\", \"input\": \"1\", \"message\": \"Sales\", \"teams\": [5]}\n";
    static const enum fate fates[] = {LOST_DONE, LOST_DONE};
    struct account a;
    struct result r;
    FILE *file;

    set_up(&a);
    file = fopen(a.input, "w");
    ck_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
    a.path = "/v1/ivr/";
    a.fates = fates;
    a.n_fates = UNIT_COUNT(fates);
    ck_assert_int_eq(apply_once(&a, &r), 0);
    jaxl_buf_free(&r.errors);
    ck_assert_uint_eq(a.n_menus, 2);
    ck_assert_uint_eq(a.n_options, 1);
    ck_assert(!a.hangups[a.options[0].menu - 1]);
    jaxl_buf_reset(&a.log);
    ck_assert_int_eq(apply_once(&a, &r), 0);
    ck_assert_str_eq(jaxl_buf_text(&a.log), "");
    jaxl_buf_free(&r.errors);
    tear_down(&a);
}
END_TEST

/* An IVR that says the same and is somebody else's is not what a lost creation has made. */
START_TEST(others_are_left_alone)
{
    static const enum fate fates[][1] = {{LOST}, {LOST_DONE}};
    struct account a;
    struct result r;
    char text[4096], expected[4096];
    FILE *state;

    set_up(&a);
    strcpy(a.names[a.n_menus++], "Main.");
    state = fopen(a.state, "w");
    ck_assert(state && fputs("{\"ivr\": \"z\", \"id\": 99}\n", state) >= 0 && fclose(state) == 0);
    a.path = "/v1/ivr/";
    a.fates = fates[_i];
    a.n_fates = 1;
    ck_assert_msg(apply_once(&a, &r) == 0, "%s", r.err.message);
    snprintf(expected, sizeof expected, "menu Main. false\n%s", whole);
    ck_assert_str_eq(contents(&a, text, sizeof text), expected);
    ck_assert_int_ne(a.assigned, 1);
    for (size_t i = 0; i < a.n_options; i++)
        ck_assert_int_ne(a.options[i].menu, 1);
    jaxl_buf_free(&r.errors);
    tear_down(&a);
}
END_TEST

static void forget_all(struct account *a)
{
    a->n_menus = a->n_options = 0;
    a->assigned = 0;
    (void)unlink(a->state);
}

START_TEST(memory_is_out)
{
    struct account a;
    bool hit = true;
    long n;

    set_up(&a);
    for (n = 1; hit; n += unit_slow()) {
        struct result r;
        int rc;
        forget_all(&a);
        failmalloc_at(n);
        rc = apply_once(&a, &r);
        hit = failmalloc_off();
        ck_assert_msg(rc == 0 || hit, "%ld: %s", n, r.err.message);
        ck_assert_msg(rc == 0 || r.err.code == rc, "%ld: %d is not %d", n, rc, r.err.code);
        jaxl_buf_free(&r.errors);
        ends_whole(&a);
    }
    ck_assert_int_gt(n, 50);
    tear_down(&a);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 120);
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, menus_then_options_then_numbers);
    tcase_add_loop_test(tc, answers_get_lost, 0, (int)UNIT_COUNT(troubles));
    tcase_add_test(tc, a_state_of_an_organisation_is_for_it_alone);
    tcase_add_loop_test(tc, a_429_is_for_all, 0, 2);
    tcase_add_test(tc, same_message_other_hangup);
    tcase_add_loop_test(tc, others_are_left_alone, 0, 2);
    tcase_add_test(tc, memory_is_out);
}

int main(void)
{
    return unit_run("ivr_apply", add);
}
