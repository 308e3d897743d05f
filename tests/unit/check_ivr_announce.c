#include <string.h>

#include "ivr/announce.h"
#include "ivr/languages.h"
#include "unit.h"

/* The set as text: "12#". */
static const char *set(unsigned keys, char *out)
{
    char *at = out;

    for (int i = 0; i < JAXL_IVR_INPUTS; i++)
        if (keys & 1U << i)
            *at++ = JAXL_IVR_KEYS[i];
    *at = '\0';
    return out;
}

static const struct {
    const char *text, *keys, *perhaps;
} cases[] = {
    /* English */
    {"Welcome to Example. Press 1 for sales, 2 for support, 0 to repeat.", "012", ""},
    {"Press 1.", "1", ""},
    {"For sales, press 1. For support, press 2.", "12", ""},
    {"For sales, press 1. For support, 2. To hear this again, star.", "12*", ""},
    {"press one for sales, two for support, or nine to repeat", "129", ""},
    {"Press 1 or 2", "12", ""},
    {"Press 1, 2 or 3 for a doctor.", "123", ""},
    {"Press 1,2 or 3", "123", ""},
    {"Press 1/2", "12", ""},
    {"Press 1 to 5 to rate us", "12345", ""},
    {"Press a number from 1 to 3", "", "13"},
    {"Press 1-4", "1234", ""},
    {"Dial the number 7 and wait.", "7", ""},
    {"PRESS THE STAR KEY, or # to go back", "*#", ""},
    {"Press * to repeat", "*", ""},
    {"Press 1 for sales or the star key to go back", "1*", ""},
    {"Press 1 for sales, 2 for support, and the hash key to go on", "12#", ""},
    {"For sales, press 1. To go back, the star key.", "1*", ""},
    {"Press 1 or the pound key.", "1#", ""},
    {"Press 1 for the one for you or the two for us", "1", ""},
    {"Press #", "#", ""},
    {"Press pound for help, or hash if you are lost", "#", ""},
    {"Pressing zero takes you back", "0", ""},
    {"Press 1 for sales; 2 for support", "12", ""},
    {"Press 1 for sales\n2 for support", "12", ""},
    {"Press 1 for 24 hours help, 2 to 3 minutes is the wait", "1", ""},
    /* nothing to press */
    {"Please hold.", "", ""},
    {"", "", ""},
    {"Enter your 6 digit number.", "", "6"},
    {"Enter 6 digits", "", "6"},
    {"Please choose one of the following", "", ""},
    {"Dial 1800 555 0000", "", ""},
    {"Dial 1-800-555", "", ""},
    {"Press any key", "", ""},
    {"Calls cost 1.5 rupees at 1:30, or 1,000", "", ""},
    {"We are open from 9 to 5.", "", "59"},
    {"The 2 for 1 offer, 3 for everybody", "", "123"},
    {"We are back in 2 days. Press 1 for sales.", "1", "2"},
    {"Press 1st", "", ""},
    {"For type 2 diabetes, press 1.", "1", ""},
    {"Press 1 for sales. 3 for 2 offers are on today.", "1", "23"},
    {"impress 1", "", "1"},
    /* Hindi */
    {"बिक्री के लिए 1 दबाएं, सहायता के लिए 2 दबाएँ", "12", ""},
    {"बिक्री के लिए १ दबाइए, सहायता के लिए २ और दोहराने के लिए ० दबाइए", "012", ""},
    {"बिक्री के लिए एक दबाएं, सहायता के लिए दो।", "12", ""},
    {"बिक्री के लिए 1 दबाएं। सहायता के लिए 2।", "12", ""},
    {"1 से 3 तक दबाएं", "123", ""},
    {"स्टार दबाएं या हैश दबाएं", "*#", ""},
    {"बटन 3 नंबर दबाएं", "3", ""},
    {"दो दिन में", "", ""},
    /* in Latin letters */
    {"Sales ke liye 1 dabaye, support ke liye 2 dabayein", "12", ""},
    {"Bikri ke liye ek dabaiye, sahayata ke liye do dabaiye", "12", ""},
    {"Sales ke liye 1 number dabaen, support ke liye 2", "12", ""},
    {"Sales ke liye 1 press karein aur support ke liye 2", "12", ""},
    {"1 se 3 tak dabaye", "123", ""},
    {"Do din mein", "", ""},
    /* two at once; and others */
    {"For English press 1. Hindi ke liye 2 dabaye. हिंदी के लिए 3 दबाएं", "123", ""},
    {"Para ventas, oprima 1. Para soporte, oprima 2.", "", "12"},
    {"For English press 1. Para continuar en español oprima el 2.", "1", "2"},
    {"விற்பனைக்கு ௧ ஐ அழுத்தவும்", "", "1"},
};

START_TEST(keys_of_a_prompt)
{
    struct jaxl_ivr_announcer *a;
    struct jaxl_ivr_announced found = {0};
    struct jaxl_error err;
    char keys[16], perhaps[16];

    ck_assert_msg(jaxl_ivr_announcer_new(&a, &err) == 0, "%s", err.message);
    ck_assert_int_eq(jaxl_ivr_announcer_read(a, cases[_i].text, &found, NULL), 0);
    set(found.keys, keys);
    set(found.perhaps, perhaps);
    ck_assert_msg(!strcmp(keys, cases[_i].keys) && !strcmp(perhaps, cases[_i].perhaps),
                  "%s: %s, perhaps %s", cases[_i].text, keys, perhaps);
    jaxl_ivr_announcer_free(&a);
    ck_assert_ptr_null(a);
}
END_TEST

START_TEST(what_is_found_is_added)
{
    struct jaxl_ivr_announcer *a;
    struct jaxl_ivr_announced found = {0};
    char keys[16];

    ck_assert_int_eq(jaxl_ivr_announcer_new(&a, NULL), 0);
    ck_assert_int_eq(jaxl_ivr_announcer_read(a, "Press 1", &found, NULL), 0);
    ck_assert_int_eq(jaxl_ivr_announcer_read(a, "Press 2", &found, NULL), 0);
    ck_assert_str_eq(set(found.keys, keys), "12");
    ck_assert_int_eq(jaxl_ivr_announcer_read(a, "Press 3 \xff", &found, NULL), JAXL_EINPUT);
    ck_assert_str_eq(set(found.keys, keys), "12");
    jaxl_ivr_announcer_free(&a);
    jaxl_ivr_announcer_free(&a);
    jaxl_ivr_announcer_free(NULL);
}
END_TEST

/* A long text costs what it is long, whatever it repeats. */
START_TEST(long_texts)
{
    static const char *const pieces[] = {"press ", "1, 2, ",    "for a, ", "press 1 or ",
                                         "1 2 ",   "के लिए ",    "1 से ",    "for ",
                                         "*",      "ke liye 1 "};
    static char text[64 * 1024 + 1];
    const char *piece = pieces[_i];
    struct jaxl_ivr_announcer *a;
    struct jaxl_ivr_announced found = {0};
    size_t n = sizeof text / (size_t)unit_slow() - 1;

    for (size_t i = 0; i + strlen(piece) <= n; i += strlen(piece))
        memcpy(text + i, piece, strlen(piece));
    ck_assert_int_eq(jaxl_ivr_announcer_new(&a, NULL), 0);
    ck_assert_int_eq(jaxl_ivr_announcer_read(a, text, &found, NULL), 0);
    jaxl_ivr_announcer_free(&a);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, keys_of_a_prompt, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, what_is_found_is_added);
    tcase_set_timeout(tc, 20);
    tcase_add_loop_test(tc, long_texts, 0, 10);
}

int main(void)
{
    return unit_run("ivr_announce", add);
}
