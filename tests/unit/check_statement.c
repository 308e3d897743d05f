#include "failmalloc.h"

#include <string.h>

#include "billing/statement_impl.h"
#include "jaxl/buf.h"
#include "jaxl/clock.h"
#include "jaxl/json.h"
#include "unit.h"

#define DAY      (86400 * JAXL_SECOND)
#define OCTOBER  INT64_C(1790812800000000) /* 2026-10-01T00:00:00Z */
#define NOVEMBER (OCTOBER + 31 * DAY)

static int keep(void *ctx, const char *json, size_t len, struct jaxl_error *err)
{
    struct jaxl_buf *b = ctx;

    (void)err;
    jaxl_buf_add(b, json, len);
    jaxl_buf_putc(b, '\n');
    return b->failed;
}

static const struct jaxl_statement_recharge recharges[] = {
    {OCTOBER + 20 * DAY, "Recharge", "500", "590.00"},
    {OCTOBER, "Recharge", "1000.00", "1000"},
    {OCTOBER - 1, "Recharge", "100.25", NULL},
    {NOVEMBER, NULL, "7", NULL}};
static const struct jaxl_statement_charge subscriptions[] = {
    {NOVEMBER, "Phone number", "+12015550199", "5"},
    {OCTOBER + DAY, "Phone number", "+12015550199", "4.99"},
    {OCTOBER, "Phone number", NULL, "2"}};
static const struct jaxl_statement_usage campaigns[] = {{"diwali", 100, "65.005"},
                                                        {NULL, 2, "1.30"}};

static const struct jaxl_statement october = {.currency = "INR",
                                              .start = OCTOBER,
                                              .end = NOVEMBER,
                                              .now = NOVEMBER + DAY / 2,
                                              .recharges = recharges,
                                              .n_recharges = UNIT_COUNT(recharges),
                                              .subscriptions = subscriptions,
                                              .n_subscriptions = UNIT_COUNT(subscriptions),
                                              .used_before = "50.25",
                                              .used = "66.305",
                                              .used_until = "116.555",
                                              .used_after = "3.5",
                                              .calls = 102,
                                              .final = true,
                                              .recharged_total = "1607.25",
                                              .used_total = "120.055",
                                              .itemized = true,
                                              .usage = campaigns,
                                              .n_usage = UNIT_COUNT(campaigns)};

#define LINE(line, at, name, calls, amount, balance, note)                                         \
    "{\"line\":\"" line "\",\"at\":" at ",\"name\":" name ",\"calls\":" calls                      \
    ",\"currency\":\"INR\",\"amount\":" amount ",\"balance\":" balance ",\"note\":" note "}\n"
#define N "null"

START_TEST(a_month)
{
    struct jaxl_statement_result result;
    struct jaxl_error err = {0};
    struct jaxl_buf out;

    jaxl_buf_init(&out, 1 << 20);
    ck_assert_msg(jaxl_statement_write(&october, keep, &out, &result, &err) == 0, "%s",
                  err.message);
    ck_assert_str_eq(
        jaxl_buf_text(&out),
        LINE("opening", "\"2026-10-01T00:00:00Z\"", N, N, "50", "50", N) LINE(
            "recharge", "\"2026-10-01T00:00:00Z\"", "\"Recharge\"", N, "1000", "1050",
            N) LINE("recharge", "\"2026-10-21T00:00:00Z\"", "\"Recharge\"", N, "500", "1550",
                    "\"paid 590\"") LINE("usage", N, "\"diwali\"", "100", "-65.005", "1484.995", N)
            LINE("usage", N, N, "2", "-1.3", "1483.695", "\"calls of no campaign\"") LINE(
                "closing", "\"2026-11-01T00:00:00Z\"", N, N, "1483.695", "1483.695",
                N) LINE("next-opening", "\"2026-11-01T00:00:00Z\"", N, N, "1483.695", N, N)
                LINE("subscription", "\"2026-10-01T00:00:00Z\"", "\"Phone number\"", N, "2", N, N)
                    LINE("subscription", "\"2026-10-02T00:00:00Z\"", "\"Phone number\"", N, "4.99",
                         N, "\"+12015550199\"") LINE("later-recharges", N, N, N, "7", "1490.695", N)
                        LINE("later-usage", N, N, N, "-3.5", "1487.195", N) LINE(
                            "expected", "\"2026-11-01T12:00:00Z\"", N, N, "1487.195", "1487.195", N)
                            LINE("platform", "\"2026-11-01T12:00:00Z\"", N, N, "1487.195", N, N)
                                LINE("difference", "\"2026-11-01T12:00:00Z\"", N, N, "0", N, N));
    ck_assert(result.agrees);
    ck_assert_str_eq(result.balance, "0");
    ck_assert_str_eq(result.usage, "0");
    ck_assert_str_eq(result.next, "0");
    jaxl_buf_free(&out);
}
END_TEST

/* Whether a word is one of several. */
static bool is_among(const char *word, const char *words)
{
    size_t len = strlen(word);

    for (const char *p = words; *p; p += strcspn(p, " "), p += *p == ' ')
        if (strncmp(p, word, len) == 0 && (p[len] == ' ' || !p[len]))
            return true;
    return false;
}

/* The members of the lines that are of these kinds. */
static const char *brief(const struct jaxl_buf *out, const char *kinds, struct jaxl_buf *text)
{
    const char *line = jaxl_buf_text(out);
    struct jaxl_json_doc *doc;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    jaxl_buf_reset(text);
    while (*line) {
        static const char *const names[] = {"line", "name", "calls", "amount", "balance", "note"};
        const struct jaxl_json *l;
        size_t len = strcspn(line, "\n");
        ck_assert_int_eq(jaxl_json_parse(doc, line, len, &l, NULL), 0);
        if (is_among(jaxl_json_string(jaxl_json_get(l, "line"), "?"), kinds))
            for (size_t i = 0; i < UNIT_COUNT(names); i++) {
                const char *value = jaxl_json_text(jaxl_json_get(l, names[i]), NULL);
                jaxl_buf_printf(text, "%s%s", value ? value : "-",
                                i + 1 < UNIT_COUNT(names) ? "|" : "\n");
            }
        line += len + 1;
    }
    jaxl_json_doc_free(&doc);
    return jaxl_buf_text(text);
}

/* Each changes something of the month above. */
static void no_calls(struct jaxl_statement *s)
{
    s->itemized = false;
}
static void other_usage(struct jaxl_statement *s)
{
    s->used = "67.305";
    s->used_until = "117.555";
    s->used_total = "121.055";
}
static void more_in_calls(struct jaxl_statement *s)
{
    s->used = "66";
    s->used_until = "116.25";
    s->used_total = "119.75";
}
static void wrong_until(struct jaxl_statement *s)
{
    s->used_until = "116.55";
}
static void wrong_total(struct jaxl_statement *s)
{
    s->used_total = "100";
}
static void undated(struct jaxl_statement *s)
{
    static const struct jaxl_statement_recharge some[] = {{INT64_MIN, "Recharge", "1607.25", NULL}};

    s->recharges = some;
    s->n_recharges = 1;
}
static void going_on(struct jaxl_statement *s)
{
    s->now = NOVEMBER - 1;
    s->final = false;
}
static void not_final(struct jaxl_statement *s)
{
    s->final = false;
}
static void exclusive(struct jaxl_statement *s)
{
    ck_assert_int_eq(jaxl_statement_tax_parse("18", &s->tax, NULL), 0);
}
static void inclusive(struct jaxl_statement *s)
{
    ck_assert_int_eq(jaxl_statement_tax_parse("18,inclusive", &s->tax, NULL), 0);
}
static void nothing(struct jaxl_statement *s)
{
    *s = (struct jaxl_statement){.currency = "USD", .final = true};
}

static const struct {
    void (*change)(struct jaxl_statement *s);
    const char *kinds, *lines;
    bool agrees;
} changes[] = {
    {no_calls, "usage closing",
     "usage|-|102|-66.305|1483.695|all calls\nclosing|-|-|1483.695|1483.695|-\n", true},
    {other_usage, "usage-other closing difference",
     "usage-other|-|-|-1|1482.695|usage of the platform that the calls do not show\n"
     "closing|-|-|1482.695|1482.695|-\ndifference|-|-|0|-|-\n",
     false},
    {more_in_calls, "usage-other closing difference",
     "usage-other|-|-|0.305|1484|the calls show more than the platform's usage\n"
     "closing|-|-|1484|1484|-\ndifference|-|-|0|-|-\n",
     false},
    {wrong_until, "next-opening closing",
     "closing|-|-|1483.695|1483.695|-\n"
     "next-opening|-|-|1483.7|-|the platform's usage up to then is not that before and in the "
     "month\n",
     false},
    {wrong_total, "platform expected difference",
     "expected|-|-|1487.195|1487.195|-\nplatform|-|-|1507.25|-|-\n"
     "difference|-|-|20.055|-|the platform's balance is not the expected one\n",
     false},
    {undated, "opening recharge undated-recharges expected difference",
     "opening|-|-|-50.25|-50.25|-\nundated-recharges|-|-|1607.25|1487.195|"
     "the platform does not say when: they are in no month\nexpected|-|-|1487.195|1487.195|-\n"
     "difference|-|-|0|-|-\n",
     false},
    {going_on, "closing", "closing|-|-|1483.695|1483.695|the month is not over\n", true},
    {not_final, "closing", "closing|-|-|1483.695|1483.695|the cost of some calls is not final\n",
     true},
    {exclusive, "taxable tax gross closing",
     "closing|-|-|1483.695|1483.695|-\ntaxable|-|-|66.305|-|-\n"
     "tax|18 % on top of the usage|-|11.93|-|rounded half-even to 2 decimals\n"
     "gross|-|-|78.235|-|-\n",
     true},
    {inclusive, "taxable tax gross closing",
     "closing|-|-|1483.695|1483.695|-\ntaxable|-|-|56.195|-|-\n"
     "tax|18 % within the usage|-|10.11|-|rounded half-even to 2 decimals\n"
     "gross|-|-|66.305|-|-\n",
     true},
    {nothing, "opening closing usage difference",
     "opening|-|-|0|0|-\nusage|-|0|0|0|all calls\nclosing|-|-|0|0|-\ndifference|-|-|0|-|-\n", true},
};

START_TEST(what_changes)
{
    struct jaxl_statement s = october;
    struct jaxl_statement_result result;
    struct jaxl_buf out, text;

    jaxl_buf_init(&out, 1 << 20);
    jaxl_buf_init(&text, 1 << 20);
    changes[_i].change(&s);
    ck_assert_int_eq(jaxl_statement_write(&s, keep, &out, &result, NULL), 0);
    ck_assert_str_eq(brief(&out, changes[_i].kinds, &text), changes[_i].lines);
    ck_assert_int_eq(result.agrees, changes[_i].agrees);
    jaxl_buf_free(&out);
    jaxl_buf_free(&text);
}
END_TEST

static const struct {
    const char *text, *rate; /* rate NULL: it is none */
    enum jaxl_statement_tax_mode mode;
} taxes[] = {
    {"18", "18", JAXL_STATEMENT_EXCLUSIVE},
    {"18,exclusive", "18", JAXL_STATEMENT_EXCLUSIVE},
    {"18,inclusive", "18", JAXL_STATEMENT_INCLUSIVE},
    {"12.5", "12.5", JAXL_STATEMENT_EXCLUSIVE},
    {"0", "0", JAXL_STATEMENT_EXCLUSIVE},
    {"100", "100", JAXL_STATEMENT_EXCLUSIVE},
    {"0.0001", "0.0001", JAXL_STATEMENT_EXCLUSIVE},
    {"", NULL, JAXL_STATEMENT_NO_TAX},
    {"18%", NULL, JAXL_STATEMENT_NO_TAX},
    {"-1", NULL, JAXL_STATEMENT_NO_TAX},
    {"100.1", NULL, JAXL_STATEMENT_NO_TAX},
    {"0.00001", NULL, JAXL_STATEMENT_NO_TAX},
    {"18,", NULL, JAXL_STATEMENT_NO_TAX},
    {"18,inclusive,", NULL, JAXL_STATEMENT_NO_TAX},
    {"18,Inclusive", NULL, JAXL_STATEMENT_NO_TAX},
    {"00000000000000018", NULL, JAXL_STATEMENT_NO_TAX},
    {",inclusive", NULL, JAXL_STATEMENT_NO_TAX},
};

START_TEST(terms_of_tax)
{
    struct jaxl_statement_tax tax;
    struct jaxl_error err = {0};
    int rc = jaxl_statement_tax_parse(taxes[_i].text, &tax, &err);

    ck_assert_int_eq(rc, taxes[_i].rate ? 0 : JAXL_EARG);
    ck_assert_int_eq(tax.mode, taxes[_i].mode);
    if (taxes[_i].rate)
        ck_assert_str_eq(tax.rate, taxes[_i].rate);
    else
        ck_assert_uint_gt(strlen(err.message), 0);
}
END_TEST

static const struct {
    const char *used, *terms, *taxable, *tax; /* taxable NULL: it does not fit */
} rounded[] = {
    {"100", "18", "100", "18"},
    {"118", "18,inclusive", "100", "18"},
    {"0.25", "18", "0.25", "0.04"}, /* 0.045: to even */
    {"0.75", "18", "0.75", "0.14"}, /* 0.135 */
    {"-0.25", "18", "-0.25", "-0.04"},
    {"1", "18,inclusive", "0.85", "0.15"}, /* 0.152542... */
    {"0.004", "100", "0.004", "0"},
    {"7", "0,inclusive", "7", "0"},
    {"200", "100,inclusive", "100", "100"},
    {"9999999999999999999999999999999999999999.99", "18",
     "9999999999999999999999999999999999999999.99", "1800000000000000000000000000000000000000"},
    {"1e40", "18", NULL, NULL},
    {"-1e40", "18", NULL, NULL},
};

START_TEST(tax_is_rounded_once)
{
    struct jaxl_sum used, taxable, tax;
    struct jaxl_statement_tax terms;
    char text[JAXL_SUM_TEXT];
    int rc;

    ck_assert_int_eq(jaxl_sum_parse(rounded[_i].used, strlen(rounded[_i].used), &used), 0);
    ck_assert_int_eq(jaxl_statement_tax_parse(rounded[_i].terms, &terms, NULL), 0);
    rc = jaxl_statement_tax(&terms, &used, &taxable, &tax, NULL);
    ck_assert_int_eq(rc, rounded[_i].taxable ? 0 : JAXL_ELIMIT);
    if (rc)
        return;
    ck_assert_str_eq(jaxl_sum_format(&taxable, text), rounded[_i].taxable);
    ck_assert_str_eq(jaxl_sum_format(&tax, text), rounded[_i].tax);
}
END_TEST

START_TEST(what_is_no_statement)
{
    static const struct jaxl_statement_recharge bad[] = {{OCTOBER, NULL, "ten", NULL}};
    struct jaxl_error err = {0};
    struct jaxl_statement s = october;
    struct jaxl_buf out;

    jaxl_buf_init(&out, 1 << 20);
    s.currency = NULL;
    ck_assert_int_eq(jaxl_statement_write(&s, keep, &out, NULL, NULL), JAXL_EARG);
    s = october;
    s.end = s.start - 1;
    ck_assert_int_eq(jaxl_statement_write(&s, keep, &out, NULL, NULL), JAXL_EARG);
    s = october;
    s.used = "1e52";
    ck_assert_int_eq(jaxl_statement_write(&s, keep, &out, NULL, &err), JAXL_ELIMIT);
    ck_assert_str_eq(err.message, "the usage of the month: it has too many digits");
    s = october;
    s.recharges = bad;
    s.n_recharges = 1;
    ck_assert_int_eq(jaxl_statement_write(&s, keep, &out, NULL, &err), JAXL_EINPUT);
    ck_assert_str_eq(err.message, "a recharge: no amount");
    s = october;
    s.tax = (struct jaxl_statement_tax){JAXL_STATEMENT_EXCLUSIVE, "much"};
    ck_assert_int_eq(jaxl_statement_write(&s, keep, &out, NULL, &err), JAXL_EARG);
    jaxl_buf_free(&out);
}
END_TEST

/* Property: against an adder of whole paise. */
enum { EVENTS = 40 };

static uint64_t seed = 1;

static int64_t below(int64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)(seed % (uint64_t)n);
}

struct random_account {
    struct jaxl_statement_recharge recharges[EVENTS];
    struct jaxl_statement_usage usage[EVENTS];
    char texts[2 * EVENTS + 8][32];
    int n_texts;
    int64_t before, within, after, undated; /* recharged less used */
};

/* In millionths, written with all or fewer decimals. */
static const char *amount(struct random_account *a, int64_t v)
{
    char *text = a->texts[a->n_texts++];

    snprintf(text, sizeof a->texts[0], "%s%lld.%06lld", v < 0 ? "-" : "",
             (long long)(v < 0 ? -v : v) / 1000000, (long long)(v < 0 ? -v : v) % 1000000);
    return text;
}

static void draw(struct random_account *a, struct jaxl_statement *s)
{
    int64_t used[3] = {below(1 << 30), 0, below(1 << 30)}, total = 0;

    *a = (struct random_account){.n_texts = 0};
    *s = (struct jaxl_statement){.currency = "INR",
                                 .start = OCTOBER,
                                 .end = NOVEMBER,
                                 .now = NOVEMBER + DAY,
                                 .itemized = true,
                                 .final = true,
                                 .recharges = a->recharges,
                                 .usage = a->usage,
                                 .n_recharges = (size_t)below(EVENTS),
                                 .n_usage = (size_t)below(EVENTS)};
    for (size_t i = 0; i < s->n_recharges; i++) {
        int64_t v = below(1 << 30) - (1 << 20), when = below(10);
        total += v;
        a->recharges[i] = (struct jaxl_statement_recharge){
            when == 0 ? INT64_MIN : OCTOBER + (when - 4) * 10 * DAY, NULL, amount(a, v), NULL};
        *(when == 0 ? &a->undated : when < 4 ? &a->before : when < 8 ? &a->within : &a->after) += v;
    }
    for (size_t i = 0; i < s->n_usage; i++) {
        int64_t v = below(1 << 24) - 1000;
        used[1] += v;
        a->usage[i] = (struct jaxl_statement_usage){NULL, 1, amount(a, v)};
    }
    a->before -= used[0];
    a->within -= used[1];
    a->after -= used[2];
    s->used_before = amount(a, used[0]);
    s->used = amount(a, used[1]);
    s->used_until = amount(a, used[0] + used[1]);
    s->used_after = amount(a, used[2]);
    s->recharged_total = amount(a, total);
    s->used_total = amount(a, used[0] + used[1] + used[2]);
}

static void expect_line(const struct jaxl_buf *out, struct jaxl_buf *text, const char *kind,
                        int64_t v)
{
    char number[JAXL_SUM_TEXT], plain[48], wanted[JAXL_SUM_TEXT + 64];
    struct jaxl_sum sum;

    snprintf(plain, sizeof plain, "%lldE-6", (long long)v);
    ck_assert_int_eq(jaxl_sum_parse(plain, strlen(plain), &sum), 0);
    snprintf(wanted, sizeof wanted, "%s|-|-|%s|", kind, jaxl_sum_format(&sum, number));
    brief(out, kind, text);
    ck_assert_msg(strncmp(jaxl_buf_text(text), wanted, strlen(wanted)) == 0, "%s, not %s",
                  jaxl_buf_text(text), wanted);
}

START_TEST(random_accounts)
{
    static struct random_account a;
    struct jaxl_statement_result result;
    struct jaxl_statement s;
    struct jaxl_buf out, text;

    jaxl_buf_init(&out, 1 << 20);
    jaxl_buf_init(&text, 1 << 20);
    for (int turn = 0; turn < 400 / unit_slow(); turn++) {
        draw(&a, &s);
        jaxl_buf_reset(&out);
        ck_assert_int_eq(jaxl_statement_write(&s, keep, &out, &result, NULL), 0);
        expect_line(&out, &text, "opening", a.before);
        expect_line(&out, &text, "closing", a.before + a.within);
        expect_line(&out, &text, "expected", a.before + a.within + a.after + a.undated);
        expect_line(&out, &text, "platform", a.before + a.within + a.after + a.undated);
        ck_assert_int_eq(result.agrees, a.undated == 0);
    }
    jaxl_buf_free(&out);
    jaxl_buf_free(&text);
}
END_TEST

static int work(void *ctx)
{
    struct jaxl_statement s = october;
    struct jaxl_buf out;
    int rc;

    (void)ctx;
    s.tax = (struct jaxl_statement_tax){JAXL_STATEMENT_INCLUSIVE, "18"};
    jaxl_buf_init(&out, 1 << 20);
    rc = jaxl_statement_write(&s, keep, &out, NULL, NULL);
    jaxl_buf_free(&out);
    return rc;
}

START_TEST(memory_runs_out)
{
    ck_assert_int_gt(failmalloc_each(work, NULL), 4);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, a_month);
    tcase_add_loop_test(tc, what_changes, 0, UNIT_COUNT(changes));
    tcase_add_loop_test(tc, terms_of_tax, 0, UNIT_COUNT(taxes));
    tcase_add_loop_test(tc, tax_is_rounded_once, 0, UNIT_COUNT(rounded));
    tcase_add_test(tc, what_is_no_statement);
    tcase_add_test(tc, random_accounts);
    tcase_add_test(tc, memory_runs_out);
}

int main(void)
{
    return unit_run("statement", add);
}
