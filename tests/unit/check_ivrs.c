#include <string.h>

#include "jaxl/ivrs.h"
#include "unit.h"

static const int64_t ids[] = {5, 9}, bad_ids[] = {5, 0};

static const struct {
    struct jaxl_ivrs_cta cta;
    const char *text; /* NULL: JAXL_EARG */
} ctas[] = {
    {{.next = 3}, "{\"next\":3,\"cta\":null}"},
    {{.phone_number = "+15550100"},
     "{\"next\":null,\"cta\":{\"phone_number\":\"+15550100\",\"devices\":null,\"appusers\":null,"
     "\"collections\":null,\"webhook\":null}}"},
    {{.devices = ids, .n_devices = 2},
     "{\"next\":null,\"cta\":{\"phone_number\":null,\"devices\":[5,9],\"appusers\":null,"
     "\"collections\":null,\"webhook\":null}}"},
    {{.appusers = ids, .n_appusers = 1},
     "{\"next\":null,\"cta\":{\"phone_number\":null,\"devices\":null,\"appusers\":[5],"
     "\"collections\":null,\"webhook\":null}}"},
    {{.teams = ids, .n_teams = 2},
     "{\"next\":null,\"cta\":{\"phone_number\":null,\"devices\":null,\"appusers\":null,"
     "\"collections\":{\"collection_ids\":[5,9],\"type\":2},\"webhook\":null}}"},
    {{.webhook = "https://x.example/"},
     "{\"next\":null,\"cta\":{\"phone_number\":null,\"devices\":null,\"appusers\":null,"
     "\"collections\":null,\"webhook\":\"https://x.example/\"}}"},
    {{.next = 0}, NULL},
    {{.next = -1}, NULL},
    {{.next = 3, .phone_number = "+1"}, NULL},
    {{.devices = ids}, NULL},
    {{.teams = bad_ids, .n_teams = 2}, NULL},
};

START_TEST(writes_ctas)
{
    struct jaxl_json_writer *w;
    struct jaxl_error err;
    struct jaxl_buf out;

    jaxl_buf_init(&out, 4096);
    ck_assert_int_eq(jaxl_json_writer_new(&w, &out), 0);
    if (ctas[_i].text) {
        ck_assert_int_eq(jaxl_ivrs_cta_write(w, &ctas[_i].cta, &err), 0);
        ck_assert_str_eq(jaxl_buf_text(&out), ctas[_i].text);
    } else {
        ck_assert_int_eq(jaxl_ivrs_cta_write(w, &ctas[_i].cta, &err), JAXL_EARG);
        ck_assert_uint_eq(out.len, 0);
    }
    jaxl_json_writer_free(&w);
    jaxl_buf_free(&out);
}
END_TEST

static const struct {
    const char *url;
    bool https;
} urls[] = {
    {"https://x.example/a?b#c", true}, {"HTTPS://x", true},      {"https://", false},
    {"http://x.example/", false},      {"https:///path", false}, {"https://?q", false},
    {"https://:443/", false},          {"https://x y", false},   {"https://x\n", false},
    {"https://x\x7f", false},          {" https://x", false},    {"", false},
};

START_TEST(https_urls)
{
    ck_assert_int_eq(jaxl_ivrs_is_https(urls[_i].url), urls[_i].https);
}
END_TEST

START_TEST(menu_bodies)
{
    struct jaxl_ivrs_menu menu = {.name = "Hello", .hangup = true};
    struct jaxl_buf out;

    jaxl_buf_init(&out, 4096);
    ck_assert_int_eq(jaxl_ivrs_body(&menu, &out, NULL), 0);
    ck_assert_str_eq(jaxl_buf_text(&out), "{\"name\":\"Hello\",\"hangup\":true}");
    menu.name = "";
    ck_assert_int_eq(jaxl_ivrs_body(&menu, &out, NULL), JAXL_EARG);
    jaxl_buf_free(&out);
}
END_TEST

static const struct {
    struct jaxl_ivrs_option option;
    const char *text; /* of the body; NULL: JAXL_EARG */
} bodies[] = {
    {{.name = "Sales", .input = '1', .cta.next = 3},
     "{\"name\":\"Sales\",\"input\":\"1\",\"next_or_cta\":{\"next\":3,\"cta\":null},"
     "\"enabled\":true,\"needs_data_prompt\":null,\"confirmation\":false}"},
    {{.name = "Pin",
      .cta.next = 3,
      .needs_data_prompt = "Code?",
      .confirmation = true,
      .disabled = true,
      .webhook_url = "https://x.example/"},
     "{\"name\":\"Pin\",\"next_or_cta\":{\"next\":3,\"cta\":null},\"enabled\":false,"
     "\"needs_data_prompt\":\"Code?\",\"confirmation\":true,"
     "\"webhook_url\":\"https://x.example/\"}"},
    {{.name = "Pin", .cta.next = 3, .no_webhook_url = true},
     "{\"name\":\"Pin\",\"next_or_cta\":{\"next\":3,\"cta\":null},\"enabled\":true,"
     "\"needs_data_prompt\":null,\"confirmation\":false,\"webhook_url\":null}"},
    {{.name = "A", .input = 'A', .cta.next = 3}, NULL},
    {{.name = "", .input = '1', .cta.next = 3}, NULL},
    {{.name = "A", .input = '1', .cta.next = 3, .confirmation = true}, NULL},
    {{.name = "A", .input = '1'}, NULL},
};

START_TEST(option_bodies)
{
    struct jaxl_error err = {0};
    struct jaxl_buf out;

    jaxl_buf_init(&out, 4096);
    if (bodies[_i].text) {
        ck_assert_int_eq(jaxl_ivrs_option_body(&bodies[_i].option, &out, &err), 0);
        ck_assert_str_eq(jaxl_buf_text(&out), bodies[_i].text);
    } else {
        ck_assert_int_eq(jaxl_ivrs_option_body(&bodies[_i].option, &out, &err), JAXL_EARG);
        ck_assert_str_ne(err.message, "");
    }
    jaxl_buf_free(&out);
}
END_TEST

START_TEST(reads_ids)
{
    struct jaxl_json_doc *doc;
    const struct jaxl_json *root;
    int64_t id = 0;

    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, "{\"id\":5}", 8, &root, NULL), 0);
    ck_assert_int_eq(jaxl_ivrs_id_read(root, &id, NULL), 0);
    ck_assert_int_eq(id, 5);
    ck_assert_int_eq(jaxl_json_parse(doc, "{\"id\":0}", 8, &root, NULL), 0);
    ck_assert_int_eq(jaxl_ivrs_id_read(root, &id, NULL), JAXL_EPROTO);
    ck_assert_int_eq(jaxl_ivrs_id_read(NULL, &id, NULL), JAXL_EPROTO);
    jaxl_json_doc_free(&doc);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, writes_ctas, 0, UNIT_COUNT(ctas));
    tcase_add_loop_test(tc, https_urls, 0, UNIT_COUNT(urls));
    tcase_add_test(tc, menu_bodies);
    tcase_add_loop_test(tc, option_bodies, 0, UNIT_COUNT(bodies));
    tcase_add_test(tc, reads_ids);
}

int main(void)
{
    return unit_run("ivrs", add);
}
