#include "failmalloc.h"
#include "report/html.h"
#include "report_fixture.h"

static const char *const fixtures[] = {"month", "campaigns", "single", "long", "hostile", "empty"};

/* The page of a fixture; out is freed by the caller. */
static void render(const char *name, struct jaxl_buf *out)
{
    struct fixture *f = fixture_new(name);
    struct jaxl_error err = {.message = ""};

    jaxl_buf_init(out, 16 << 20);
    ck_assert_msg(report_html_write(&f->page, out, &err) == 0, "%s", err.message);
    fixture_free(f);
}

START_TEST(golden)
{
    struct jaxl_buf out;
    char name[64];

    render(fixtures[_i], &out);
    snprintf(name, sizeof name, "%s.html", fixtures[_i]);
    fixture_golden(name, &out);
    jaxl_buf_free(&out);
}
END_TEST

static size_t count(const char *text, const char *word)
{
    size_t n = 0;

    while ((text = strstr(text, word))) {
        text += strlen(word);
        n++;
    }
    return n;
}

/* Elements that are opened are closed, the last one first; nothing else is opened. */
START_TEST(well_formed)
{
    static const char *const void_elements[] = {"meta", "!DOCTYPE", "rect", "path"};
    struct jaxl_buf out;
    char stack[32][16], name[16];
    size_t depth = 0;
    int len;

    render(fixtures[_i], &out);
    for (const char *at = strchr(jaxl_buf_text(&out), '<'); at; at = strchr(at + 1, '<')) {
        const char *end = strchr(at, '>');
        bool is_void = end[-1] == '/';
        ck_assert_msg(sscanf(at, "<%*1[/]%15[a-zA-Z0-9]%n", name, &len) == 1 ||
                          sscanf(at, "<%15[!a-zA-Z0-9]%n", name, &len) == 1,
                      "%.40s", at);
        for (size_t i = 0; i < 2; i++)
            is_void |= strcmp(name, void_elements[i]) == 0;
        if (at[1] == '/') {
            ck_assert_uint_gt(depth, 0);
            ck_assert_msg(strcmp(stack[--depth], name) == 0, "%s ended by %.20s", stack[depth], at);
        } else if (!is_void) {
            ck_assert_uint_lt(depth, UNIT_COUNT(stack));
            memcpy(stack[depth++], name, sizeof name);
        }
    }
    ck_assert_uint_eq(depth, 0);
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(needs_nothing_else)
{
    static const char *const never[] = {
        "<script", "javascript:", "http:", "https:", "url(",   "@import", "<link",
        "<img",    "<iframe",     " src=", "href=",  "onload", "<object", "<b>"};
    struct jaxl_buf out;

    render(fixtures[_i], &out);
    for (size_t i = 0; i < UNIT_COUNT(never); i++)
        ck_assert_msg(!strstr(jaxl_buf_text(&out), never[i]), "%s has %s", fixtures[_i], never[i]);
    jaxl_buf_free(&out);
}
END_TEST

static const struct {
    const char *text, *html;
    size_t len; /* 0: strlen */
} escapes[] = {
    {"plain", "plain", 0},
    {"<a href=\"x\" on='y'>&amp;", "&lt;a href=&quot;x&quot; on=&#39;y&#39;&gt;&amp;amp;", 0},
    {"a\tb\nc\rd", "a b c d", 0},
    {"a\0b", "a\ufffdb", 3},
    {"\x01\x1b\x7f", "\ufffd\ufffd\ufffd", 0},
    {"\xc2\x80\xc2\x9f\xc2\xa0", "\ufffd\ufffd\u00a0", 0},
    {"\xff\xc3", "\ufffd\ufffd", 0},
    {"\xc0\xbc\xe0\x80\xbc", "\ufffd\ufffd\ufffd\ufffd\ufffd", 0}, /* overlong '<' */
    {"\xed\xa0\x80", "\ufffd\ufffd\ufffd", 0},
    {"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd", 0},
    {"\xef\xbf\xbe\xef\xb7\x90", "\ufffd\ufffd", 0},
    {"\u202eabc\u2066\u200f", "abc\u200f", 0},
    {"a\u2028b", "a b", 0},
    {"\u0926\u093f\u0935\u093e\u0932\u0940 \U0001f389",
     "\u0926\u093f\u0935\u093e\u0932\u0940 \U0001f389", 0},
};

START_TEST(escaped)
{
    struct jaxl_buf out;

    jaxl_buf_init(&out, 4096);
    html_put_text(&out, escapes[_i].text,
                  escapes[_i].len ? escapes[_i].len : strlen(escapes[_i].text));
    ck_assert_str_eq(jaxl_buf_text(&out), escapes[_i].html);
    jaxl_buf_free(&out);
}
END_TEST

/* WCAG 2.2: one part of the relative luminance of a colour. */
static double channel(int value)
{
    const double x = value / 255.0, y = (x + 0.055) / 1.055;
    double root = y;

    if (x <= 0.04045)
        return x / 12.92;
    for (int i = 0; i < 60; i++) /* root = y^0.2, by Newton */
        root -= (root * root * root * root * root - y) / (5 * root * root * root * root);
    return y * y * root * root; /* y^2.4 */
}

static double luminance(const char *css, const char *name)
{
    char key[32];
    unsigned r, g, b;
    const char *at;

    snprintf(key, sizeof key, "--%s:#", name);
    at = strstr(css, key);
    ck_assert_msg(at != NULL, "no colour %s", name);
    ck_assert_int_eq(sscanf(at + strlen(key), "%2x%2x%2x", &r, &g, &b), 3);
    return 0.2126 * channel((int)r) + 0.7152 * channel((int)g) + 0.0722 * channel((int)b);
}

static const struct {
    const char *one, *other;
    double least;
} contrasts[] = {
    {"ink", "page", 7},      {"soft", "page", 4.5}, {"failed", "page", 4.5}, /* as text, too */
    {"answered", "page", 3}, {"missed", "page", 3}, {"cost", "page", 3},     {"on0", "heat0", 4.5},
    {"on1", "heat1", 4.5},   {"on2", "heat2", 4.5}, {"on3", "heat3", 4.5},   {"on4", "heat4", 4.5},
    {"on5", "heat5", 4.5},   {"on6", "heat6", 4.5}, {"heat6", "heat0", 4.5},
};

START_TEST(contrast)
{
    struct jaxl_buf out;
    const char *schemes[2];

    render("empty", &out);
    schemes[0] = strstr(jaxl_buf_text(&out), ":root{");
    schemes[1] = strstr(jaxl_buf_text(&out), "prefers-color-scheme:dark");
    for (size_t i = 0; i < 2; i++) {
        double a, b;
        ck_assert_ptr_nonnull(schemes[i]);
        a = luminance(schemes[i], contrasts[_i].one);
        b = luminance(schemes[i], contrasts[_i].other);
        a = a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
        ck_assert_msg(a >= contrasts[_i].least, "%s on %s, scheme %zu: %.2f", contrasts[_i].one,
                      contrasts[_i].other, i, a);
    }
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(semantic)
{
    struct jaxl_buf out;
    const char *page;

    render("month", &out);
    page = jaxl_buf_text(&out);
    ck_assert_uint_eq(count(page, "<svg "), 5);
    ck_assert_uint_eq(count(page, "<svg "), count(page, " role=\"img\" aria-labelledby=\"t"));
    ck_assert_uint_eq(count(page, "<svg "), count(page, "<desc id=\"d"));
    ck_assert_uint_eq(count(page, "<figure>"), count(page, "<figcaption>"));
    ck_assert_uint_eq(count(page, "<table"), count(page, "<caption>"));
    ck_assert_uint_eq(count(page, "<th "), count(page, "<th scope=\""));
    ck_assert_uint_eq(count(page, "<h1>"), 1);
    ck_assert_uint_eq(count(page, "Total</th>"), 2);
    jaxl_buf_free(&out);
}
END_TEST

static int write_page(void *ctx)
{
    struct fixture *f = ctx;
    struct jaxl_buf out;
    int rc;

    jaxl_buf_init(&out, 16 << 20);
    rc = report_html_write(&f->page, &out, NULL);
    jaxl_buf_free(&out);
    return rc;
}

START_TEST(out_of_memory)
{
    struct fixture *f = fixture_new("hostile");

    ck_assert_int_gt(failmalloc_each(write_page, f), 5);
    fixture_free(f);
}
END_TEST

START_TEST(refused)
{
    struct fixture *f = fixture_new("campaigns");
    struct jaxl_error err;
    struct jaxl_buf out;

    jaxl_buf_init(&out, 10000);
    ck_assert_int_eq(report_html_write(&f->page, &out, &err), JAXL_ELIMIT);
    jaxl_buf_free(&out);
    f->page.locale = "xx";
    jaxl_buf_init(&out, 16 << 20);
    ck_assert_int_eq(report_html_write(&f->page, &out, &err), JAXL_EARG);
    jaxl_buf_free(&out);
    fixture_free(f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, golden, 0, UNIT_COUNT(fixtures));
    tcase_add_loop_test(tc, well_formed, 0, UNIT_COUNT(fixtures));
    tcase_add_loop_test(tc, needs_nothing_else, 0, UNIT_COUNT(fixtures));
    tcase_add_loop_test(tc, escaped, 0, UNIT_COUNT(escapes));
    tcase_add_loop_test(tc, contrast, 0, UNIT_COUNT(contrasts));
    tcase_add_test(tc, semantic);
    tcase_add_test(tc, out_of_memory);
    tcase_add_test(tc, refused);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE
                                                         : unit_run("report_html", add);
}
