#include <string.h>

#include "campaign/menu.h"
#include "unit.h"

#define NULLS(phone, devices, appusers, collections, webhook)                                      \
    "{\"next\":null,\"cta\":{\"phone_number\":" phone ",\"devices\":" devices                      \
    ",\"appusers\":" appusers ",\"collections\":" collections ",\"webhook\":" webhook "}}"

static const struct {
    const char *text;
    char input;
    const char *said, *cta;
} good[] = {
    {"1=Press 1 for sales:teams=5", '1', "Press 1 for sales",
     NULLS("null", "null", "null", "{\"collection_ids\":[5],\"type\":2}", "null")},
    {"2=Two:teams=5,7", '2', "Two",
     NULLS("null", "null", "null", "{\"collection_ids\":[5,7],\"type\":2}", "null")},
    {"0=Menu:next=42", '0', "Menu", "{\"next\":42,\"cta\":null}"},
    {"*=Call:phone=+91 22 3344 5566", '*', "Call",
     NULLS("\"+912233445566\"", "null", "null", "null", "null")},
    {"#=D:devices=1,2,3", '#', "D", NULLS("null", "[1,2,3]", "null", "null", "null")},
    {"9=A:appusers=8", '9', "A", NULLS("null", "null", "[8]", "null", "null")},
    {"3=Order: now=later:webhook=https://x.example/a:next=1", '3',
     "Order: now=later:webhook=https://x.example/a", "{\"next\":1,\"cta\":null}"},
    {"3=Any case:webhook=HTTPS://x.example/", '3', "Any case",
     NULLS("null", "null", "null", "null", "\"HTTPS://x.example/\"")},
    {"3=Time 10:30:webhook=https://x.example:8443/p?q=1", '3', "Time 10:30",
     NULLS("null", "null", "null", "null", "\"https://x.example:8443/p?q=1\"")},
};

START_TEST(an_option_is_read_and_told_to_the_platform)
{
    struct jaxl_menu_option o;
    struct jaxl_ivrs_option told;
    struct jaxl_error err;
    struct jaxl_buf body;

    ck_assert_msg(jaxl_menu_parse(good[_i].text, &o, &err) == 0, "%s", err.message);
    ck_assert_int_eq(o.input, good[_i].input);
    ck_assert_str_eq(o.text, good[_i].said);
    jaxl_buf_init(&body, 4096);
    jaxl_menu_describe(&o, &told);
    ck_assert_int_eq(jaxl_ivrs_option_body(&told, &body, NULL), 0);
    ck_assert_msg(strstr(jaxl_buf_text(&body), good[_i].cta) != NULL, "%s", jaxl_buf_text(&body));
    jaxl_buf_free(&body);
}
END_TEST

static const struct {
    const char *text, *says;
} bad[] = {
    {"", "begin with the key"},
    {"Press 1:teams=5", "begin with the key"},
    {"12=Text:teams=5", "begin with the key"},
    {"a=Text:teams=5", "begin with the key"},
    {"1=", "no action"},
    {"1=Press 1 for sales", "no action"},
    {"1=Press 1:team=5", "no action"},
    {"1=:teams=5", "empty"},
    {"1=T:teams=", "teams is a list"},
    {"1=T:teams=5,", "teams is a list"},
    {"1=T:teams=x", "teams is a list"},
    {"1=T:teams=-5", "teams is a list"},
    {"1=T:teams=0", "teams is a list"},
    {"1=T:teams=99999999999999999999", "teams is a list"},
    {"1=T:next=1,2", "one IVR"},
    {"1=T:phone=12", "+912233445566"},
    {"1=T:webhook=http://x", "https://"},
    {"1=T:webhook=https://", "https://"},
};

START_TEST(a_wrong_option_says_which_part)
{
    struct jaxl_menu_option o;
    struct jaxl_error err;

    ck_assert_int_eq(jaxl_menu_parse(bad[_i].text, &o, &err), JAXL_EARG);
    ck_assert_msg(strstr(err.message, bad[_i].says) != NULL, "%s", err.message);
}
END_TEST

START_TEST(maxima_hold)
{
    char text[JAXL_MENU_TEXT + 64], *p = text;
    struct jaxl_menu_option o;

    memset(text, 'x', sizeof text);
    memcpy(text, "1=", 2);
    strcpy(text + 2 + JAXL_MENU_TEXT - 1, ":next=1");
    ck_assert_int_eq(jaxl_menu_parse(text, &o, NULL), 0);
    text[2 + JAXL_MENU_TEXT - 1] = 'x';
    strcpy(text + 2 + JAXL_MENU_TEXT, ":next=1");
    ck_assert_int_eq(jaxl_menu_parse(text, &o, NULL), JAXL_EARG);
    p += sprintf(p, "1=T:teams=");
    for (int i = 1; i < JAXL_MENU_IDS; i++)
        p += sprintf(p, "%d,", i);
    strcpy(p, "64");
    ck_assert_int_eq(jaxl_menu_parse(text, &o, NULL), 0);
    ck_assert_uint_eq(o.n_ids, JAXL_MENU_IDS);
    strcpy(p, "64,65");
    ck_assert_int_eq(jaxl_menu_parse(text, &o, NULL), JAXL_EARG);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, an_option_is_read_and_told_to_the_platform, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, a_wrong_option_says_which_part, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, maxima_hold);
}

int main(void)
{
    return unit_run("menu", add);
}
