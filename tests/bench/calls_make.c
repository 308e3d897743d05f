/* Call records for a bench, the same at each run: a month of 40 campaigns, INR most of them.
 * usage: calls_make BYTES FORMAT FILE [FORMAT FILE]...   the same calls in each of the formats,
 * until the first file has so many bytes: ndjson and csv as jaxl-dial writes them (its CSV has the
 * lead as JSON, in quotes), flat for CSV with a column for everything, some of it quoted, as the
 * other programs write it, and calls for Call objects of the platform. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CAMPAIGNS = 40, OUTPUTS = 4, DAYS = 31, TEXT = 64 };
#define OCTOBER  INT64_C(1790812800)
#define COUNT(a) (sizeof(a) / sizeof *(a))

/* The values of a record by the column they have; empty: null. */
enum value {
    TO,
    FROM,
    IVR,
    LEAD,
    CAMPAIGN,
    ATTEMPT,
    CALL_ID,
    SESSION_ID,
    STATE,
    DISPOSITION,
    PLACED_AT,
    ANSWERED_AT,
    ENDED_AT,
    DURATION,
    COST,
    CURRENCY,
    FAILURE_REASON,
    REASON,
    RULE,
    VALUE,
    NEXT_AT,
    HTTP_STATUS,
    CANDIDATES,
    RECONCILED,
    SENT_AT,
    INPUT_TO,
    INPUT_NAME,
    INPUT_CITY,
    INPUT_ADDRESS,
    INPUT_ITEM,
    INPUT_AMOUNT,
    INPUT_DUE,
    VALUES
};

static const struct {
    const char *name;
    bool number; /* or a word of JSON */
} columns[VALUES] = {
    [TO] = {"to", false},
    [FROM] = {"from", false},
    [IVR] = {"ivr", true},
    [LEAD] = {"lead", false},
    [CAMPAIGN] = {"campaign", false},
    [ATTEMPT] = {"attempt", true},
    [CALL_ID] = {"call_id", true},
    [SESSION_ID] = {"session_id", false},
    [STATE] = {"state", false},
    [DISPOSITION] = {"disposition", false},
    [PLACED_AT] = {"placed_at", false},
    [ANSWERED_AT] = {"answered_at", false},
    [ENDED_AT] = {"ended_at", false},
    [DURATION] = {"duration", true},
    [COST] = {"cost", true},
    [CURRENCY] = {"currency", false},
    [FAILURE_REASON] = {"failure_reason", false},
    [REASON] = {"reason", false},
    [RULE] = {"rule", false},
    [VALUE] = {"value", false},
    [NEXT_AT] = {"next_at", false},
    [HTTP_STATUS] = {"http_status", true},
    [CANDIDATES] = {"candidates", true},
    [RECONCILED] = {"reconciled", true},
    [SENT_AT] = {"sent_at", false},
    [INPUT_TO] = {"to", false},
    [INPUT_NAME] = {"name", false},
    [INPUT_CITY] = {"city", false},
    [INPUT_ADDRESS] = {"address", false},
    [INPUT_ITEM] = {"item", false},
    [INPUT_AMOUNT] = {"amount", true},
    [INPUT_DUE] = {"due", false},
};

struct call {
    char text[VALUES][TEXT];
};

static uint64_t seed = 20261001;
static int next_id = 48000000;

/* splitmix64 */
static uint64_t any(uint64_t n)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (z ^ z >> 31) % n;
}

/* Each runs in the north and in the south. */
static const struct {
    const char *name, *currency;
    int price, places; /* of a minute, in so many decimals */
} campaigns[CAMPAIGNS / 2] = {
    {"diwali-offer", "INR", 35, 2},      {"emi-reminder", "INR", 2875, 4},
    {"emi-overdue", "INR", 315625, 6},   {"appointment", "INR", 40, 2},
    {"delivery-today", "INR", 29850, 5}, {"cod-confirmation", "INR", 333333, 6},
    {"cart-abandoned", "INR", 325, 3},   {"policy-renewal", "INR", 4125, 4},
    {"kyc-pending", "INR", 38, 2},       {"loan-offer", "INR", 36, 2},
    {"school-fees", "INR", 305, 3},      {"power-cut", "INR", 27, 2},
    {"vaccination-camp", "INR", 25, 2},  {"crop-advice", "INR", 2505, 4},
    {"feedback", "INR", 34, 2},          {"lead-callback", "INR", 4500, 4},
    {"test-drive", "INR", 39, 2},        {"payment-retry", "INR", 345678, 6},
    {"us-renewal", "USD", 130, 4},       {"us-survey", "USD", 1255, 5}};

static const char *const names[] = {
    "Asha Rao",       "Ravi Kumar",   "Priya Sharma",        "Imran Sheikh",
    "Lakshmi Iyer",   "Arjun Mehta",  "Fatima Khan",         "Joseph D'Souza",
    "Gurpreet Singh", "Ananya Das",   "Vikram Reddy",        "Neha Joshi",
    "Zoë Fernandes",  "José Almeida", "Rao, Asha (Mrs)",     "Kumar, Ravi",
    "आशा राव",        "रवि कुमार",     "प्रिया शर्मा",          "अर्जुन मेहता",
    "लक्ष्मी अय्यर",     "नेहा जोशी",     "विक्रम \"विकी\" रेड्डी", "संजय पाटील"};
static const char *const cities[] = {"Pune", "Mumbai",  "New Delhi", "Chennai", "Bengaluru",
                                     "जयपुर", "Kolkata", "Nagpur",    "लखनऊ",    "Hyderabad"};
static const char *const items[] = {"Gold plan",        "Silver plan",  "Home loan",
                                    "Two-wheeler loan", "Health cover", "Order",
                                    "Term policy",      "Service visit"};

/* How calls end: so many of 1000. */
static const struct {
    const char *disposition, *failure;
    int share;
} ends[] = {
    {"ANSWERED", NULL, 412},
    {"NO_ANSWER", NULL, 395},
    {"VOICEMAIL", NULL, 42},
    {"BAD_NUMBER", "INVALID_TO_NUMBER", 28},
    {"BAD_NUMBER", "UNASSIGNED", 11},
    {"DND", "DND", 14},
    {"NET_FAIL", "PROVIDER_SERVICE_ERROR", 47},
    {"NET_FAIL", "PROVIDER_SERVICE_UNAVAILABLE", 19},
    {"CANCELLED", "CAMPAIGN_STOPPED", 7},
    {"UNKNOWN", "NOT_FOUND_IN_DB", 6},
    {"REGULATORY", "LOCAL_REGULATION_ISSUE", 4},
    {NULL, NULL, 15},
};

static void put_time(char text[TEXT], int64_t us)
{
    time_t sec = (time_t)(us / 1000000);
    struct tm tm;

    gmtime_r(&sec, &tm);
    snprintf(text, TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", (tm.tm_year + 1900) % 10000,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(us % 1000000));
}

static void put_money(char text[TEXT], int64_t units, int places)
{
    int64_t whole = 1;

    for (int i = 0; i < places; i++)
        whole *= 10;
    snprintf(text, TEXT, "%lld.%0*lld", (long long)(units / whole), places,
             (long long)(units % whole));
}

__attribute__((format(printf, 3, 4))) static void put(struct call *c, enum value v,
                                                      const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(c->text[v], TEXT, format, args);
    va_end(args);
}

static void put_session(struct call *c)
{
    unsigned long long a = any(UINT64_MAX), b = any(UINT64_MAX);

    put(c, SESSION_ID, "%08llX-%04llX-5%03llX-%04llX-%012llX", a >> 32, a >> 16 & 0xffff, a & 0xfff,
        0x8000 | (b >> 48 & 0x3fff), b & 0xffffffffffff);
}

static void put_lead(struct call *c)
{
    int number = (int)any(900) + 1;

    put(c, INPUT_TO, "%s", c->text[TO]);
    put(c, INPUT_NAME, "%s", names[any(COUNT(names))]);
    put(c, INPUT_CITY, "%s", cities[any(COUNT(cities))]);
    switch (any(12)) {
    case 0:
        put(c, INPUT_ADDRESS, "Flat %d, Lake View", number);
        break;
    case 1:
        put(c, INPUT_ADDRESS, "%d \"Shanti\" Nagar", number);
        break;
    case 2:
        put(c, INPUT_ADDRESS, "Plot %d\nSector 21", number);
        break;
    default:
        put(c, INPUT_ADDRESS, "%d MG Road", number);
    }
    put(c, INPUT_ITEM, "%s", items[any(COUNT(items))]);
    put_money(c->text[INPUT_AMOUNT], 10000 + (int64_t)any(4000000), 2);
    put(c, INPUT_DUE, "2026-11-%02d", 1 + (int)any(30));
}

/* What the platform tells of a call of that price that has begun then. */
static void put_call(struct call *c, size_t campaign, size_t end, int64_t placed)
{
    bool talks = !end || (ends[end].disposition && !strcmp(ends[end].disposition, "VOICEMAIL"));
    int ring = ends[end].failure ? 1 : 4 + (int)any(28);
    int64_t talk = talks ? 2 + (int64_t)(any(70) * any(70)) / 18 : 0;
    int64_t answered = placed + ring * INT64_C(1000000) + (int64_t)any(1000000);

    put(c, CALL_ID, "%d", next_id += 1 + (int)any(7));
    put(c, STATE, "done");
    put(c, DISPOSITION, "%s", ends[end].disposition);
    put_time(c->text[PLACED_AT], placed);
    put_time(c->text[SENT_AT], placed - (int64_t)any(300000));
    put_time(c->text[ENDED_AT], answered + talk * 1000000);
    put(c, DURATION, "%lld", (long long)talk);
    put(c, HTTP_STATUS, "200");
    if (talks)
        put_time(c->text[ANSWERED_AT], answered);
    if (ends[end].failure) {
        put(c, FAILURE_REASON, "%s", ends[end].failure);
        return;
    }
    put_money(c->text[COST], (talk + 59) / 60 * campaigns[campaign / 2].price,
              campaigns[campaign / 2].places);
    put(c, CURRENCY, "%s", campaigns[campaign / 2].currency);
}

static size_t any_end(void)
{
    int share = (int)any(1000);
    size_t i = 0;

    while ((share -= ends[i].share) >= 0)
        i++;
    return i;
}

/* The next call, when so much of the month is over. Some leads are not dialled: on a list. */
static void make(struct call *c, double over)
{
    size_t campaign = any(CAMPAIGNS), end = any_end();
    bool indian = campaigns[campaign / 2].currency[0] == 'I';
    int day = (int)(over * DAYS);
    /* 9:00 to 20:00 in India */
    double hours = 3.5 + 11 * (over * DAYS - day);
    int64_t placed = (OCTOBER + day * 86400) * 1000000 + (int64_t)(hours * 3600e6);

    memset(c, 0, sizeof *c);
    if (indian)
        put(c, TO, "+91%d%09llu", 6 + (int)any(4), (unsigned long long)any(1000000000));
    else
        put(c, TO, "+1%d%07llu", 201 + (int)any(700), (unsigned long long)any(10000000));
    put(c, FROM, "+%s%03d", indian ? "918040004" : "1201555", (int)(101 + campaign));
    put(c, IVR, "%d", 4200 + (int)campaign);
    put(c, LEAD, "C%07llu", (unsigned long long)any(10000000));
    put(c, CAMPAIGN, "%s-%s", campaigns[campaign / 2].name, campaign % 2 ? "south" : "north");
    put(c, ATTEMPT, "%d", 1 + (int)(any(10) / 7) + (int)(any(10) / 9));
    put(c, RECONCILED, "false");
    put_session(c);
    put_lead(c);
    if (ends[end].disposition) {
        put_call(c, campaign, end, placed);
    } else {
        put(c, STATE, "suppressed");
        put(c, RULE, "dnc");
        put(c, VALUE, "dnc-2026-10.txt");
    }
}

static void write_string(FILE *f, const char *text)
{
    putc_unlocked('"', f);
    for (;;) {
        size_t plain = strcspn(text, "\"\\\n");
        fwrite(text, 1, plain, f);
        text += plain;
        if (!*text)
            break;
        putc_unlocked('\\', f);
        putc_unlocked(*text == '\n' ? 'n' : *text, f);
        text++;
    }
    putc_unlocked('"', f);
}

static void write_value(FILE *f, const struct call *c, enum value v)
{
    if (!c->text[v][0])
        fputs("null", f);
    else if (columns[v].number)
        fputs(c->text[v], f);
    else
        write_string(f, c->text[v]);
}

/* The members from one value to another, without braces. */
static void write_members(FILE *f, const struct call *c, enum value from, enum value to)
{
    for (enum value v = from; v <= to; v++) {
        fprintf(f, "%s\"%s\":", v == from ? "" : ",", columns[v].name);
        write_value(f, c, v);
    }
}

static void write_costs(FILE *f, const struct call *c)
{
    if (c->text[COST][0]) {
        fputs("\"costs\":[{", f);
        write_members(f, c, COST, CURRENCY);
        fputs("}]", f);
    } else {
        fputs(c->text[PLACED_AT][0] ? "\"costs\":[]" : "\"costs\":null", f);
    }
}

static void write_input(FILE *f, const struct call *c)
{
    putc_unlocked('{', f);
    write_members(f, c, INPUT_TO, INPUT_DUE);
    putc_unlocked('}', f);
}

static void write_ndjson(FILE *f, const struct call *c)
{
    if (!c)
        return;
    putc_unlocked('{', f);
    write_members(f, c, TO, DURATION);
    putc_unlocked(',', f);
    write_costs(f, c);
    putc_unlocked(',', f);
    write_members(f, c, FAILURE_REASON, SENT_AT);
    fputs(",\"input\":", f);
    write_input(f, c);
    fputs("}\n", f);
}

static void write_cell(FILE *f, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        fputs(text, f);
        return;
    }
    putc_unlocked('"', f);
    for (; *text; text++) {
        if (*text == '"')
            putc_unlocked('"', f);
        putc_unlocked(*text, f);
    }
    putc_unlocked('"', f);
}

static void write_cells(FILE *f, const struct call *c, enum value from, enum value to)
{
    for (enum value v = from; v <= to; v++) {
        write_cell(f, c->text[v]);
        putc_unlocked(',', f);
    }
}

/* The beginning of a header */
static void write_names(FILE *f, const char *prefix, enum value from, enum value to)
{
    for (enum value v = from; v <= to; v++)
        fprintf(f, "%s%s,", prefix, columns[v].name);
}

static void write_csv(FILE *f, const struct call *c)
{
    char *input = NULL;
    size_t len = 0;
    FILE *memory;

    if (!c) {
        write_names(f, "", TO, DURATION);
        write_names(f, "costs.0.", COST, CURRENCY);
        write_names(f, "", FAILURE_REASON, SENT_AT);
        fputs("message,input\n", f);
        return;
    }
    memory = open_memstream(&input, &len);
    if (!memory)
        exit(1);
    write_input(memory, c);
    if (fclose(memory))
        exit(1);
    write_cells(f, c, TO, SENT_AT);
    putc_unlocked(',', f); /* no message */
    write_cell(f, input);
    putc_unlocked('\n', f);
    free(input);
}

static void write_flat(FILE *f, const struct call *c)
{
    if (!c) {
        write_names(f, "", TO, DURATION);
        write_names(f, "costs.0.", COST, CURRENCY);
        write_names(f, "", FAILURE_REASON, SENT_AT);
        write_names(f, "input.", INPUT_TO, INPUT_DUE);
        fputs("extra\n", f);
        return;
    }
    write_cells(f, c, TO, INPUT_DUE);
    if (!c->text[COST][0])
        write_cell(f, c->text[PLACED_AT][0] ? "{\"costs\":[]}" : "{\"costs\":null}");
    putc_unlocked('\n', f);
}

/* One value under the name that the platform has for it. */
static void write_as(FILE *f, const struct call *c, const char *name, enum value v)
{
    fprintf(f, ",\"%s\":", name);
    write_value(f, c, v);
}

static void write_recording(FILE *f, const struct call *c)
{
    if (c->text[ANSWERED_AT][0])
        fprintf(f, ",\"recording_playback_url\":\"https://calls.example.com/v1/calls/%s/audio/\"",
                c->text[CALL_ID]);
    else
        fputs(",\"recording_playback_url\":null", f);
    write_as(f, c, "recording_start_time", ANSWERED_AT);
    write_as(f, c, "recording_duration", c->text[ANSWERED_AT][0] ? DURATION : NEXT_AT);
}

static void write_object(FILE *f, const struct call *c)
{
    bool missed = c && !strcmp(c->text[DISPOSITION], "NO_ANSWER");

    if (!c || !c->text[CALL_ID][0]) /* the platform knows nothing of what was not dialled */
        return;
    fprintf(f, "{\"id\":%s,\"direction\":2", c->text[CALL_ID]);
    write_as(f, c, "from_number", FROM);
    write_as(f, c, "via_number", FROM);
    write_as(f, c, "to_number", TO);
    write_as(f, c, "created_on", PLACED_AT);
    write_as(f, c, "modified_on", ENDED_AT);
    fprintf(f, ",\"missed\":%s,\"has_voicemail\":%s", missed ? "true" : "false",
            strcmp(c->text[DISPOSITION], "VOICEMAIL") ? "false" : "true");
    write_as(f, c, "completed_on", ENDED_AT);
    write_as(f, c, "duration", DURATION);
    write_as(f, c, "failure_reason", FAILURE_REASON);
    fputs(",\"is_finalized\":true,", f);
    write_costs(f, c);
    fputs(",\"tags\":[],\"metadata\":{},\"cid\":null", f);
    write_as(f, c, "ivr", IVR);
    write_recording(f, c);
    fprintf(f, ",\"is_bot\":false,\"camp\":{\"campaign_id\":%d", atoi(c->text[IVR]) - 4000);
    write_as(f, c, "name", CAMPAIGN);
    fputs(",\"metadata\":null},\"type\":2,\"call_type\":2,\"device\":null,\"device_user_id\":null,"
          "\"device_app_user_id\":null,\"org_id\":42,\"actor\":11,\"locations\":[],"
          "\"has_transcription\":false,\"location_keys\":[],\"recording_upload_id\":null,"
          "\"upload_metadata\":null,\"parent\":null,\"sid\":null,\"device_id\":null}\n",
          f);
}

static const struct {
    const char *name;
    void (*write)(FILE *f, const struct call *c); /* NULL: the header, if it has one */
} formats[] = {
    {"ndjson", write_ndjson}, {"csv", write_csv}, {"flat", write_flat}, {"calls", write_object}};

struct output {
    FILE *file;
    size_t format;
};

static int open_output(struct output *o, const char *format, const char *path)
{
    for (o->format = 0; o->format < COUNT(formats); o->format++)
        if (!strcmp(formats[o->format].name, format))
            break;
    if (o->format == COUNT(formats))
        return fprintf(stderr, "calls_make: no format %s\n", format), -1;
    o->file = fopen(path, "w");
    if (!o->file)
        return perror(path), -1;
    formats[o->format].write(o->file, NULL);
    return 0;
}

int main(int argc, char **argv)
{
    struct output outputs[OUTPUTS];
    double bytes = argc > 1 ? atof(argv[1]) : 0;
    size_t n = 0;
    int code = 0;

    if (bytes <= 0 || argc < 4 || argc % 2 || argc / 2 - 1 > OUTPUTS) {
        fputs("usage: calls_make BYTES FORMAT FILE [FORMAT FILE]...\n", stderr);
        return 64;
    }
    for (; 2 * n + 3 < (size_t)argc; n++)
        if (open_output(&outputs[n], argv[2 * n + 2], argv[2 * n + 3]))
            return 66;
    for (double at; (at = (double)ftello(outputs[0].file)) < bytes;) {
        struct call c;
        make(&c, at / bytes);
        for (size_t i = 0; i < n; i++)
            formats[outputs[i].format].write(outputs[i].file, &c);
    }
    for (size_t i = 0; i < n; i++)
        code |= ferror(outputs[i].file) | fclose(outputs[i].file);
    return code ? 74 : 0;
}
