#include <unistd.h>

#include "failmalloc.h"
#include "jaxl/money.h"
#include "report_fixture.h"

static const char *const fixtures[] = {"month", "campaigns", "single", "long", "hostile", "empty"};

static void render(struct fixture *f, struct jaxl_buf *out)
{
    struct jaxl_error err = {.message = ""};

    jaxl_buf_init(out, 16 << 20);
    ck_assert_msg(report_hledger_write(&f->page, out, &err) == 0, "%s", err.message);
}

START_TEST(golden)
{
    struct fixture *f = fixture_new(fixtures[_i]);
    struct jaxl_buf out;
    char name[64];

    render(f, &out);
    snprintf(name, sizeof name, "%s.journal", fixtures[_i]);
    fixture_golden(name, &out);
    jaxl_buf_free(&out);
    fixture_free(f);
}
END_TEST

/* What the rows of a currency, as hledger writes it, have cost. */
static struct jaxl_money cost_of(const struct report_rows *rows, const char *commodity)
{
    struct jaxl_money sum = jaxl_money_int(0), one;

    for (size_t i = 0; i < rows->n; i++) {
        const char *currency = jaxl_json_string(jaxl_json_get(rows->items[i], "currency"), "");
        size_t len;
        const char *cost = jaxl_json_text(jaxl_json_get(rows->items[i], "cost"), &len);
        if (strcmp(currency, commodity) != 0)
            continue;
        ck_assert_int_eq(jaxl_money_parse(cost, len, &one, NULL), 0);
        ck_assert_int_eq(jaxl_money_add(&sum, &one, &sum), 0);
    }
    return sum;
}

/* A line "INR -12.50" or "\"credits <b>\" 1": its amount is what the rows have cost. */
static void compare(const struct report_rows *rows, char *line)
{
    char *amount, *commodity = line + strspn(line, " ");
    struct jaxl_money got, want;

    commodity[strcspn(commodity, "\n")] = '\0';
    amount = strrchr(commodity, ' ');
    ck_assert_msg(amount != NULL, "hledger: %s", line);
    *amount++ = '\0';
    if (*commodity == '"') {
        commodity++;
        commodity[strlen(commodity) - 1] = '\0';
    }
    ck_assert_int_eq(jaxl_money_parse(amount, strlen(amount), &got, NULL), 0);
    want = cost_of(rows, commodity);
    ck_assert_msg(jaxl_money_compare(&got, &want) == 0, "%s: %s", commodity, amount);
}

/* Where hledger is installed it takes the journal, and its sums are those of the rows. */
START_TEST(hledger_agrees)
{
    struct fixture *f = fixture_new(fixtures[_i]);
    struct jaxl_buf out;
    char dir[256], path[300], command[512], line[512];
    size_t lines = 0;
    FILE *file;

    render(f, &out);
    unit_dir_make(dir);
    snprintf(path, sizeof path, "%s/x.journal", dir);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(out.data, 1, out.len, file), out.len);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(setenv("LC_ALL", "C.UTF-8", 1), 0);
    if (system("command -v hledger >/dev/null") == 0) {
        snprintf(command, sizeof command, "hledger -f %s check", path);
        ck_assert_int_eq(system(command), 0);
        snprintf(command, sizeof command,
                 "hledger -f %s bal expenses: -N --depth 1 --format '%%(total)'", path);
        file = popen(command, "r");
        ck_assert_ptr_nonnull(file);
        while (fgets(line, sizeof line, file)) {
            if (line[strspn(line, " 0")] != '\n') {
                compare(&f->page.rows, line);
                lines++;
            }
        }
        ck_assert_int_eq(pclose(file), 0);
        ck_assert_uint_eq(lines > 0, f->page.rows.n > 0);
    }
    unit_dir_remove(dir);
    jaxl_buf_free(&out);
    fixture_free(f);
}
END_TEST

/* Rows of one line each, and the journal behind its head. */
static const struct {
    const char *page, *row, *journal;
} cases[] = {
    {"{\"keys\":[\"week\",\"tag\"],\"made_at\":\"2026-11-01\"}",
     "{\"week\":\"2026-W01\",\"tag\":\"vip\",\"currency\":\"INR\",\"cost\":1.250}",
     "\n2025-12-29 * Jaxl calls\n    expenses:calls:vip  INR 1.250\n    assets:jaxl wallet\n"},
    {"{\"keys\":[\"month\"]}", "{\"month\":\"2026-02\",\"currency\":\"INR\",\"cost\":-1}",
     "\n2026-02-01 * Jaxl calls\n    expenses:calls  INR -1\n    assets:jaxl wallet\n"},
    {"{\"keys\":[\"hour\",\"currency\"],\"made_at\":\"2026-11-01T00:00:00Z\"}",
     "{\"hour\":7,\"currency\":\"INR\",\"cost\":1e3}",
     "\n2026-11-01 * Jaxl calls\n    expenses:calls:7  INR 1000\n    assets:jaxl wallet\n"},
    {"{\"keys\":[\"day\",\"x\"],\"made_at\":\"2026-11-01\"}",
     "{\"day\":\"2026-02-30\",\"x\":true,\"currency\":\"a \\\"1\",\"cost\":2}",
     "\n2026-11-01 * Jaxl calls\n    expenses:calls:true  \"a '1\" 2\n    assets:jaxl wallet\n"},
    {"{\"keys\":[\"campaign\"],\"made_at\":\"2026-11-01\"}",
     "{\"campaign\":\" \\u00a0a \\t\\u3000b;c:d\\n\",\"currency\":null,\"cost\":2}",
     "\n2026-11-01 * Jaxl calls\n    expenses:calls:a b,c-d  2\n    assets:jaxl wallet\n"},
    {"{\"keys\":[\"campaign\"],\"made_at\":\"2026-11-01\"}",
     "{\"campaign\":null,\"currency\":\"INR\",\"cost\":0.00,\"provisional_cost\":0.5}",
     "; provisional, not posted: 2026-11-01 expenses:calls:no campaign  INR 0.5\n"},
};

START_TEST(rules)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *root, *row;
    struct report_page page = {.title = "x"};
    const char *keys[2];
    struct jaxl_buf text, out;

    jaxl_buf_init(&text, 4096);
    jaxl_buf_init(&out, 4096);
    jaxl_buf_printf(&text, "[%s,%s]", cases[_i].page, cases[_i].row);
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, text.data, text.len, &root, NULL), 0);
    row = jaxl_json_at(root, 1);
    page.made_at = jaxl_json_string(jaxl_json_get(jaxl_json_at(root, 0), "made_at"), NULL);
    page.keys = keys;
    page.n_keys = fixture_names(jaxl_json_get(jaxl_json_at(root, 0), "keys"), keys);
    page.rows = (struct report_rows){&row, 1};
    ck_assert_int_eq(report_hledger_write(&page, &out, NULL), 0);
    ck_assert_ptr_eq(strstr(jaxl_buf_text(&out), "; x\ndecimal-mark .\n"), out.data);
    ck_assert_str_eq(out.data + strlen("; x\ndecimal-mark .\n"), cases[_i].journal);
    jaxl_buf_free(&text);
    jaxl_buf_free(&out);
    jaxl_json_doc_free(&doc);
}
END_TEST

static int write_journal(void *ctx)
{
    struct fixture *f = ctx;
    struct jaxl_buf out;
    int rc;

    jaxl_buf_init(&out, 16 << 20);
    rc = report_hledger_write(&f->page, &out, NULL);
    jaxl_buf_free(&out);
    return rc;
}

START_TEST(out_of_memory)
{
    struct fixture *f = fixture_new("hostile");

    ck_assert_int_gt(failmalloc_each(write_journal, f), 3);
    fixture_free(f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, golden, 0, UNIT_COUNT(fixtures));
    tcase_add_loop_test(tc, hledger_agrees, 0, UNIT_COUNT(fixtures));
    tcase_add_loop_test(tc, rules, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return unit_run("report_hledger", add);
}
