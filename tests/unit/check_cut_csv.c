#include <string.h>

#include "data/cut_csv.h"
#include "unit.h"

enum { MOST = 700, BLOCKS = MOST / 64 + 2 };

/* What the walk is to find, byte by byte. */
struct model {
    struct jaxl_rows_block blocks[BLOCKS];
    size_t end;
    uint64_t lines; /* before end */
    bool bad;
};

static void model_of(struct model *m, const char *text, size_t len, bool whole)
{
    bool in = false, special = true, closes = false;
    uint64_t lines = 0;

    memset(m, 0, sizeof *m);
    for (size_t i = 0; i < len + whole; i++) {
        char c = text[i];
        bool feed = c == '\n' && i > 0 && text[i - 1] == '\r';
        bool end = c == '\r' || c == '\n', breaks = c == ',' || end, quote = c == '"';
        uint64_t bit = UINT64_C(1) << i % 64;
        m->bad |= (closes && !breaks && !quote) || (quote && !in && !special);
        in ^= quote;
        closes = quote && !in;
        special = breaks || quote;
        lines += i < len && end && !feed;
        if (end && !feed)
            m->blocks[i / 64].lines |= bit;
        if (!in && breaks && !feed)
            m->blocks[i / 64].breaks |= bit;
        if (!in && end) {
            m->end = i < len ? i + 1 : len;
            m->lines = lines;
        }
    }
}

static size_t put_text(char *text, uint64_t *rng)
{
    static const char *const parts[] = {
        ",",    ",",    "\n",           "\r\n",
        "a",    "\"a,", "\"",           "\",",
        "\xff", "\r",   "\"x\"\"y\n\"", "abcdefghijklmnopqrstuvwxyz"};
    static const char *const good[] = {",", ",a", "\n", "\r\n\r", ",\"x,\"\"\n\r\",", "a\n"};
    bool all_good = unit_random(rng) & 4096;
    size_t len = 0, most = (unit_random(rng) >> 20) % (MOST - 100);

    while (len < most) {
        size_t i = unit_random(rng) >> 20;
        const char *part = all_good ? good[i % UNIT_COUNT(good)] : parts[i % UNIT_COUNT(parts)];
        memcpy(text + len, part, strlen(part));
        len += strlen(part);
    }
    return len;
}

static void compare(const struct jaxl_rows *r, const struct jaxl_rows_block *blocks,
                    const struct model *m, uint64_t lines)
{
    ck_assert_int_eq(r->bad != 0, m->bad);
    if (m->bad)
        return;
    ck_assert_uint_eq(r->end, m->end);
    ck_assert_uint_eq(lines, m->lines);
    for (size_t i = 0; i * 64 < m->end; i++) {
        ck_assert_uint_eq(blocks[i].breaks, m->blocks[i].breaks);
        ck_assert_uint_eq(blocks[i].lines, m->blocks[i].lines);
    }
}

/* In whatever pieces the text comes, with the processor's best and without. */
START_TEST(finds_what_a_walk_by_bytes_finds)
{
    uint64_t rng = 1 + (uint64_t)_i, good = 0;

    for (int round = 3000 / unit_slow(); round > 0; round--) {
        char *text = calloc(1, MOST + 65);
        struct jaxl_rows_block blocks[BLOCKS];
        struct jaxl_rows rows;
        struct model m;
        size_t len = put_text(text, &rng), at = 0;
        bool whole;
        jaxl_rows_init(&rows);
        rows.wide = rows.wide && _i % 2;
        do {
            uint64_t lines;
            at += (unit_random(&rng) >> 20) % (len - at + 1);
            whole = at == len;
            if (whole)
                text[at] = '\n';
            model_of(&m, text, at, whole);
            lines = jaxl_rows_walk(&rows, text, at, whole, blocks);
            compare(&rows, blocks, &m, lines);
        } while (!whole && !m.bad);
        good += !m.bad;
        free(text);
    }
    ck_assert_uint_gt(good, 300 / (unsigned)unit_slow());
}
END_TEST

START_TEST(lines_are_counted)
{
    static const struct {
        const char *text;
        unsigned lines;
    } cases[] = {{"", 0},     {"a", 0},        {"\n", 1},     {"\r", 1},          {"\r\n", 1},
                 {"\n\r", 2}, {"\r\r\n\n", 3}, {"a\r\nb", 1}, {"\n\n\n\"\n\"", 4}};
    static const char x[64] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    for (size_t i = 0; i < UNIT_COUNT(cases); i++)
        for (size_t before = 0; before < 64; before++) {
            char text[256] = "";
            memcpy(text, x, before);
            memcpy(text + before, cases[i].text, strlen(cases[i].text));
            ck_assert_uint_eq(jaxl_rows_lines(text, before + strlen(cases[i].text)),
                              cases[i].lines);
        }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, finds_what_a_walk_by_bytes_finds, 0, 4);
    tcase_add_test(tc, lines_are_counted);
}

int main(void)
{
    return unit_run("cut_csv", add);
}
