#include "failmalloc.h"

#include "data/utf8.h"
#include "ivr/dot_text.h"
#include "ivr_fixture.h"

#define MAIN   "{\"ivr\": \"main\", \"message\": \"Press 1.\"}\n"
#define OPTION "{\"ivr\": \"main\", \"input\": \"1\", \"message\": \"Go\", "
#define PHONE  "{\"phone\": \"+918069001234\", \"ivr\": "
#define M      "\"menu:main\""
#define BR     "<br align=\"left\"/>"
#define RED    "color=\"#c0282d\", fontcolor=\"#c0282d\""
#define WRONG  "style=filled, fillcolor=\"#fdeceb\", " RED
#define OVAL   "shape=ellipse"

/* What the graph of a text has, one after the other, and what it does not. */
static const struct {
    const char *text, *has[4], *lacks;
} cases[] = {
    {"", {"digraph ivr {\n", "}\n"}, "menu"},
    {MAIN, {M " [label=<<b>main</b>" BR "Press 1." BR ">];\n"}, "->"},
    {"{\"ivr\": \"main\", \"message\": \"Bye.\", \"hangup\": true, \"entry\": true, \"id\": 12}\n",
     {"<b>main</b> (12)" BR "Bye." BR "<i>hangs up</i>" BR ">, peripheries=2", ", penwidth=2.5"},
     ", penwidth=2.5, "},
    {"{\"ivr\": \"hook\", \"message\": \"https://x/y?a&b\"}\n",
     {"\"menu:hook\" [label=<<b>hook</b>" BR "<i>webhook</i>" BR "https://x/y?a&amp;b" BR
      ">, shape=component"},
     "#c0282d"},

    /* where options lead */
    {MAIN OPTION "\"next\": \"main\"}\n", {"  " M " -> " M " [label=<1 Go>];\n"}, "#c0282d"},
    {MAIN OPTION "\"phone\": \"+919876543210\"}\n",
     {"\"phone:+919876543210\" [label=<Phone +919876543210>, " OVAL,
      M " -> \"phone:+919876543210\" [label=<1 Go>];"},
     "#c0282d"},
    {MAIN OPTION "\"devices\": [7, 8]}\n",
     {"\"devices:7,8\" [label=<Devices 7, 8>, " OVAL, M " -> \"devices:7,8\" "},
     "#c0282d"},
    {MAIN OPTION "\"appusers\": \"a@b.in 12\"}\n",
     {"\"appusers:a@b.in,12\" [label=<App users a@b.in, 12>, " OVAL},
     "#c0282d"},
    {MAIN OPTION "\"teams\": [\"A, \\\"B\\\" & <C>\"]}\n",
     {"\"teams:A%2C %22B%22 & <C>\" [label=<Team A, \"B\" &amp; &lt;C&gt;>, " OVAL,
      " -> \"teams:A%2C %22B%22 & <C>\" [label=<1 Go>];"},
     "#c0282d"},
    {MAIN OPTION "\"webhook\": \"https://x/y\"}\n",
     {"\"webhook:https://x/y\" [label=<Webhook https://x/y>, shape=note", M " -> \"webhook:"},
     "#c0282d"},
    {MAIN OPTION "\"next\": 12}\n",
     {"\"ivr:12\" [label=<IVR 12>, style=filled, fillcolor=\"#f0f0f0\"", M " -> \"ivr:12\""},
     "#c0282d"},

    /* the same is shared, in the order of what it is */
    {MAIN OPTION "\"teams\": [9]}\n"
                 "{\"ivr\": \"main\", \"input\": \"3\", \"message\": \"C\", \"teams\": [5, 7]}\n"
                 "{\"ivr\": \"main\", \"input\": \"2\", \"message\": \"B\", \"teams\": [9]}\n",
     {"\"teams:5,7\" [", "\"teams:9\" [label=<Team 9>, ",
      M " -> \"teams:9\" [label=<1 Go>];\n  " M " -> \"teams:9\" [label=<2 B>];\n  " M
        " -> \"teams:5,7\" [label=<3 C>];\n}\n"},
     "\"teams:9\" [label=<Team 9>, shape=ellipse, style=filled, fillcolor=\"#edf7ec\", "
     "color=\"#5b8f57\", margin=\"0.05,0.03\"];\n  \"teams:9\""},

    /* what else an option has */
    {MAIN OPTION "\"teams\": 5, \"enabled\": false}\n",
     {"[label=<1 Go>, style=dashed, color=\"#949494\", fontcolor=\"#949494\"];\n"},
     "#c0282d"},
    {MAIN OPTION "\"teams\": 5, \"needs_data_prompt\": \"Your <number>?\"}\n",
     {"[label=<1 Go<br/><i>asks: Your &lt;number&gt;?</i>>];"},
     "reads"},
    {MAIN OPTION "\"teams\": 5, \"needs_data_prompt\": \"N?\", \"confirmation\": true, "
                 "\"webhook_url\": \"https://x\"}\n",
     {"[label=<1 Go<br/><i>asks: N?<br/>and reads it back</i><br/><i>if allowed by<br/>https://x"
      "</i>>];"},
     "#c0282d"},

    /* what is wrong */
    {MAIN OPTION "\"next\": \"mian\"}\n",
     {"\"menu:mian\" [label=<No menu mian>, " WRONG "];\n",
      M " -> \"menu:mian\" [label=<1 Go>, " RED "];\n"},
     "dashed"},
    {MAIN OPTION "\"next\": \"mian\", \"enabled\": false}\n",
     {" [label=<1 Go>, style=dashed, " RED "];\n"},
     "#949494"},
    {MAIN "{\"ivr\": \"main\", \"input\": \"1\"}\n",
     {"\"nowhere\" [label=<Nowhere>, " WRONG "];\n", M " -> \"nowhere\" [label=<1>, " RED "];"},
     "dashed"},
    {MAIN OPTION "\"phone\": \"98765\"}\n", {M " -> \"nowhere\" [label=<1 Go>, " RED "];"}, OVAL},
    {MAIN OPTION "\"phone\": \"+919876543210\", \"next\": \"main\"}\n",
     {M " -> " M " [label=<1 Go>];", M " -> \"phone:+919876543210\" [label=<1 Go>];"},
     "#c0282d"},
    {OPTION "\"next\": \"main\"}\n", /* drawn once, for its option */
     {M " [label=<<b>main</b>" BR "<i>has no record</i>" BR ">, " WRONG "];\n",
      M " -> " M " [label=<1 Go>, " RED "];"},
     "No menu"},
    {MAIN OPTION "\"next\": \"main\"}\n" OPTION "\"teams\": 5}\n", {M " -> " M " ["}, "teams"},

    /* phones */
    {MAIN PHONE "\"main\"}\n",
     {"\"call:+918069001234\" [label=<+918069001234>, shape=cds",
      "\"call:+918069001234\" -> " M " [penwidth=1.5];\n"},
     "#c0282d"},
    {MAIN PHONE "\"mian\"}\n",
     {"\"menu:mian\" [label=<No menu mian>, " WRONG "];\n",
      "\"call:+918069001234\" -> \"menu:mian\" [penwidth=1.5, " RED "];\n"},
     "dashed"},
    {MAIN PHONE "7}\n", {"\"ivr:7\" [label=<IVR 7>", " -> \"ivr:7\" [penwidth=1.5];"}, "#c0282d"},
};

static const char *draw(struct ivr *f, const char *text, struct jaxl_buf *out)
{
    int rc;

    (void)ivr_problems(f, "main.ndjson", text);
    jaxl_buf_init(out, 1024 * 1024);
    rc = jaxl_ivr_dot(&f->tree, out, &f->err);
    ck_assert_msg(rc == 0, "%s", f->err.message);
    return jaxl_buf_text(out);
}

START_TEST(everything_is_drawn)
{
    const char *at;
    struct jaxl_buf out;
    struct ivr f;

    ivr_set_up(&f);
    at = draw(&f, cases[_i].text, &out);
    ck_assert_msg(!strstr(at, cases[_i].lacks), "%s", at);
    for (size_t i = 0; i < UNIT_COUNT(cases[_i].has) && cases[_i].has[i]; i++) {
        const char *found = strstr(at, cases[_i].has[i]);
        ck_assert_msg(found, "%s is not in %s", cases[_i].has[i], at);
        at = found + 1;
    }
    jaxl_buf_free(&out);
    ivr_tear_down(&f);
}
END_TEST

/* An account has all of its IVRs, and may have what no file can say. */
START_TEST(an_account_is_drawn)
{
    struct jaxl_ivr_tree t;
    struct jaxl_ivr_menu *m;
    struct jaxl_ivr_option *o;
    struct jaxl_buf out;

    jaxl_ivr_tree_init(&t);
    t.file = "account";
    t.account = true;
    m = jaxl_ivr_tree_menu(&t, "ivr-12");
    ck_assert_ptr_nonnull(m);
    m->place = (struct jaxl_ivr_place){t.file, 1, 1};
    o = jaxl_ivr_tree_option(&t, m, 11);
    ck_assert_ptr_nonnull(o);
    o->actions = 1U << JAXL_IVR_NEXT;
    o->next.id = 99;
    o = jaxl_ivr_tree_option(&t, m, 0);
    ck_assert_ptr_nonnull(o);
    o->cta = "{\"bot\":7}";
    jaxl_buf_init(&out, 1024 * 1024);
    ck_assert_int_eq(jaxl_ivr_dot(&t, &out, NULL), 0);
    ck_assert_ptr_nonnull(strstr(out.data, "  \"other:{%22bot%22:7}\" [label=<{\"bot\":7}>, "));
    ck_assert_ptr_nonnull(strstr(out.data, "  \"ivr:99\" [label=<No menu 99>, " WRONG "];\n"));
    ck_assert_ptr_nonnull(strstr(out.data,
                                 "  \"menu:ivr-12\" -> \"other:{%22bot%22:7}\" [label=<0>];\n"
                                 "  \"menu:ivr-12\" -> \"ivr:99\" [label=<#>, " RED "];\n}\n"));
    jaxl_buf_free(&out);
    jaxl_ivr_tree_free(&t);
}
END_TEST

static const struct {
    const char *text;
    size_t width, lines;
    const char *out;
} wraps[] = {
    {"", 10, 2, "\u00a0"},
    {" \t\xc2\x85 ", 10, 2, "\u00a0"},
    {"one two", 10, 2, "one two"},
    {"one two", 7, 2, "one two"},
    {"one two", 6, 2, "one|two"},
    {"  one   two  ", 6, 2, "one|two"},
    {"one two ", 7, 1, "one two"},
    {"one two three", 7, 1, "one two\u2026"},
    {"one two three", 7, 2, "one two|three"},
    {"abcdefghij", 4, 2, "abcd|efgh\u2026"},
    {"abcdefgh", 4, 2, "abcd|efgh"},
    {"a bcdefgh", 4, 3, "a|bcde|fgh"},
    {"\u0938\u0947\u0932\u094d\u0938 \u090f\u0915", 5, 2,
     "\u0938\u0947\u0932\u094d\u0938|\u090f\u0915"},
    {"\U0001F600\U0001F600\U0001F600", 2, 1, "\U0001F600\U0001F600\u2026"},
    {"a\nb\x1b[31m\xc2\x9b", 20, 1, "a b [31m"},
    {"<b>&amp;\"'\\", 20, 1, "&lt;b&gt;&amp;amp;\"'\\"},
    {"\xff\xe0\xa4 \uffff\ufffe", 20, 1, "\ufffd\ufffd\ufffd \ufffd\ufffd"},
};

START_TEST(labels_are_cut)
{
    struct jaxl_buf out;

    jaxl_buf_init(&out, 1024);
    jaxl_ivr_dot_lines(&out, wraps[_i].text, wraps[_i].width, wraps[_i].lines, "|");
    ck_assert_str_eq(jaxl_buf_text(&out), wraps[_i].out);
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(names_cannot_break_out)
{
    struct jaxl_buf out;

    jaxl_buf_init(&out, 1024);
    jaxl_ivr_dot_name(&out, "a\"b\\c%d,e\n\x7f\xc2\x85\xffz <\u0938>");
    ck_assert_str_eq(jaxl_buf_text(&out), "a%22b%5Cc%25d%2Ce%0A%7F%C2%85%FFz <\u0938>");
    jaxl_buf_free(&out);
}
END_TEST

/* Graphviz takes none of 16 KiB; what differs behind stays different. */
START_TEST(long_names_are_shortened)
{
    struct jaxl_ivr_tree t;
    struct jaxl_buf out;
    char *names[2];
    const char *at;

    jaxl_ivr_tree_init(&t);
    jaxl_buf_init(&out, 1024 * 1024);
    for (size_t i = 0; i < 2; i++) {
        struct jaxl_ivr_menu *m;
        names[i] = calloc(1, 20001);
        ck_assert_ptr_nonnull(names[i]);
        for (size_t k = 0; k < 10000; k++)
            memcpy(names[i] + 2 * k, "\u00e9", 2); /* an odd place is within one */
        names[i][19999] = i ? '\xaa' : '\xa9';
        m = jaxl_ivr_tree_menu(&t, names[i]);
        ck_assert_ptr_nonnull(m);
        m->place.line = 1;
    }
    ck_assert_int_eq(jaxl_ivr_dot(&t, &out, NULL), 0);
    ck_assert_uint_eq(jaxl_utf8_span(out.data, out.len), out.len);
    at = strstr(out.data, "\"menu:");
    ck_assert_ptr_nonnull(at);
    ck_assert_uint_lt(strcspn(at + 1, "\""), 1100);
    ck_assert_ptr_nonnull(strstr(at + 1, "\"menu:\u00e9"));
    ck_assert(strncmp(at, strstr(at + 1, "\"menu:"), 1020) != 0);
    for (size_t i = 0; i < 2; i++)
        free(names[i]);
    jaxl_buf_free(&out);
    jaxl_ivr_tree_free(&t);
}
END_TEST

START_TEST(a_limit_is_told)
{
    struct jaxl_buf out;
    struct ivr f;

    ivr_set_up(&f);
    draw(&f, MAIN OPTION "\"teams\": 5}\n", &out);
    for (size_t max = 0; max < out.len; max += 7) {
        struct jaxl_buf small;
        jaxl_buf_init(&small, max);
        ck_assert_int_eq(jaxl_ivr_dot(&f.tree, &small, &f.err), JAXL_ELIMIT);
        ck_assert_ptr_nonnull(strstr(f.err.message, "the graph: longer than the limit of"));
        jaxl_buf_free(&small);
    }
    jaxl_buf_free(&out);
    ivr_tear_down(&f);
}
END_TEST

static int work(void *ctx)
{
    struct jaxl_buf out;
    int rc;

    jaxl_buf_init(&out, 1024 * 1024);
    rc = jaxl_ivr_dot(ctx, &out, NULL);
    jaxl_buf_free(&out);
    return rc;
}

START_TEST(memory_runs_out)
{
    struct jaxl_buf out;
    struct ivr f;

    ivr_set_up(&f);
    draw(&f, MAIN OPTION "\"teams\": [5]}\n" PHONE "\"main\"}\n", &out);
    jaxl_buf_free(&out);
    ck_assert_int_ge(failmalloc_each(work, &f.tree), 3);
    ivr_tear_down(&f);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, everything_is_drawn, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, an_account_is_drawn);
    tcase_add_loop_test(tc, labels_are_cut, 0, UNIT_COUNT(wraps));
    tcase_add_test(tc, names_cannot_break_out);
    tcase_add_test(tc, long_names_are_shortened);
    tcase_add_test(tc, a_limit_is_told);
    tcase_add_test(tc, memory_runs_out);
}

int main(void)
{
    return unit_run("ivr_dot", add);
}
