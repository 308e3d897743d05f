#include <string.h>

#include "events/response.h"
#include "failmalloc.h"
#include "unit.h"

static struct jaxl_json_doc *doc;
static struct jaxl_buf out;

static void setup(void)
{
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    jaxl_buf_init(&out, JAXL_RESPONSE_MAX);
    jaxl_buf_puts(&out, "before ");
}

static void teardown(void)
{
    jaxl_json_doc_free(&doc);
    jaxl_buf_free(&out);
}

static int check(const char *text, struct jaxl_error *err)
{
    const struct jaxl_json *root;

    ck_assert_msg(jaxl_json_parse(doc, text, strlen(text), &root, err) == 0, "%s: %s", text,
                  err->message);
    return jaxl_response_check(root, &out, err);
}

static const struct {
    const char *answer, *normal; /* NULL: as it is */
} good[] = {
    {"{\"prompt\":[\"One.\",\"Two.\"],\"num_characters\":1}", NULL},
    {"{\"prompt\":[\" . \"],\"num_characters\":0}", NULL},
    {"{\"prompt\":[\"One. Two.\"],\"num_characters\":-1,\"mark\":\"m1\"}", NULL},
    {"{\"prompt\":[\"One\"],\"num_characters\":\"*\"}", NULL},
    {"{\"prompt\":[\"One\"],\"num_characters\":\"#\"}", NULL},
    {"{\"prompt\":[\"One\"],\"num_characters\":64}", NULL},
    {"{\"next\":42}", NULL},
    {"{\"phone\":{\"to_number\":\"+919876543210\",\"from_number\":null}}", NULL},
    {"{\"phone\":{\"to_number\":\"+919876543210\",\"from_number\":\"+911234567890\"}}", NULL},
    {"{\"devices\":[1]}", NULL},
    {"{\"appusers\":[1,2]}", NULL},
    {"{\"teams\":[9223372036854775799]}", NULL},
    /* as people write them */
    {"{\"prompt\":\"One. Two? \\n\\nThree\",\"num_characters\":\"1\"}",
     "{\"prompt\":[\"One.\",\"Two?\",\"Three\"],\"num_characters\":1}"},
    {"{\"prompt\":\" . \",\"num_characters\":0}", "{\"prompt\":[\".\"],\"num_characters\":0}"},
    {"{\"prompt\":[\"\",\"One\",\" \\t\"],\"num_characters\":\"-1\"}",
     "{\"prompt\":[\"One\"],\"num_characters\":-1}"},
    {"{\"next\":\"42\"}", "{\"next\":42}"},
    {"{\"phone\":\"+91 98765-43210\"}",
     "{\"phone\":{\"to_number\":\"+919876543210\",\"from_number\":null}}"},
    {"{\"phone\":{\"from_number\":\"+91 (1) 23\",\"to_number\":\"+91 2\"}}",
     "{\"phone\":{\"to_number\":\"+912\",\"from_number\":\"+91123\"}}"},
    {"{\"phone\":{\"to_number\":\"+912\"}}",
     "{\"phone\":{\"to_number\":\"+912\",\"from_number\":null}}"},
    {"{\"devices\":5}", "{\"devices\":[5]}"},
    {"{\"devices\":\"5\"}", "{\"devices\":[5]}"},
    {"{\"teams\":[\"5\",6]}", "{\"teams\":[5,6]}"},
    {"{\"teams\":\" 5;6, [7]\\t8 \"}", "{\"teams\":[5,6,7,8]}"},
    /* what is passed over */
    {"{\"id\":{\"x\":1},\"next\":7,\"prompt\":null,\"num_characters\":null,\"mark\":null,"
     "\"phone\":null,\"devices\":null,\"appusers\":null,\"teams\":null}",
     "{\"next\":7}"},
    {"{\"num_characters\":2,\"id\":\"e1\",\"prompt\":[\"a\\u0001\\\"\"]}",
     "{\"prompt\":[\"a\\u0001\\\"\"],\"num_characters\":2}"},
};

START_TEST(normal_form)
{
    struct jaxl_error err = {.message = ""};
    const char *normal = good[_i].normal ? good[_i].normal : good[_i].answer;
    char first[512];
    int rc = check(good[_i].answer, &err);

    ck_assert_msg(rc == 0, "%s", err.message);
    ck_assert_int_eq(strncmp(jaxl_buf_text(&out), "before ", 7), 0);
    snprintf(first, sizeof first, "%s", jaxl_buf_text(&out) + 7);
    ck_assert_str_eq(first, normal);
    jaxl_buf_reset(&out); /* which is the normal form of itself */
    ck_assert_int_eq(check(first, &err), 0);
    ck_assert_str_eq(jaxl_buf_text(&out), first);
}
END_TEST

#define EXPECTED                                                                                   \
    "give the number of digits to wait for (up to 64), \"*\" or \"#\" for digits up to that key, " \
    "0 to hang up, -1 to wait for none"

static const struct {
    const char *answer, *message;
} bad[] = {
    {"[]", "an answer is a JSON object"},
    {"null", "an answer is a JSON object"},
    {"\"hello\"", "an answer is a JSON object"},
    {"{\"promt\":\"x\"}", "unknown member 'promt'; did you mean 'prompt'?"},
    {"{\"next\":1,\"zzzzzz\":null}", "unknown member 'zzzzzz'"},
    {"{\"next\":1,\"devices\":[2]}", "next and devices: an answer has one of them"},
    {"{\"prompt\":\"a\",\"num_characters\":1,\"next\":2}",
     "prompt and next: an answer has one of them"},
    {"{\"next\":1,\"num_characters\":1}", "num_characters: goes with a prompt only"},
    {"{\"num_characters\":1}", "num_characters: goes with a prompt only"},
    {"{\"mark\":\"m\"}", "mark: goes with a prompt only"},
    {"{\"prompt\":\"a\"}", "a prompt without num_characters: " EXPECTED},
    {"{\"prompt\":\"a\",\"num_characters\":-2}", "num_characters: " EXPECTED},
    {"{\"prompt\":\"a\",\"num_characters\":65}", "num_characters: " EXPECTED},
    {"{\"prompt\":\"a\",\"num_characters\":1.0}", "num_characters: " EXPECTED},
    {"{\"prompt\":\"a\",\"num_characters\":\"**\"}", "num_characters: " EXPECTED},
    {"{\"prompt\":\"a\",\"num_characters\":\"\"}", "num_characters: " EXPECTED},
    {"{\"prompt\":\"a\",\"num_characters\":true}", "num_characters: " EXPECTED},
    {"{\"prompt\":\"a\",\"num_characters\":[1]}", "num_characters: " EXPECTED},
    {"{\"prompt\":1,\"num_characters\":1}", "prompt: a text, or an array of sentences, is wanted"},
    {"{\"prompt\":{},\"num_characters\":1}", "prompt: a text, or an array of sentences, is wanted"},
    {"{\"prompt\":[1],\"num_characters\":1}", "prompt: a sentence is no text (or has a NUL byte)"},
    {"{\"prompt\":[\"a\\u0000b\"],\"num_characters\":1}",
     "prompt: a sentence is no text (or has a NUL byte)"},
    {"{\"prompt\":[],\"num_characters\":1}",
     "prompt: nothing is said; for a moment of silence write \" . \""},
    {"{\"prompt\":\"\",\"num_characters\":1}",
     "prompt: nothing is said; for a moment of silence write \" . \""},
    {"{\"prompt\":[\" \",\"\\n\"],\"num_characters\":1}",
     "prompt: nothing is said; for a moment of silence write \" . \""},
    {"{\"prompt\":\"a\",\"num_characters\":1,\"mark\":\"\"}",
     "mark: a name of up to 256 bytes is wanted"},
    {"{\"prompt\":\"a\",\"num_characters\":1,\"mark\":5}",
     "mark: a name of up to 256 bytes is wanted"},
    {"{\"next\":0}", "next: the id of an IVR is wanted"},
    {"{\"next\":-1}", "next: the id of an IVR is wanted"},
    {"{\"next\":1.5}", "next: the id of an IVR is wanted"},
    {"{\"next\":\"\"}", "next: the id of an IVR is wanted"},
    {"{\"next\":\"main\"}", "next: the id of an IVR is wanted"},
    {"{\"next\":99999999999999999999}", "next: the id of an IVR is wanted"},
    {"{\"next\":[1]}", "next: the id of an IVR is wanted"},
    {"{\"phone\":\"9876543210\"}", "phone: to_number: phone number '9876543210': the '+' and the "
                                   "country code are missing (+919876543210)"},
    {"{\"phone\":919876543210}", "phone: to_number: a text as \"+919876543210\" is wanted"},
    {"{\"phone\":{}}", "phone: to_number: a text as \"+919876543210\" is wanted"},
    {"{\"phone\":{\"to_number\":null}}", "phone: to_number: a text as \"+919876543210\" is wanted"},
    {"{\"phone\":{\"to_number\":\"+912\",\"from_number\":3}}",
     "phone: from_number: a text as \"+919876543210\" is wanted"},
    {"{\"phone\":{\"to_number\":\"+912\",\"from_number\":\"+\"}}",
     "phone: from_number: phone number '+': it has no digits"},
    {"{\"phone\":{\"to\":\"+912\"}}", "unknown member 'to' of phone"},
    {"{\"phone\":{\"to_numbre\":\"+912\"}}",
     "unknown member 'to_numbre' of phone; did you mean 'to_number'?"},
    {"{\"devices\":[]}", "devices: an id, or an array of some, is wanted"},
    {"{\"devices\":\" ,\"}", "devices: an id, or an array of some, is wanted"},
    {"{\"devices\":{}}", "devices: an id, or an array of some, is wanted"},
    {"{\"devices\":true}", "devices: an id, or an array of some, is wanted"},
    {"{\"teams\":[1,\"Sales\"]}", "teams: 'Sales' is no id"},
    {"{\"teams\":\"Sales\"}", "teams: 'Sales' is no id"},
    {"{\"teams\":[1,[2]]}", "teams: '?' is no id"},
    {"{\"teams\":[0]}", "teams: '0' is no id"},
    {"{\"teams\":[1.5]}", "teams: '1.5' is no id"},
};

START_TEST(refused)
{
    struct jaxl_error err = {.message = ""};
    int rc = check(bad[_i].answer, &err);

    ck_assert_str_eq(err.message, bad[_i].message);
    ck_assert_int_eq(rc, JAXL_EINPUT);
    ck_assert_str_eq(jaxl_buf_text(&out), "before ");
}
END_TEST

START_TEST(nothing)
{
    struct jaxl_error err = {.message = ""};

    ck_assert_int_eq(check("{}", &err), JAXL_EEND);
    ck_assert_str_eq(err.message, "no answer");
    ck_assert_int_eq(check("{\"id\":\"e1\",\"prompt\":null}", &err), JAXL_EEND);
    ck_assert_str_eq(jaxl_buf_text(&out), "before ");
}
END_TEST

/* {before, then so many times one, end} */
static int check_many(const char *before, const char *one, size_t n, const char *end,
                      struct jaxl_error *err)
{
    struct jaxl_buf text;
    int rc;

    jaxl_buf_init(&text, JAXL_JSON_MAX);
    jaxl_buf_puts(&text, before);
    while (n--)
        jaxl_buf_puts(&text, one);
    jaxl_buf_puts(&text, end);
    rc = check(jaxl_buf_text(&text), err);
    jaxl_buf_free(&text);
    return rc;
}

START_TEST(bounds)
{
    static const struct {
        const char *before, *one;
        size_t n;
        const char *end, *message;
    } cases[] = {
        {"{\"devices\":[1", ",1", JAXL_RESPONSE_IDS - 1, "]}", "devices: more than 256 ids"},
        {"{\"prompt\":[\"a\"", ",\"a\"", JAXL_RESPONSE_SENTENCES - 1, "],\"num_characters\":1}",
         "prompt: more than 256 sentences or 65536 bytes are too much to say"},
        {"{\"prompt\":[\"", "a", JAXL_RESPONSE_PROMPT, "\"],\"num_characters\":1}",
         "prompt: more than 256 sentences or 65536 bytes are too much to say"},
        {"{\"prompt\":\"", "a", JAXL_RESPONSE_PROMPT, "\",\"num_characters\":1}",
         "prompt: a text that long is too much to say"},
        {"{\"prompt\":\"", "A. ", JAXL_RESPONSE_SENTENCES, "\",\"num_characters\":1}",
         "prompt: more than 256 sentences or 65536 bytes are too much to say"},
        /* every byte takes six in the normal form */
        {"{\"prompt\":[\"", "\\u0001", JAXL_RESPONSE_PROMPT, "\"],\"num_characters\":1}",
         "prompt: more than 256 sentences or 65536 bytes are too much to say"},
        {"{\"prompt\":\"a\",\"num_characters\":1,\"mark\":\"", "m", JAXL_RESPONSE_MARK, "\"}",
         "mark: a name of up to 256 bytes is wanted"},
    };
    struct jaxl_error err = {.message = ""};
    size_t n = cases[_i].n;

    ck_assert_msg(check_many(cases[_i].before, cases[_i].one, n, cases[_i].end, &err) == 0, "%s",
                  err.message);
    ck_assert_uint_le(out.len, JAXL_RESPONSE_MAX);
    ck_assert_int_eq(check_many(cases[_i].before, cases[_i].one, n + 1, cases[_i].end, &err),
                     JAXL_EINPUT);
    ck_assert_str_eq(err.message, cases[_i].message);
}
END_TEST

START_TEST(no_module)
{
    struct jaxl_error err = {.message = ""};

    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", "/nonexistent", 1), 0);
    ck_assert_int_eq(check("{\"prompt\":\"a\",\"num_characters\":1}", &err), JAXL_ECONFIG);
    ck_assert_int_eq(check("{\"prompt\":[\"a\"],\"num_characters\":1}", &err), 0);
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
}
END_TEST

static int once(void *ctx)
{
    struct jaxl_buf b;
    struct jaxl_error err;
    int rc;

    jaxl_buf_init(&b, JAXL_RESPONSE_MAX);
    rc = jaxl_response_check(ctx, &b, &err);
    jaxl_buf_free(&b);
    return rc;
}

START_TEST(out_of_memory)
{
    static const char text[] =
        "{\"prompt\":[\"A sentence of more than a hundred bytes, so that the "
        "buffer has to grow while it is written, which takes allocations, "
        "more than one of them.\"],\"num_characters\":1,\"mark\":\"m\"}";
    const struct jaxl_json *root;

    ck_assert_int_eq(jaxl_json_parse(doc, text, strlen(text), &root, NULL), 0);
    ck_assert_int_ge(failmalloc_each(once, (void *)(uintptr_t)root), 2);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, normal_form, 0, UNIT_COUNT(good));
    tcase_add_loop_test(tc, refused, 0, UNIT_COUNT(bad));
    tcase_add_test(tc, nothing);
    tcase_add_loop_test(tc, bounds, 0, 7);
    tcase_add_test(tc, no_module);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("response", add);
}
