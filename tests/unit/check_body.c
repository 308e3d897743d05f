/* Arguments that cannot be: each function says which, and asks nothing. */
#include <string.h>

#include "jaxl.h"
#include "platform/body.h"
#include "session_fixture.h"

struct asking {
    struct platform p;
    struct jaxl_session *s;
    struct jaxl_error err;
    unsigned before;
};

static void refused(struct asking *t, int code, const char *call, const char *message)
{
    ck_assert_msg(code == JAXL_EARG, "%s: %d", call, code);
    ck_assert_msg(strstr(t->err.message, message), "%s: %s", call, t->err.message);
    ck_assert_msg(httpd_requests(t->p.d) == t->before, "%s has asked", call);
}

#define REFUSED(call, message)                                                                     \
    do {                                                                                           \
        memset(&t->err, 0, sizeof t->err);                                                         \
        refused(t, call, #call, message);                                                          \
    } while (0)

static void accounts(struct asking *t)
{
    int64_t ids[] = {0};
    const struct jaxl_accounts_members members = {.group_id = {ids, 1}};
    const struct jaxl_page page = {-1, 0};

    REFUSED(jaxl_accounts_members(t->s, &members, NULL, &t->err), "members list: group_id");
    REFUSED(jaxl_accounts_notifications(t->s, &page, NULL, &t->err), "notifications list: limit");
    REFUSED(jaxl_payments_invoice(t->s, NULL, NULL, &t->err), "payment_id is needed");
    REFUSED(jaxl_payments_invoice(t->s, "", NULL, &t->err), "payment_id is needed");
    REFUSED(jaxl_payments_consumables_total(t->s, -1, NULL, &t->err), "currency: a number below 0");
}

static void phones(struct asking *t)
{
    const struct jaxl_phones_change none = {0}, less = {.assign = true, .ivr = -1},
                                    ring = {.ringing_strategy = "ALL"}, json = {.frontdesk = "{"},
                                    fine = {.assign = true};
    const struct jaxl_phones_search nowhere = {.resource = "local"},
                                    of_none = {.iso_country_code = "IN"},
                                    odd = {.iso_country_code = "IN", .resource = "landline"};

    REFUSED(jaxl_phones_update(t->s, 9, &none, NULL, &t->err), "one of ivr, frontdesk and ringing");
    REFUSED(jaxl_phones_update(t->s, 9, &less, NULL, &t->err), "ivr is a whole number from 1");
    REFUSED(jaxl_phones_update(t->s, 9, &ring, NULL, &t->err),
            "ringing_strategy is one of BROADCAST, ROUND_ROBIN, not 'ALL'");
    REFUSED(jaxl_phones_update(t->s, 9, &json, NULL, &t->err), "frontdesk is not JSON");
    REFUSED(jaxl_phones_update(t->s, 0, &fine, NULL, &t->err), "the id in /v1/phonenumbers/{}/");
    REFUSED(jaxl_phones_search(t->s, &nowhere, NULL, &t->err), "iso_country_code is needed");
    REFUSED(jaxl_phones_search(t->s, &of_none, NULL, &t->err), "resource is needed");
    REFUSED(jaxl_phones_search(t->s, &odd, NULL, &t->err), "resource is one of local, mobile");
}

static void ivrs(struct asking *t)
{
    const struct jaxl_ivrs_menu menu = {.name = ""};
    const struct jaxl_ivrs_option no_input = {.name = "x", .cta = {.next = 1}},
                                  no_cta = {.name = "x", .input = '1'},
                                  bad = {.name = "x", .input = 'a', .cta = {.next = 1}};

    REFUSED(jaxl_ivrs_get(t->s, -1, NULL, NULL, &t->err), "ivrs get: the id");
    REFUSED(jaxl_ivrs_create(t->s, &menu, NULL, &t->err), "a message or an https URL");
    REFUSED(jaxl_ivrs_update(t->s, 1, NULL, JAXL_ANY, NULL, &t->err), "one of name and hangup");
    REFUSED(jaxl_ivrs_update(t->s, 1, "", JAXL_YES, NULL, &t->err), "name is empty");
    REFUSED(jaxl_ivrs_update(t->s, 0, "x", JAXL_ANY, NULL, &t->err), "ivrs update: the id");
    REFUSED(jaxl_ivrs_options(t->s, 0, NULL, NULL, &t->err), "ivrs options list: the id");
    REFUSED(jaxl_ivrs_option_create(t->s, 1, &no_input, NULL, &t->err), "input is needed");
    REFUSED(jaxl_ivrs_option_create(t->s, 1, &bad, NULL, &t->err), "input of an IVR option is one");
    REFUSED(jaxl_ivrs_option_create(t->s, 1, &no_cta, NULL, &t->err), "exactly one of next, phone");
    REFUSED(jaxl_ivrs_option_update(t->s, 1, 0, &no_input, NULL, &t->err), "the second id");
    REFUSED(jaxl_ivrs_option_enable(t->s, 1, 0, true, NULL, &t->err), "the second id");
}

static void calls(struct asking *t)
{
    const struct jaxl_calls_order full = {"+1", "+2", "ID", "INR", "signed", 42};
    struct jaxl_calls_order order = full;
    const struct jaxl_calls_filter filter = {0};

    order.total_recharge = NULL;
    REFUSED(jaxl_calls_create(t->s, &order, NULL, &t->err),
            "calls create: total_recharge is needed");
    order = full;
    order.to_number = "";
    REFUSED(jaxl_calls_create(t->s, &order, NULL, &t->err), "calls create: to_number is needed");
    order = full;
    order.ivr_id = 0;
    REFUSED(jaxl_calls_create(t->s, &order, NULL, &t->err), "ivr_id is a whole number from 1");
    REFUSED(jaxl_calls_list(t->s, NULL, NULL, &t->err), "calls list: currency is needed");
    REFUSED(jaxl_calls_list(t->s, &filter, NULL, &t->err), "calls list: currency is needed");
    REFUSED(jaxl_calls_usage(t->s, NULL, NULL, &t->err), "calls usage: currency is needed");
    REFUSED(jaxl_calls_get(t->s, 0, 0, NULL, &t->err), "calls get: the id");
    REFUSED(jaxl_calls_audio(t->s, 0, NULL, &t->err), "calls audio: the id");
    REFUSED(jaxl_calls_tag(t->s, 7, "", NULL, NULL, &t->err), "calls tag: name is needed");
    REFUSED(jaxl_calls_metadata(t->s, 7, "{\"a\": [1]}", NULL, &t->err), "not a flat JSON object");
    REFUSED(jaxl_calls_metadata(t->s, 7, "{\"a\": {}}", NULL, &t->err), "not a flat JSON object");
    REFUSED(jaxl_calls_metadata(t->s, 7, "[]", NULL, &t->err), "not a flat JSON object");
    REFUSED(jaxl_calls_metadata(t->s, 7, "{", NULL, &t->err), "not a flat JSON object");
    REFUSED(jaxl_calls_metadata(t->s, 0, "{}", NULL, &t->err), "calls metadata: the id");
}

static void live(struct asking *t)
{
    const struct jaxl_live_somebody none = {0}, empty = {.e164 = "", .email = ""},
                                    both = {.e164 = "+1", .email = "a@b"},
                                    from = {.e164 = "+1", .from_e164 = "+2"},
                                    odd = {.email = "a@b", .from_e164 = "+2"},
                                    fine = {.e164 = "+1"};
    const char *words[] = {"a", ""};
    const struct jaxl_texts no_prompts = {0}, prompts = {words, 2};
    const struct jaxl_ivrs_cta two = {.next = 1, .phone_number = "+1"};
    const struct jaxl_live_message silence = {.text = ""}, early = {.text = "x", .time = -1};

    REFUSED(jaxl_live_hangup(t->s, 0, NULL, &t->err), "calls hangup: the id");
    REFUSED(jaxl_live_add(t->s, 7, &none, NULL, &t->err),
            "calls add: exactly one of e164 and email");
    REFUSED(jaxl_live_add(t->s, 7, &empty, NULL, &t->err), "exactly one of e164 and email");
    REFUSED(jaxl_live_add(t->s, 7, &both, NULL, &t->err), "exactly one of e164 and email");
    REFUSED(jaxl_live_add(t->s, 7, &odd, NULL, &t->err), "from_e164 goes only with");
    REFUSED(jaxl_live_add(t->s, 0, &fine, NULL, &t->err), "calls add: the id");
    REFUSED(jaxl_live_treat(t->s, 7, JAXL_LIVE_MUTE, &both, NULL, &t->err), "calls mute: exactly");
    REFUSED(jaxl_live_treat(t->s, 7, JAXL_LIVE_HOLD, &from, NULL, &t->err),
            "calls hold: from_e164");
    REFUSED(jaxl_live_treat(t->s, 7, JAXL_LIVE_VERBS, &fine, NULL, &t->err), "the verb");
    REFUSED(jaxl_live_tts(t->s, 7, &no_prompts, NULL, NULL, &t->err), "prompts: at least one");
    REFUSED(jaxl_live_tts(t->s, 7, &prompts, NULL, NULL, &t->err), "prompts: sentence 2 is empty");
    REFUSED(jaxl_live_play_url(t->s, 7, "http://x/", NULL, &t->err), "url is no https:// URL");
    REFUSED(jaxl_live_play_url(t->s, 7, "https://", NULL, &t->err), "url is no https:// URL");
    REFUSED(jaxl_live_play_url(t->s, 7, NULL, NULL, &t->err), "url is no https:// URL");
    REFUSED(jaxl_live_play_wav(t->s, 7, "RIFF", 4, NULL, &t->err), "wav is not a WAV file");
    REFUSED(jaxl_live_play_wav(t->s, 7, "ID3.....WAVE", 12, NULL, &t->err),
            "wav is not a WAV file");
    REFUSED(jaxl_live_play_wav(t->s, 0, "RIFF....WAVE", 12, NULL, &t->err), "calls play: the id");
    REFUSED(jaxl_live_transfer(t->s, 7, &two, NULL, &t->err), "calls transfer: exactly one of");
    REFUSED(jaxl_live_message(t->s, 7, &silence, NULL, &t->err), "calls message: text is needed");
    REFUSED(jaxl_live_message(t->s, 7, &early, NULL, &t->err), "time is before 1970");
    REFUSED(jaxl_live_record(t->s, 7, "start", NULL, &t->err),
            "status is one of pause, resume, stop, not 'start'");
    REFUSED(jaxl_live_record(t->s, 7, NULL, NULL, &t->err), "status is one of");
}

static const struct jaxl_campaigns_upload upload = {.data = "x",
                                                    .len = 1,
                                                    .filename = "x",
                                                    .content_type = "CSV",
                                                    .agent = "cod",
                                                    .recharge = "signed",
                                                    .currency = "2",
                                                    .template_text = "x",
                                                    .start = "09:00",
                                                    .end = "19:00",
                                                    .tz = "UTC",
                                                    .cc = "IN"};

static void campaigns(struct asking *t)
{
#define WITHOUT(field, value, message)                                                             \
    do {                                                                                           \
        struct jaxl_campaigns_upload u = upload;                                                   \
        u.field = value;                                                                           \
        REFUSED(jaxl_campaigns_create(t->s, &u, NULL, &t->err), "campaigns create: " message);     \
    } while (0)
    WITHOUT(data, NULL, "data");
    WITHOUT(len, 0, "data");
    WITHOUT(len, 64 * 1024 * 1024 + 1, "data");
    WITHOUT(filename, NULL, "filename is needed");
    WITHOUT(content_type, "XML", "content_type is one of CSV, JSON, YAML");
    WITHOUT(content_type, NULL, "content_type is one of CSV, JSON, YAML");
    WITHOUT(agent, NULL, "agent is needed");
    WITHOUT(type, JAXL_CAMPAIGNS_IVR, "id is a whole number from 1");
    WITHOUT(type, JAXL_CAMPAIGNS_TEAM, "id is a whole number from 1");
    WITHOUT(type, JAXL_CAMPAIGNS_TYPES, "type");
    WITHOUT(recharge, NULL, "recharge is needed");
    WITHOUT(currency, "", "currency is needed");
    WITHOUT(template_text, NULL, "template is needed");
    WITHOUT(start, NULL, "start is needed");
    WITHOUT(end, NULL, "end is needed");
    WITHOUT(tz, NULL, "tz is needed");
    WITHOUT(cc, NULL, "cc is needed");
    WITHOUT(num_retries, -1, "num_retries is below 0");
    REFUSED(jaxl_campaigns_update(t->s, 5, "STOPPED", "s", "2", NULL, &t->err),
            "status is one of PAUSED, RESUMED, not 'STOPPED'");
    REFUSED(jaxl_campaigns_update(t->s, 5, "PAUSED", NULL, "2", NULL, &t->err),
            "recharge is needed");
    REFUSED(jaxl_campaigns_update(t->s, 5, "PAUSED", "s", NULL, NULL, &t->err),
            "currency is needed");
    REFUSED(jaxl_campaigns_update(t->s, 0, "PAUSED", "s", "2", NULL, &t->err), "the id");
    REFUSED(jaxl_campaigns_export(t->s, 5, NULL, NULL, &t->err), "format is needed");
    REFUSED(jaxl_campaigns_export(t->s, 0, "csv", NULL, &t->err), "the id");
}

static void (*const areas[])(struct asking *t) = {accounts, phones, ivrs, calls, live, campaigns};

START_TEST(refuses)
{
    struct asking t;

    memset(&t, 0, sizeof t);
    platform_set_up(&t.p, "2");
    t.s = platform_session(&t.p);
    ck_assert_int_eq(jaxl_session_open(t.s, NULL), 0);
    t.before = httpd_requests(t.p.d);
    areas[_i](&t);
    jaxl_session_free(&t.s);
    platform_tear_down(&t.p);
}
END_TEST

/* Members and teams are those of an organisation. */
START_TEST(no_organisation)
{
    struct asking at = {.before = 0}, *t = &at;

    platform_set_up(&t->p, "1");
    t->s = platform_session(&t->p);
    ck_assert_int_eq(jaxl_session_open(t->s, NULL), 0);
    t->before = httpd_requests(t->p.d);
    REFUSED(jaxl_accounts_members(t->s, NULL, NULL, &t->err), "has no organisation");
    REFUSED(jaxl_accounts_teams(t->s, NULL, NULL, &t->err), "has no organisation");
    jaxl_session_free(&t->s);
    platform_tear_down(&t->p);
}
END_TEST

/* More than a body may have, and wrong order in it: nothing is asked. */
START_TEST(no_body)
{
    struct jaxl_error err = {0};
    struct jaxl_session *s;
    struct jaxl_body b;
    struct platform p;
    char *text = malloc(JAXL_JSON_MAX + 1);

    memset(text, 'x', JAXL_JSON_MAX);
    text[JAXL_JSON_MAX] = '\0';
    platform_set_up(&p, "2");
    s = platform_session(&p);
    ck_assert_int_eq(jaxl_calls_tag(s, 7, text, NULL, NULL, &err), JAXL_ELIMIT);
    ck_assert_int_eq(jaxl_live_message(s, 7, &(struct jaxl_live_message){.text = text}, NULL, &err),
                     JAXL_ELIMIT);
    jaxl_body_begin(&b);
    jaxl_json_write_key(&b.w, "no value");
    ck_assert_int_eq(jaxl_body_send(&b, s, JAXL_CALLS_TAG, 7, 0, NULL, &err), JAXL_EARG);
    ck_assert_ptr_null(b.text.data);
    ck_assert_uint_eq(httpd_requests(p.d), 0);
    jaxl_session_free(&s);
    platform_tear_down(&p);
    free(text);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_loop_test(tc, refuses, 0, UNIT_COUNT(areas));
    tcase_add_test(tc, no_organisation);
    tcase_add_test(tc, no_body);
}

int main(void)
{
    return unit_run("body", add);
}
