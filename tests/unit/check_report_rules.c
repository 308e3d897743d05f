/* The rules of reports, one by one. */
#include "jaxl/json.h"
#include "report_run.h"

/* A report in few words: keys and so on with blanks between them; show: the columns of its rows
 * that are looked at. */
struct rule {
    const char *by, *where, *columns, *sort, *tz, *pulse;
    unsigned top;
    const char *in;     /* records; ' becomes " */
    const char *show;   /* columns */
    const char *out;    /* rows: values with blanks between them, - for null */
    const char *totals; /* counted provisional repeats not_calls outside rejects; NULL: not looked
                           at, but that they add up */
};

struct words {
    char text[512];
    const char *items[32];
};

static struct jaxl_texts split(struct words *w, const char *text)
{
    struct jaxl_texts out = {w->items, 0};

    snprintf(w->text, sizeof w->text, "%s", text ? text : "");
    for (char *at = w->text, *word; (word = strsep(&at, " ")) != NULL;)
        if (*word)
            w->items[out.n++] = word;
    return out;
}

static void show_row(const char *line, size_t len, const struct jaxl_texts *columns,
                     struct jaxl_buf *out)
{
    struct jaxl_json_doc *doc = NULL;
    const struct jaxl_json *root;
    struct jaxl_error err = {0};

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_msg(jaxl_json_parse(doc, line, len, &root, &err) == 0, "%s: %.*s", err.message,
                  (int)len, line);
    for (size_t i = 0; i < columns->n; i++) {
        const struct jaxl_json *v = jaxl_json_get(root, columns->items[i]);
        const char *text = jaxl_json_text(v, NULL);
        ck_assert_msg(v != NULL, "no %s in %.*s", columns->items[i], (int)len, line);
        if (jaxl_json_type(v) == JAXL_JSON_BOOL)
            text = jaxl_json_bool(v) ? "true" : "false";
        jaxl_buf_printf(out, "%s%s", i ? " " : "", text ? text : "-");
    }
    jaxl_buf_puts(out, "\n");
    jaxl_json_doc_free(&doc);
}

static void show_rows(const struct jaxl_buf *rows, const char *show, struct jaxl_buf *out)
{
    const char *at = jaxl_buf_text(rows);
    struct words words;
    struct jaxl_texts columns = split(&words, show);

    for (size_t n; *at; at += n + 1) {
        n = strcspn(at, "\n");
        show_row(at, n, &columns, out);
    }
}

static void run_rule(const struct rule *r, unsigned threads, struct ran *ran)
{
    struct words by, where, columns;
    struct jaxl_report_options o = {.by = split(&by, r->by),
                                    .where = split(&where, r->where),
                                    .columns = split(&columns, r->columns),
                                    .sort = r->sort,
                                    .tz = r->tz,
                                    .pulse = r->pulse,
                                    .top = r->top,
                                    .threads = threads};
    char in[4096];

    snprintf(in, sizeof in, "%s", r->in);
    for (char *p = in; *p; p++)
        if (*p == '\'')
            *p = '"';
    ran_text(ran, &o, in, strlen(in), 0);
}

static void check_rule(const struct rule *r)
{
    struct jaxl_buf out;
    struct ran ran;
    char totals[128];

    jaxl_buf_init(&out, RAN_MAX);
    run_rule(r, 2, &ran);
    ck_assert_msg(ran.code == 0, "%s: %s", r->in, ran.err.message);
    show_rows(&ran.views[JAXL_REPORT_ROWS], r->show, &out);
    ck_assert_msg(strcmp(jaxl_buf_text(&out), r->out) == 0, "%s\n got\n%s want\n%s", r->in,
                  jaxl_buf_text(&out), r->out);
    snprintf(totals, sizeof totals, "%d %d %d %d %d %d", (int)ran.totals.counted,
             (int)ran.totals.provisional, (int)ran.totals.repeats, (int)ran.totals.not_calls,
             (int)ran.totals.outside, (int)ran.totals.rejects);
    if (r->totals)
        ck_assert_msg(strcmp(totals, r->totals) == 0, "%s\n got %s", r->in, totals);
    RAN_ADDS_UP(&ran.totals);
    ran_free(&ran);
    jaxl_buf_free(&out);
}

#define DONE(id)  "{'call_id':" #id ",'state':'done','disposition':'ANSWERED','duration':60,"
#define COST(c)   "'costs':[{'cost':" #c ",'currency':'INR'}]}\n"
#define USD(c)    "'costs':[{'cost':" #c ",'currency':'USD'}]}\n"
#define NOTHING   "'costs':[]}\n"
#define DIGITS_50 "12345678901234567890123456789012345678901234567890"

static const struct rule currencies[] = {
    {.in = DONE(1) COST(0.35) DONE(2) USD(1e30) DONE(3) NOTHING DONE(4) COST(-1e-9),
     .show = "currency attempts cost",
     .out = "INR 2 0.349999999\nUSD 1 1000000000000000000000000000000\n- 1 0\n"},
    {.in = DONE(1) COST(0.35) DONE(3) NOTHING,
     .columns = "all",
     .show = "currency attempts cost median",
     .out = "INR 2 0.35 60\n"},
    {.in = DONE(3) NOTHING, .show = "currency attempts cost", .out = "- 1 0\n"},
    /* each currency has one row, whichever came first in a call */
    {.by = "currency",
     .in = DONE(1) "'costs':[{'cost':1,'currency':'INR'},{'cost':2,'currency':'USD'}]}\n" DONE(
         2) "'costs':[{'cost':4,'currency':'USD'},{'cost':8,'currency':'INR'}]}\n" DONE(3) NOTHING,
     .show = "currency attempts cost",
     .out = "INR 1 9\nUSD 1 6\n- 1 0\n"},
    /* the platform's numbers of currencies, as far as they are some */
    {.in = DONE(1) "'costs':[{'cost':1,'currency':2}]}\n" DONE(
         2) "'costs':[{'cost':2,'currency':'INR'}]}\n",
     .show = "currency attempts cost",
     .out = "INR 2 3\n"},
    {.in = DONE(1) "'costs':[{'cost':1,'currency':4294967298}]}\n",
     .show = "currency cost",
     .out = "",
     .totals = "0 0 0 0 0 1"},
    {.sort = "-currency",
     .in = DONE(1) COST(1) DONE(2) USD(1),
     .show = "currency",
     .out = "USD\nINR\n"},
    /* a cost without a currency is one of its own */
    {.in = DONE(1) COST(1) DONE(2) "'costs':[{'cost':2}]}\n",
     .show = "currency attempts cost",
     .out = "INR 1 1\n- 1 2\n"},
};

START_TEST(a_group_has_one_row_per_currency)
{
    check_rule(&currencies[_i]);
}
END_TEST

#define OPEN    "'state':'submitted'}\n"
#define FINAL   "'state':'done','disposition':'ANSWERED','duration':1}\n"
#define S(text) "'session_id':'" text "',"

static const struct rule repeats[] = {
    {.in = "{'id':1," FINAL "{'call_id':'1'," FINAL "{'call_id':1," OPEN, .totals = "1 0 2 0 0 0"},
    {.in = "{'id':1," OPEN "{'id':1," OPEN "{'id':1," FINAL, .totals = "1 0 2 0 0 0"},
    {.in = "{" S("a") OPEN "{" S("a") FINAL "{" S("a") FINAL, .totals = "1 0 2 0 0 0"},
    {.in = "{" OPEN "{" OPEN "{" FINAL "{" FINAL, .totals = "2 2 0 0 0 0"},
    /* an attempt whose call became known */
    {.in = "{" S("a") OPEN "{'call_id':5," S("a") FINAL, .totals = "1 0 1 0 0 0"},
    /* one record that takes the place of two */
    {.in = "{" S("a") OPEN "{'call_id':5," OPEN "{'call_id':5," S("a") OPEN,
     .totals = "0 1 2 0 0 0"},
    {.in = "{'call_id':5," FINAL "{" S("a") OPEN "{'call_id':5," S("a") FINAL,
     .totals = "1 0 2 0 0 0"},
    /* conditions hold of calls: what a call was before it was final says nothing */
    {.where = "failure_reason=",
     .in = "{'id':1," OPEN "{'id':1,'failure_reason':'OOB'," FINAL,
     .totals = "0 0 1 0 1 0"},
    {.where = "failure_reason=",
     .in = "{'id':1,'failure_reason':'OOB'," FINAL "{'id':1," FINAL,
     .totals = "0 0 1 0 1 0"},
    {.where = "failure_reason=OOB",
     .in = "{'id':1," OPEN "{'id':1,'failure_reason':'OOB'," FINAL,
     .totals = "1 0 1 0 0 0"},
};

START_TEST(a_call_is_counted_once)
{
    struct rule r = repeats[_i];

    r.show = "";
    r.out = strncmp(r.totals, "0 0", 3) == 0 ? "" : "\n";
    check_rule(&r);
}
END_TEST

#define TO(t)   "{'to':" t "," FINAL
#define TAGS(t) "{'tags':" t "," FINAL
#define X(t)    "{'x':" t "," FINAL

static const struct rule keys[] = {
    {.by = "to-prefix",
     .in = TO("'+919876543210'") TO("'919876543210'") TO("919876543210") TO("'+14155550123'")
         TO("'+1'") TO("null"),
     .show = "to-prefix attempts",
     .out = "+1 1\n+1415 1\n+9198 3\n- 1\n"},
    /* never half a character */
    {.by = "to-prefix:2",
     .in = TO("'+9\xC3\xA9'") TO("'\xC3\xA9\xC3\xA9'") TO("'+91'") TO("'anonymous'"),
     .show = "to-prefix attempts",
     .out = "+9 1\n+91 1\n- 2\n"},
    {.by = "country",
     .in = TO("'+919876543210'") TO("'+14155550123'") TO("'x'") TO("'+918888888888'"),
     .show = "country attempts",
     .out = "IN 2\nUS 1\n- 1\n"},
    {.by = "tag",
     .in = TAGS("[{'name':'a'},{'name':'b'},{'name':'c'},{'name':'a'}]") TAGS("['b','d']")
         TAGS("[]") TAGS("null") TAGS("'e'"),
     .show = "tag attempts",
     .out = "a 1\nb 2\nc 1\nd 1\ne 1\n- 2\n"},
    {.by = "tag",
     .in = "call_id,state,tags.0.name,tags.1.name,tags.2.name,tags.3.name,tags\n"
           "1,done,a,b,c,d,\n2,done,b,,,,\n3,done,,,,,\n"
           "4,done,,,,,'[{''name'':''c''},{''name'':''x''}]'\n",
     .show = "tag attempts",
     .out = "a 1\nb 2\nc 2\nd 1\nx 1\n- 1\n"},
    /* in what the record writer calls extra, flattened or not */
    {.by = "tag",
     .in = "call_id,state,extra\n1,done,'{''tags.0.name'':''a'',''tags.2.name'':''c''}'\n"
           "2,done,'{''tags'':[{''name'':''a''},{''name'':''b''},{''name'':''d''}]}'\n",
     .show = "tag attempts",
     .out = "a 2\nb 1\nc 1\nd 1\n"},
    {.by = "tag",
     .where = "tag!=b",
     .in = TAGS("['a','b']") TAGS("['a','c']") TAGS("[]"),
     .show = "tag attempts",
     .out = "a 1\nc 1\n- 1\n"},
    /* numbers are in order whatever their length */
    {.by = "x",
     .in = X("10") X(DIGITS_50) X("9") X("true") X("1e60") X("'text'") X("-" DIGITS_50) X("1.0")
         X("1") X("'9'"),
     .show = "x",
     .out = "-" DIGITS_50 "\n1\n1.0\n9\n10\n" DIGITS_50 "\n1e60\ntrue\n9\ntext\n"},
    {.by = "hour weekday week month",
     .tz = "Asia/Kolkata",
     .in = "{'placed_at':'2026-12-31T20:00:00Z'," FINAL "{" FINAL,
     .show = "hour weekday week month attempts",
     .out = "1 Fri 2026-W53 2027-01 1\n- - - - 1\n"},
    {.by = "day month",
     .tz = "Asia/Kolkata",
     .in = "{'placed_at':'9999-12-31T20:00:00Z'," FINAL "{'placed_at':'0000-01-01'," FINAL,
     .show = "day month",
     .out = "0000-01-01 0000-01\n10000-01-01 10000-01\n"},
    {.by = "ivr actor",
     .in = "{'ivr':12,'actor':'7'," FINAL "{'ivr':'12','actor':7," FINAL "{'ivr':'x'," FINAL,
     .show = "ivr actor attempts",
     .out = "12 7 2\nx - 1\n"},
    {.by = "disposition",
     .in = "{'state':'refused','call_id':1}\n{'id':2,'missed':true}\n"
           "{'id':3,'failure_reason':'DND'}\n{'id':4}\n{'id':5,'state':'suppressed'}\n",
     .show = "disposition attempts answered missed failed",
     .out = "DND 1 0 0 1\nNO_ANSWER 1 0 1 0\nUNKNOWN 1 0 0 1\n- 1 0 0 1\n",
     .totals = "4 0 0 1 0 0"},
};

START_TEST(keys_of_all_kinds)
{
    check_rule(&keys[_i]);
}
END_TEST

#define T(c, d) "{'campaign':'" c "','state':'done','disposition':'ANSWERED','duration':" d ","

static const struct rule orders[] = {
    {.by = "campaign",
     .sort = "cost",
     .in = T("a", "1") COST(1) T("b", "2") COST(3) T("c", "3") COST(2) T("d", "4") USD(1),
     .show = "campaign cost",
     .out = "b 3\nc 2\na 1\nd 1\n"},
    {.by = "campaign",
     .sort = "-cost",
     .top = 2,
     .in = T("a", "1") COST(1) T("b", "2") COST(3) T("c", "3") COST(2) T("d", "4") USD(1),
     .show = "campaign cost",
     .out = "a 1\nc 2\nd 1\n"},
    {.by = "campaign",
     .sort = "-campaign",
     .in = T("a", "1") COST(1) T("b", "2") USD(3) T("c", "3") COST(2),
     .show = "campaign",
     .out = "c\nb\na\n"},
    {.by = "campaign",
     .sort = "acd",
     .in = T("a", "1") COST(1) T("b", "2.5") COST(3) "{'campaign':'z','state':'refused'}\n",
     .show = "campaign acd",
     .out = "b 2.5\na 1\nz -\n"},
    {.columns = "shortest longest median p95",
     .in = T("a", "5") COST(0) T("a", "1") COST(0) T("a", "2.000001") COST(0) T("a", "9") COST(0),
     .show = "shortest longest median p95 acd",
     .out = "1 9 2.000001 9 4.25\n"},
    {.columns = "cost_per_answered",
     .in = T("a", "5") COST(1) T("a", "1") COST(0) T("a", "2") COST(0),
     .show = "cost_per_answered asr",
     .out = "0.333333 1\n"},
    {.pulse = "60/30",
     .in = T("a", "0") COST(0) T("a", "0.000001") COST(0) T("a", "60.000001")
         COST(0) "{'disposition':'VOICEMAIL','duration':61}\n",
     .show = "talk billed",
     .out = "60.000002 240\n"},
    {.in = "{'disposition':'ANSWERED','duration':NaN}\n{'disposition':'ANSWERED'\n[1]\n\n{}\n"
           "call_id,state\n1,done\n{'costs':[{'cost':1e999}]}\n{'costs':[{'cost':1e39}]}\n"
           "{'duration':31622401}\n{'duration':31622400,'disposition':'ANSWERED'}\n",
     .show = "attempts talk",
     .out = "1 31622400\n",
     .totals = "1 0 0 0 0 9"},
};

START_TEST(orders_and_columns)
{
    check_rule(&orders[_i]);
}
END_TEST

static const struct {
    struct rule rule;
    int code;
    const char *says;
} refused[] = {
    {{.by = "day day"}, JAXL_EARG, "twice"},
    {{.by = "to-prefix:3 to-prefix:4"}, JAXL_EARG, "twice"},
    {{.by = "to-prefix:16"}, JAXL_EARG, "16"},
    {{.by = "a b c d e f g h i j k l m n o p q"}, JAXL_EARG, "16"},
    {{.by = "cost"}, JAXL_EARG, "'cost'"},
    {{.by = "attempts"}, JAXL_EARG, "'attempts'"},
    {{.by = "total"}, JAXL_EARG, "'total'"},
    {{.where = "duration"}, JAXL_EARG, "duration"},
    {{.where = "a=~("}, JAXL_EARG, "a"},
    {{.columns = "mean"}, JAXL_EARG, "median"},
    {{.sort = "mean"}, JAXL_EARG, "'mean'"},
    {{.sort = "median"}, JAXL_EARG, "'median'"},
    {{.tz = "Mars/Olympus"}, JAXL_EARG, "Mars"},
    {{.pulse = "0/1"}, JAXL_EARG, "60/60"},
    {{.in = "a,a\n1,2\n"}, JAXL_ECONFIG, "a"},
    {{.where = "x=~^(a+)+$", .in = "{'x':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab','id':1}\n"},
     JAXL_ELIMIT,
     "takes too long"},
};

START_TEST(what_cannot_be_done_is_said)
{
    struct rule r = refused[_i].rule;
    struct ran ran;

    r.in = r.in ? r.in : "";
    run_rule(&r, 1, &ran);
    ck_assert_msg(ran.code == refused[_i].code, "%d: %s", ran.code, ran.err.message);
    ck_assert_msg(strstr(ran.err.message, refused[_i].says) != NULL, "%s", ran.err.message);
    ran_free(&ran);
}
END_TEST

static int refuse(void *ctx, const char *lines, size_t len, struct jaxl_error *err)
{
    (void)ctx;
    ck_assert_ptr_nonnull(memchr(lines, '\n', len));
    return jaxl_error_set(err, JAXL_EIO, "the disk is full");
}

START_TEST(an_end_by_the_caller)
{
    const struct jaxl_report_options o = {.threads = 3, .reject = refuse};
    struct jaxl_report *r = NULL;
    struct jaxl_error err = {0};

    ck_assert_int_eq(jaxl_report_new(&r, &o, &err), 0);
    ck_assert_int_eq(ran_read(r, "{}\n{}\n", 6, 0, &err), JAXL_EIO);
    ck_assert_str_eq(err.message, "the disk is full");
    ck_assert_int_eq(err.code, JAXL_EIO);
    jaxl_report_free(&r);
}
END_TEST

static bool stop(void *ctx)
{
    char c;
    int *fds = ctx;

    return read(fds[0], &c, 1) == 1 && c == 's';
}

START_TEST(a_watch_ends_the_reading)
{
    int wake[2], in[2];
    struct jaxl_session_watch watch = {.stop = stop, .ctx = wake};
    struct jaxl_report_options o = {.threads = 3, .watch = &watch};
    struct jaxl_report *r = NULL;
    struct jaxl_error err = {0};

    ck_assert_int_eq(pipe(wake), 0);
    ck_assert_int_eq(pipe(in), 0);
    watch.fd = wake[0];
    ck_assert_int_eq(write(wake[1], "..s", 3), 3);
    ck_assert_int_eq(write(in[1], "{}\n", 3), 3);
    ck_assert_int_eq(jaxl_report_new(&r, &o, &err), 0);
    ck_assert_int_eq(jaxl_report_read(r, in[0], "a pipe", &err), JAXL_ESTOPPED);
    jaxl_report_free(&r);
    for (int i = 0; i < 2; i++) {
        close(wake[i]);
        close(in[i]);
    }
}
END_TEST

START_TEST(several_inputs_are_one_report)
{
    static const char first[] = "{\"id\":1,\"missed\":true}\n{\"id\":2}", second[] = "id\n2\n3\n";
    const struct jaxl_report_options o = {.threads = 2};
    struct jaxl_report *r = NULL;
    struct jaxl_error err = {0};
    size_t n;

    ck_assert_int_eq(jaxl_report_new(&r, &o, &err), 0);
    ck_assert_int_eq(ran_read(r, first, sizeof first - 1, 0, &err), 0);
    ck_assert_int_eq(ran_read(r, second, sizeof second - 1, 5, &err), 0);
    ck_assert_int_eq(jaxl_report_finish(r, &err), 0);
    ck_assert_uint_eq(jaxl_report_totals(r)->counted, 3);
    ck_assert_uint_eq(jaxl_report_totals(r)->repeats, 1);
    ck_assert_uint_eq(jaxl_report_count(r, JAXL_REPORT_ROWS), 1);
    ck_assert_uint_eq(jaxl_report_count(r, JAXL_REPORT_DAYS), 0);
    ck_assert_str_eq(jaxl_report_columns(r, JAXL_REPORT_ROWS, &n)[0], "currency");
    ck_assert_int_eq(jaxl_report_finish(r, &err), JAXL_EARG);
    ck_assert_int_eq(ran_read(r, second, sizeof second - 1, 0, &err), JAXL_EARG);
    jaxl_report_free(&r);
}
END_TEST

static void tariff(const char *names, const char *show, const char *out)
{
    static const char in[] =
        "{\"to\":\"+919812345678\",\"disposition\":\"ANSWERED\",\"duration\":61,"
        "\"costs\":[{\"cost\":2,\"currency\":\"INR\"}]}\n"
        "{\"to\":\"919912345678\",\"disposition\":\"ANSWERED\",\"duration\":10}\n"
        "{\"to\":\"+4930123456\",\"disposition\":\"ANSWERED\",\"duration\":10}\n";
    char dir[256], path[300];
    struct jaxl_report_options o = {.tariff = path, .pulse = "60/60"};
    struct words by;
    struct jaxl_buf shown;
    struct ran ran;
    FILE *f;

    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/tariff", dir);
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs("prefix,price,currency\n91,0.30,INR\n9198,0.10,INR\n", f);
    fclose(f);
    o.by = split(&by, names);
    jaxl_buf_init(&shown, RAN_MAX);
    ran_text(&ran, &o, in, sizeof in - 1, 0);
    ck_assert_msg(ran.code == 0, "%s", ran.err.message);
    show_rows(&ran.views[JAXL_REPORT_ROWS], show, &shown);
    ck_assert_str_eq(jaxl_buf_text(&shown), out);
    ck_assert_uint_eq(ran.totals.unrated, 1);
    ran_free(&ran);
    jaxl_buf_free(&shown);
    unit_dir_remove(dir);
}

START_TEST(a_tariff_rates)
{
    tariff("", "currency attempts billed cost rated difference", "INR 3 240 2 0.5 -1.5\n");
    tariff("to-prefix", "to-prefix currency attempts rated",
           "+91 INR 1 0.3\n+9198 INR 1 0.2\n"
           "- INR 1 0\n");
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, a_group_has_one_row_per_currency, 0, UNIT_COUNT(currencies));
    tcase_add_loop_test(tc, a_call_is_counted_once, 0, UNIT_COUNT(repeats));
    tcase_add_loop_test(tc, keys_of_all_kinds, 0, UNIT_COUNT(keys));
    tcase_add_loop_test(tc, orders_and_columns, 0, UNIT_COUNT(orders));
    tcase_add_loop_test(tc, what_cannot_be_done_is_said, 0, UNIT_COUNT(refused));
    tcase_add_test(tc, an_end_by_the_caller);
    tcase_add_test(tc, a_watch_ends_the_reading);
    tcase_add_test(tc, several_inputs_are_one_report);
    tcase_add_test(tc, a_tariff_rates);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("report_rules", add);
}
