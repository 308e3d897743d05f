/* What each function of the platform's areas really sends, against requests written by hand from
 * protocol.md section 5. Every case runs twice: waiting for its answer, and queued. */
#include <ctype.h>
#include <string.h>

#include "credentials.h"
#include "jaxl.h"
#include "session_fixture.h"

struct wire {
    struct platform p;
    struct jaxl_session *s;
    bool queued;
    struct jaxl_answer answer;
    struct jaxl_answer *a;
    struct jaxl_error err;
    struct outcome later;
    unsigned before; /* requests so far */
};

#define FINE "{\"fine\": true}"

/* The look-up of the session, and all others. */
static const struct httpd_step lookups[] = {
    {.status = 200, .body = "{\"results\": [{\"id\": 42}]}"}, {.status = 200, .body = FINE}};

static void wire_open(struct wire *w, int queued)
{
    memset(w, 0, sizeof *w);
    platform_set_up(&w->p, "2");
    w->p.named_roots = true;
    w->p.options.timeout = 60 * JAXL_SECOND; /* nothing is waited for here: but a slow machine */
    w->p.orgs = lookups;
    w->p.n_orgs = UNIT_COUNT(lookups);
    w->s = platform_session(&w->p);
    w->queued = queued;
    w->a = &w->answer;
    ck_assert_int_eq(jaxl_session_open(w->s, NULL), 0);
}

static void wire_close(struct wire *w)
{
    jaxl_answer_free(w->a);
    jaxl_session_free(&w->s);
    platform_tear_down(&w->p);
}

static void before(struct wire *w)
{
    w->before = httpd_requests(w->p.d);
    memset(&w->later, 0, sizeof w->later);
    if (w->queued)
        *w->a = (struct jaxl_answer){.done = outcome_keep, .arg = &w->later};
}

/* The token at text (up to the first character that is none) in clear. */
static size_t unseal(const char *text, struct jaxl_buf *out)
{
    unsigned char sk[JAXL_FERNET_KEY];
    size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=");

    ck_assert_int_eq(jaxl_fernet_key(UNIT_GENESIS, sk, NULL), 0);
    ck_assert_int_eq(jaxl_fernet_decrypt(sk, jaxl_clock_now(jaxl_clock_system()), 60 * JAXL_SECOND,
                                         text, len, out, NULL),
                     0);
    return len;
}

/* A body with what differs each time made plain: the boundary is B, a token <what it holds>. */
static void make_plain(const char *body, const char *boundary, struct jaxl_buf *out)
{
    while (*body) {
        if (*boundary && !strncmp(body, boundary, strlen(boundary))) {
            jaxl_buf_putc(out, 'B');
            body += strlen(boundary);
        } else if (!strncmp(body, "gAAAAA", 6)) {
            jaxl_buf_putc(out, '<');
            body += unseal(body, out);
            jaxl_buf_putc(out, '>');
        } else {
            jaxl_buf_putc(out, *body++);
        }
    }
    ck_assert_int_eq(out->failed, 0);
}

static void check_body(const struct httpd_request *r, const char *body)
{
    static const char multipart[] = "multipart/form-data; boundary=";
    char type[256], *boundary;
    struct jaxl_buf plain;

    httpd_header(r, "Content-Type", type, sizeof type);
    boundary = type + strlen(type);
    if (!body) {
        ck_assert_str_eq(type, "");
    } else if (*body == '{') {
        ck_assert_str_eq(type, "application/json");
    } else {
        ck_assert_msg(!strncmp(type, multipart, strlen(multipart)), "%s", type);
        boundary = type + strlen(multipart);
    }
    jaxl_buf_init(&plain, 65536);
    make_plain(r->body, boundary, &plain);
    ck_assert_str_eq(jaxl_buf_text(&plain), body ? body : "");
    jaxl_buf_free(&plain);
}

/* "GET CALL/v1/x/?y=%2B1": where libcurl writes percent codes its own way, in capitals as we do. */
static void describe(const struct httpd_request *r, char *out, size_t size)
{
    snprintf(out, size, "%s %s%s", r->method, r->target[1] == 'v' ? "ACCOUNT/" : "", r->target + 1);
    for (char *p = out; (p = strchr(p, '%')); p += 3)
        for (int i = 1; i <= 2; i++)
            p[i] = (char)toupper((unsigned char)p[i]);
}

/* The call has come to this: one request, "GET CALL/v1/calls/", and its answer. */
static void after(struct wire *w, int code, const char *call, const char *request, const char *body)
{
    const struct httpd_request *r;
    char sent[4096];

    ck_assert_msg(code == 0, "%s: %s", call, w->err.message);
    if (w->queued) {
        outcome_wait(w->s);
        ck_assert_msg(w->later.done == 1 && w->later.r.outcome == JAXL_OUTCOME_OK, "%s", call);
        ck_assert_str_eq(w->later.body, FINE);
    } else {
        ck_assert_int_eq(w->answer.status, 200);
        ck_assert_str_eq(w->answer.text, FINE);
    }
    ck_assert_msg(httpd_requests(w->p.d) == w->before + 1, "%s", call);
    r = httpd_request(w->p.d, w->before + 1);
    describe(r, sent, sizeof sent);
    ck_assert_msg(!strcmp(sent, request), "%s\n sent     %s\n expected %s", call, sent, request);
    check_body(r, body);
}

#define SENDS(call, request, body)                                                                 \
    do {                                                                                           \
        before(w);                                                                                 \
        after(w, call, #call, request, body);                                                      \
    } while (0)

#define TEXTS(...)                                                                                 \
    {                                                                                              \
        (const char *[]){__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)      \
    }
#define IDS(...)                                                                                   \
    {                                                                                              \
        (int64_t[]){__VA_ARGS__}, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)               \
    }

static void accounts(struct wire *w)
{
    const struct jaxl_accounts_orgs orgs = {TEXTS("accepted", "invited"), {20, 40}};
    const struct jaxl_accounts_members members = {
        TEXTS("accepted", "removed"), TEXTS("ab", "cd"), IDS(7, 8), {5, 10}};
    const struct jaxl_accounts_teams full = {JAXL_NO, {0, 0}}, empty = {JAXL_YES, {1, 2}};
    const struct jaxl_accounts_devices devices = {12, JAXL_YES, {3, 4}};
    const struct jaxl_accounts_kycs kycs = {"IN", TEXTS("a", "b"), "local", "DONE", {1, 2}};
    const struct jaxl_accounts_messages messages = {
        TEXTS("0f", "1e"), {1, 2}, TEXTS("1", "10"), "t&t", "m", "1", "2", "3", "4"};
    const struct jaxl_page page = {50, 100};

    SENDS(jaxl_accounts_me(w->s, w->a, &w->err), "GET ACCOUNT/v1/appusers/me/", NULL);
    SENDS(jaxl_accounts_orgs(w->s, NULL, w->a, &w->err), "GET ACCOUNT/v1/app/organizations/", NULL);
    SENDS(jaxl_accounts_orgs(w->s, &orgs, w->a, &w->err),
          "GET ACCOUNT/v1/app/organizations/?status=accepted&status=invited&limit=20&offset=40",
          NULL);
    SENDS(jaxl_accounts_members(w->s, NULL, w->a, &w->err),
          "GET ACCOUNT/v2/app/organizations/42/employees/", NULL);
    SENDS(jaxl_accounts_members(w->s, &members, w->a, &w->err),
          "GET ACCOUNT/v2/app/organizations/42/employees/?status=accepted&status=removed"
          "&email_hash=ab&email_hash=cd&group_id=7&group_id=8&limit=5&offset=10",
          NULL);
    SENDS(jaxl_accounts_teams(w->s, &full, w->a, &w->err),
          "GET ACCOUNT/v2/app/organizations/42/groups/?empty=false", NULL);
    SENDS(jaxl_accounts_teams(w->s, &empty, w->a, &w->err),
          "GET ACCOUNT/v2/app/organizations/42/groups/?empty=true&limit=1&offset=2", NULL);
    SENDS(jaxl_accounts_devices(w->s, &devices, w->a, &w->err),
          "GET ACCOUNT/v1/devices/?employee_id=12&is_sdds=true&limit=3&offset=4", NULL);
    SENDS(jaxl_accounts_kycs(w->s, &kycs, w->a, &w->err),
          "GET CALL/v1/kyc/?iso_country=IN&provider_status=a&provider_status=b&resource=local"
          "&status=DONE&limit=1&offset=2",
          NULL);
    SENDS(jaxl_accounts_messages(w->s, &messages, w->a, &w->err),
          "GET MESSAGE/v1/messages/?okey=0f&okey=1e&limit=1&offset=2&types=1&types=10&tag=t%26t"
          "&mid=m&fe=1&fi=2&te=3&ti=4",
          NULL);
    SENDS(jaxl_accounts_notifications(w->s, &page, w->a, &w->err),
          "GET MESSAGE/v1/notifications/?limit=50&offset=100", NULL);
}

static void payments(struct wire *w)
{
    const struct jaxl_payments_consumables consumables = {JAXL_CURRENCY_INR, {1, 2}};
    const struct jaxl_payments_subscriptions subscriptions = {
        JAXL_CURRENCY_USD, TEXTS("ACTIVE", "PAST_DUE"), "PHONE", "sku-1", {1, 2}};
    const struct jaxl_payments_filter filter = {JAXL_CURRENCY_INR, JAXL_YES, "PHONE", "o-1",
                                                "Renewal",         {1, 2}};

    SENDS(jaxl_payments_consumables_total(w->s, 0, w->a, &w->err),
          "GET PAYMENT/v1/customer/consumables/", NULL);
    SENDS(jaxl_payments_consumables_total(w->s, JAXL_CURRENCY_INR, w->a, &w->err),
          "GET PAYMENT/v1/customer/consumables/?currency=2", NULL);
    SENDS(jaxl_payments_consumables_list(w->s, &consumables, w->a, &w->err),
          "GET PAYMENT/v3/orders/consumables/?currency=2&limit=1&offset=2", NULL);
    SENDS(jaxl_payments_subscriptions(w->s, &subscriptions, w->a, &w->err),
          "GET PAYMENT/v3/orders/subscriptions/?currency=1&status=ACTIVE&status=PAST_DUE"
          "&item=PHONE&sku=sku-1&limit=1&offset=2",
          NULL);
    SENDS(jaxl_payments_list(w->s, &filter, w->a, &w->err),
          "GET PAYMENT/v1/payments/?currency=2&historical=true&item_type=PHONE&order_id=o-1"
          "&subscription_type=Renewal&limit=1&offset=2",
          NULL);
    SENDS(jaxl_payments_invoice(w->s, "pay_7", w->a, &w->err),
          "GET PAYMENT/v1/customer/invoice/?payment_id=pay_7", NULL);
}

static void phones(struct wire *w)
{
    const struct jaxl_phones_filter active = {.uid = "+918069001234",
                                              .status = "SUCCESS",
                                              .additional_status = TEXTS("SCHEDULED_FOR_RELEASE")};
    const struct jaxl_phones_filter rest = {.ivr = 42, .provider = "3", .page = {1, 2}};
    const struct jaxl_phones_change assign = {.assign = true, .ivr = 42};
    const struct jaxl_phones_change unassign = {.assign = true};
    const struct jaxl_phones_change all = {true, 7, "{\"id\": [1]}", "ROUND_ROBIN"};
    const struct jaxl_phones_search search = {"IN", "toll_free", "transactional",
                                              "MH", "Mumbai",    "800"};

    SENDS(jaxl_phones_list(w->s, &active, w->a, &w->err),
          "GET CALL/v1/phonenumbers/?uid=%2B918069001234&status=SUCCESS"
          "&additional_status=SCHEDULED_FOR_RELEASE",
          NULL);
    SENDS(jaxl_phones_list(w->s, &rest, w->a, &w->err),
          "GET CALL/v1/phonenumbers/?ivr=42&provider=3&limit=1&offset=2", NULL);
    SENDS(jaxl_phones_update(w->s, 9, &assign, w->a, &w->err), "PATCH CALL/v1/phonenumbers/9/",
          "{\"ivr\":42}");
    SENDS(jaxl_phones_update(w->s, 9, &unassign, w->a, &w->err), "PATCH CALL/v1/phonenumbers/9/",
          "{\"ivr\":null}");
    SENDS(jaxl_phones_update(w->s, 9, &all, w->a, &w->err), "PATCH CALL/v1/phonenumbers/9/",
          "{\"ivr\":7,\"frontdesk\":{\"id\":[1]},\"ringing_strategy\":\"ROUND_ROBIN\"}");
    SENDS(jaxl_phones_search(w->s, &search, w->a, &w->err),
          "GET CALL/v1/phonenumbers/search/?iso_country_code=IN&resource=toll_free"
          "&intent=transactional&region=MH&locality=Mumbai&contains=800",
          NULL);
}

static void ivrs(struct wire *w)
{
    const struct jaxl_ivrs_filter filter = {JAXL_YES, "ONE_DAY", {1, 2}};
    const struct jaxl_ivrs_menu menu = {"Hello", true, NULL};
    const struct jaxl_page page = {1, 2};
    const struct jaxl_ivrs_option next = {.name = "Sales", .input = '*', .cta = {.next = 43}};
    const int64_t teams[] = {5, 6};
    const struct jaxl_ivrs_option team = {.name = "Team",
                                          .input = '1',
                                          .cta = {.teams = teams, .n_teams = 2},
                                          .disabled = true,
                                          .needs_data_prompt = "Your number?",
                                          .confirmation = true,
                                          .webhook_url = "https://x.example/"};

    SENDS(jaxl_ivrs_list(w->s, &filter, w->a, &w->err),
          "GET CALL/v1/ivr/?assigned=true&duration=ONE_DAY&limit=1&offset=2", NULL);
    SENDS(jaxl_ivrs_get(w->s, 42, "ONE_YEAR", w->a, &w->err),
          "GET CALL/v1/ivr/42/?duration=ONE_YEAR", NULL);
    SENDS(jaxl_ivrs_get(w->s, 42, NULL, w->a, &w->err), "GET CALL/v1/ivr/42/", NULL);
    SENDS(jaxl_ivrs_create(w->s, &menu, w->a, &w->err), "POST CALL/v1/ivr/",
          "{\"name\":\"Hello\",\"hangup\":true}");
    SENDS(jaxl_ivrs_update(w->s, 42, "Hi", JAXL_NO, w->a, &w->err), "PATCH CALL/v1/ivr/42/",
          "{\"name\":\"Hi\",\"hangup\":false}");
    SENDS(jaxl_ivrs_update(w->s, 42, NULL, JAXL_YES, w->a, &w->err), "PATCH CALL/v1/ivr/42/",
          "{\"hangup\":true}");
    SENDS(jaxl_ivrs_options(w->s, 42, &page, w->a, &w->err),
          "GET CALL/v1/ivr/42/options/?limit=1&offset=2", NULL);
    SENDS(jaxl_ivrs_option_create(w->s, 42, &next, w->a, &w->err), "POST CALL/v1/ivr/42/options/",
          "{\"name\":\"Sales\",\"input\":\"*\",\"next_or_cta\":{\"next\":43,\"cta\":null},"
          "\"enabled\":true,\"needs_data_prompt\":null,\"confirmation\":false}");
    SENDS(jaxl_ivrs_option_update(w->s, 42, 9, &team, w->a, &w->err),
          "PATCH CALL/v1/ivr/42/options/9/",
          "{\"name\":\"Team\",\"next_or_cta\":{\"next\":null,\"cta\":{\"phone_number\":null,"
          "\"devices\":null,\"appusers\":null,\"collections\":{\"collection_ids\":[5,6],"
          "\"type\":2},\"webhook\":null}},\"enabled\":false,"
          "\"needs_data_prompt\":\"Your number?\",\"confirmation\":true,"
          "\"webhook_url\":\"https://x.example/\"}");
    SENDS(jaxl_ivrs_option_enable(w->s, 42, 9, false, w->a, &w->err),
          "PATCH CALL/v1/ivr/42/options/9/", "{\"enabled\":false}");
}

static void calls(struct wire *w)
{
    const struct jaxl_calls_order order = {
        "+918069001234", "+919876543210", "8C5F4E0A-0000-5000-8000-000000000001",
        "INR",           "signed",        42};
    const struct jaxl_calls_filter plain = {.currency = JAXL_CURRENCY_USD};
    const struct jaxl_calls_filter filter = {JAXL_CURRENCY_INR,
                                             {100, 200},
                                             "2026-11-01T00:00:00Z",
                                             "2026-11-02T00:00:00+05:30",
                                             "2",
                                             "+1",
                                             "+2",
                                             "+3",
                                             "+4",
                                             JAXL_YES,
                                             11,
                                             "vip",
                                             JAXL_NO,
                                             JAXL_YES,
                                             "30",
                                             JAXL_NO,
                                             JAXL_YES,
                                             JAXL_NO,
                                             JAXL_YES,
                                             TEXTS("1", "2"),
                                             TEXTS("3")};
    const struct jaxl_calls_usage_filter usage = {JAXL_CURRENCY_INR, "2026-11-01", "2026-11-30"};
    const struct jaxl_calls_report report = {"LAST_WEEK", TEXTS("a", "b"), TEXTS("1"),
                                             TEXTS("2"),  TEXTS("x", "y"), TEXTS("+1"),
                                             TEXTS("+2")};

    SENDS(jaxl_calls_create(w->s, &order, w->a, &w->err), "POST CALL/v1/calls/token/",
          "{\"from_number\":\"+918069001234\",\"to_number\":\"+919876543210\","
          "\"session_id\":\"8C5F4E0A-0000-5000-8000-000000000001\",\"call_type\":2,"
          "\"balance\":\"0\",\"currency\":\"INR\",\"provider\":null,\"ivr_id\":42,"
          "\"total_recharge\":\"signed\",\"cid\":null}");
    SENDS(jaxl_calls_list(w->s, &plain, w->a, &w->err), "GET CALL/v1/calls/?currency=1", NULL);
    SENDS(jaxl_calls_list(w->s, &filter, w->a, &w->err),
          "GET CALL/v1/calls/?currency=2&limit=100&offset=200&start_time=2026-11-01T00%3A00%3A00Z"
          "&end_time=2026-11-02T00%3A00%3A00%2B05%3A30&direction=2&from_number=%2B1&to_number=%2B2"
          "&our_numbers=%2B3&other_numbers=%2B4&campaign=true&campaign_id=11&tag=vip"
          "&tag_operator=false&missed=true&duration=30&ivr=false&recording=true&voicemail=false"
          "&bot=true&aid=1&aid=2&tid=3",
          NULL);
    SENDS(jaxl_calls_get(w->s, 1234, JAXL_CURRENCY_INR, w->a, &w->err),
          "GET CALL/v1/calls/1234/?currency=2", NULL);
    SENDS(jaxl_calls_get(w->s, INT64_MAX, 0, w->a, &w->err),
          "GET CALL/v1/calls/9223372036854775807/", NULL);
    SENDS(jaxl_calls_usage(w->s, &usage, w->a, &w->err),
          "GET CALL/v1/calls/usage/?currency=2&start_time=2026-11-01&end_time=2026-11-30", NULL);
    SENDS(jaxl_calls_report(w->s, &report, w->a, &w->err),
          "GET CALL/v1/calls/report/?date_range=LAST_WEEK&fields=a&fields=b&eid=1&tid=2&tag=x"
          "&tag=y&our_number=%2B1&other_number=%2B2",
          NULL);
    SENDS(jaxl_calls_audio(w->s, 1234, w->a, &w->err), "GET CALL/v1/calls/1234/audio/", NULL);
    SENDS(jaxl_calls_tag(w->s, 1234, "vip", NULL, w->a, &w->err), "POST CALL/v1/calls/1234/tags/",
          "{\"name\":\"vip\"}");
    SENDS(jaxl_calls_tag(w->s, 1234, "vip", "pays", w->a, &w->err), "POST CALL/v1/calls/1234/tags/",
          "{\"name\":\"vip\",\"rationale\":\"pays\"}");
    SENDS(jaxl_calls_metadata(w->s, 1234, "{\"lead\": \"L-17\", \"n\": 1.50}", w->a, &w->err),
          "POST CALL/v1/calls/1234/metadata/", "{\"lead\": \"L-17\", \"n\": 1.50}");
}

static void live(struct wire *w)
{
    static const char *const verbs[JAXL_LIVE_VERBS] = {"remove", "mute", "unmute", "hold",
                                                       "unhold"};
    const struct jaxl_live_somebody phone = {.e164 = "+1"}, mail = {.email = "a@b.example"};
    const struct jaxl_live_somebody from = {.e164 = "+1", .from_e164 = "+2"};
    const struct jaxl_texts prompts = TEXTS("Hello.", "It costs Rs. 5.50.");
    const struct jaxl_ivrs_cta cta = {.phone_number = "+3"}, next = {.next = 43};
    const struct jaxl_live_message chat = {.text = "H\xc3\xa4llo \"x\"",
                                           .time = 1700000000 * JAXL_SECOND};
    const struct jaxl_live_message note = {"noted", 1700000001 * JAXL_SECOND, true, true};
    char target[64];

    SENDS(jaxl_live_hangup(w->s, 7, w->a, &w->err), "GET CALL/v1/calls/7/hangup/", NULL);
    SENDS(jaxl_live_add(w->s, 7, &from, w->a, &w->err), "POST CALL/v1/calls/7/add/",
          "{\"e164\":\"+1\",\"from_e164\":\"+2\",\"email\":null}");
    SENDS(jaxl_live_add(w->s, 7, &mail, w->a, &w->err), "POST CALL/v1/calls/7/add/",
          "{\"e164\":null,\"from_e164\":null,\"email\":\"a@b.example\"}");
    for (int verb = 0; verb < JAXL_LIVE_VERBS; verb++) {
        snprintf(target, sizeof target, "POST CALL/v1/calls/7/%s/", verbs[verb]);
        SENDS(jaxl_live_treat(w->s, 7, (enum jaxl_live_verb)verb, &phone, w->a, &w->err), target,
              "{\"e164\":\"+1\",\"email\":null}");
        SENDS(jaxl_live_treat(w->s, 7, (enum jaxl_live_verb)verb, &mail, w->a, &w->err), target,
              "{\"e164\":null,\"email\":\"a@b.example\"}");
    }
    SENDS(jaxl_live_tts(w->s, 7, &prompts, NULL, w->a, &w->err), "POST CALL/v1/calls/7/tts/",
          "{\"prompts\":[\"Hello.\",\"It costs Rs. 5.50.\"],\"mark\":null}");
    SENDS(jaxl_live_tts(w->s, 7, &prompts, "m1", w->a, &w->err), "POST CALL/v1/calls/7/tts/",
          "{\"prompts\":[\"Hello.\",\"It costs Rs. 5.50.\"],\"mark\":\"m1\"}");
    SENDS(jaxl_live_play_url(w->s, 7, "https://x.example/a.wav", w->a, &w->err),
          "POST CALL/v1/calls/7/play/", "{\"url\":\"https://x.example/a.wav\"}");
    SENDS(jaxl_live_play_url(w->s, 7, "HTTPS://x.example/a.wav", w->a, &w->err),
          "POST CALL/v1/calls/7/play/", "{\"url\":\"HTTPS://x.example/a.wav\"}");
    SENDS(jaxl_live_play_wav(w->s, 7, "RIFF....WAVEdata", 16, w->a, &w->err),
          "POST CALL/v1/calls/7/play/",
          "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"audio.wav\"\r\n"
          "Content-Type: audio/wav\r\n\r\nRIFF....WAVEdata\r\n--B--\r\n");
    SENDS(jaxl_live_transfer(w->s, 7, &cta, w->a, &w->err), "POST CALL/v1/calls/7/transfer/",
          "{\"next_or_cta\":{\"next\":null,\"cta\":{\"phone_number\":\"+3\",\"devices\":null,"
          "\"appusers\":null,\"collections\":null,\"webhook\":null}}}");
    SENDS(jaxl_live_transfer(w->s, 7, &next, w->a, &w->err), "POST CALL/v1/calls/7/transfer/",
          "{\"next_or_cta\":{\"next\":43,\"cta\":null}}");
    SENDS(jaxl_live_message(w->s, 7, &chat, w->a, &w->err), "POST CALL/v1/calls/7/messages/",
          "{\"text\":\"<\"H\xc3\xa4llo "
          "\\\"x\\\"\">\",\"timestamp\":\"2023-11-14T22:13:20Z\",\"why\":\"sent\","
          "\"type\":1}");
    SENDS(jaxl_live_message(w->s, 7, &note, w->a, &w->err), "POST CALL/v1/calls/7/messages/",
          "{\"text\":\"<\"noted\">\",\"timestamp\":\"2023-11-14T22:13:21Z\",\"why\":\"rcvd\","
          "\"type\":10}");
    SENDS(jaxl_live_record(w->s, 7, "pause", w->a, &w->err), "POST CALL/v1/calls/7/record/",
          "{\"status\":\"pause\"}");
}

#define PART(name, value)                                                                          \
    "--B\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define JSON_PART(name, value)                                                                     \
    "--B\r\nContent-Disposition: form-data; name=\"" name                                          \
    "\"\r\nContent-Type: application/json\r\n\r\n" value "\r\n"

static const struct jaxl_campaigns_upload least = {.data = "to\n+1\n",
                                                   .len = 6,
                                                   .filename = "le\"ads.csv",
                                                   .content_type = "CSV",
                                                   .agent = "cod",
                                                   .recharge = "signed",
                                                   .currency = "2",
                                                   .template_text = "Hello {{name}}",
                                                   .start = "09:00",
                                                   .end = "19:00",
                                                   .tz = "Asia/Kolkata",
                                                   .cc = "IN"};

#define UPLOAD_HEAD(type, id)                                                                      \
    "--B\r\nContent-Disposition: form-data; name=\"specification\"; "                              \
    "filename=\"le%22ads.csv\"\r\nContent-Type: text/csv\r\n\r\nto\n+1\n\r\n" PART(                \
        "content_type", "CSV") PART("type", type) PART("jaxl_id", "<" id ">")
#define UPLOAD_TAIL(auto_retry, retries)                                                           \
    PART("recharge", "signed")                                                                     \
    PART("currency", "2")                                                                          \
    PART("template", "Hello {{name}}")                                                             \
    JSON_PART("window", "{\"start\":\"09:00\",\"end\":\"19:00\",\"tz\":\"Asia/Kolkata\"}")         \
    PART("auto_retry", auto_retry)                                                                 \
    PART("cc", "IN") retries JSON_PART("options", "{}") "--B--\r\n"

static void campaigns(struct wire *w)
{
    const struct jaxl_campaigns_filter filter = {TEXTS("RUNNING", "PAUSED"), {1, 2}};
    struct jaxl_campaigns_upload full = least, other = least;

    full.run_at = "2026-12-01T09:00:00Z";
    full.auto_retry = true;
    full.num_retries = 3;
    SENDS(jaxl_campaigns_list(w->s, &filter, w->a, &w->err),
          "GET CALL/v1/campaign/?status=RUNNING&status=PAUSED&limit=1&offset=2", NULL);
    SENDS(jaxl_campaigns_create(w->s, &least, w->a, &w->err), "POST CALL/v1/campaign/upload/",
          UPLOAD_HEAD("AIAGENT", "{\"o\":\"aiagent\",\"i\":\"cod\",\"oid\":42}")
              UPLOAD_TAIL("False", ""));
    SENDS(jaxl_campaigns_create(w->s, &full, w->a, &w->err), "POST CALL/v1/campaign/upload/",
          UPLOAD_HEAD("AIAGENT", "{\"o\":\"aiagent\",\"i\":\"cod\",\"oid\":42}")
              PART("run_at", "2026-12-01T09:00:00Z") UPLOAD_TAIL("True", PART("num_retries", "3")));
    other.type = JAXL_CAMPAIGNS_IVR;
    other.id = 9;
    SENDS(jaxl_campaigns_create(w->s, &other, w->a, &w->err), "POST CALL/v1/campaign/upload/",
          UPLOAD_HEAD("MARKETPLACE", "{\"o\":\"ivr\",\"i\":9,\"oid\":42}")
              UPLOAD_TAIL("False", ""));
    other.type = JAXL_CAMPAIGNS_TEAM;
    SENDS(jaxl_campaigns_create(w->s, &other, w->a, &w->err), "POST CALL/v1/campaign/upload/",
          UPLOAD_HEAD("ORGANIZATION_GROUP", "{\"o\":\"team\",\"i\":9,\"oid\":42}")
              UPLOAD_TAIL("False", ""));
    other.type = JAXL_CAMPAIGNS_MEMBER;
    other.agent = "a@b.example";
    SENDS(
        jaxl_campaigns_create(w->s, &other, w->a, &w->err), "POST CALL/v1/campaign/upload/",
        UPLOAD_HEAD("ORGANIZATION_EMPLOYEE", "{\"o\":\"member\",\"i\":\"a@b.example\",\"oid\":42}")
            UPLOAD_TAIL("False", ""));
    SENDS(jaxl_campaigns_update(w->s, 5, "PAUSED", "signed", "2", w->a, &w->err),
          "PATCH CALL/v1/campaign/5/",
          "{\"status\":\"PAUSED\",\"recharge\":\"signed\",\"currency\":\"2\"}");
    SENDS(jaxl_campaigns_export(w->s, 5, "csv", w->a, &w->err),
          "GET CALL/v1/campaign/5/export/?as=csv", NULL);
}

/* A call that the table does not have. */
static void raw(struct wire *w)
{
    const struct jaxl_endpoint_row row = {"api", "POST", JAXL_MESSAGE, "POST", "/v9/new/{}/",
                                          'S',   false,  NULL,         NULL,   JAXL_ANSWER_ANY};
    const struct jaxl_request request = {.row = &row,
                                         .ids = {"12"},
                                         .query_text = "a=b%20c&d=e",
                                         .body = "{\"x\":1}",
                                         .body_len = 7};
    const struct jaxl_param param = {"currency", "1"};
    const struct jaxl_request list = {
        .endpoint = JAXL_CALLS_LIST, .query = &param, .n_query = 1, .query_text = "new=true"};

    SENDS(jaxl_answer_ask(w->s, &request, w->a, &w->err), "POST MESSAGE/v9/new/12/?a=b%20c&d=e",
          "{\"x\":1}");
    SENDS(jaxl_answer_ask(w->s, &list, w->a, &w->err), "GET CALL/v1/calls/?currency=1&new=true",
          NULL);
}

static void (*const areas[])(struct wire *w) = {accounts, payments, phones,    ivrs,
                                                calls,    live,     campaigns, raw};

START_TEST(sends)
{
    struct wire w;

    wire_open(&w, _i % 2);
    areas[_i / 2](&w);
    wire_close(&w);
}
END_TEST

/* The message of a chat without a time of its own carries the clock's. */
START_TEST(message_now)
{
    const struct jaxl_live_message message = {.text = "now"};
    const struct jaxl_json *root;
    struct jaxl_json_doc *doc;
    struct wire w;
    int64_t timestamp, now;
    const char *body, *text;

    wire_open(&w, 0);
    now = jaxl_clock_now(&w.p.clock);
    ck_assert_int_eq(jaxl_live_message(w.s, 7, &message, NULL, NULL), 0);
    body = platform_request(&w.p, "/CALL/v1/calls/7/messages/", 1)->body;
    ck_assert_int_eq(jaxl_json_doc_new(&doc, 0), 0);
    ck_assert_int_eq(jaxl_json_parse(doc, body, strlen(body), &root, NULL), 0);
    text = jaxl_json_string(jaxl_json_get(root, "timestamp"), "");
    ck_assert_int_eq(jaxl_clock_parse(text, strlen(text), &timestamp), 0);
    ck_assert(timestamp >= now && timestamp < now + 60 * JAXL_SECOND);
    jaxl_json_doc_free(&doc);
    wire_close(&w);
}
END_TEST

START_TEST(hash_of_an_email)
{
    char hash[JAXL_ACCOUNTS_HASH];

    /* printf %s a@b.example | sha256sum */
    ck_assert_int_eq(jaxl_accounts_email_hash("a@b.example", hash, NULL), 0);
    ck_assert_str_eq(hash, "ebb18a030bf15174f5714e24d63af1a81355c951ea7389bd2a9bd18e3d0c2477");
    ck_assert_int_eq(jaxl_accounts_email_hash("", hash, NULL), JAXL_EARG);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_loop_test(tc, sends, 0, 2 * UNIT_COUNT(areas));
    tcase_add_test(tc, message_now);
    tcase_add_test(tc, hash_of_an_email);
}

int main(void)
{
    return unit_run("wire", add);
}
