/* A year of cron on a clock that the test turns: the same campaign dialed from the same ledger
 * every four hours, and every quarter of an hour around the changes of the clocks. What the
 * platform's journal shows is then held against the rules, written down here once more and read by
 * libc's zones (almanac.h): no call that they forbid, and every call that they allow. */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "almanac.h"
#include "campaign/ledger.h"
#include "jaxl/json.h"
#include "stage.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, LEADS = 4096, RUNS = 8192, MONTHS = 12 };
#define US(seconds) ((seconds)*JAXL_SECOND)

/* The rules, as the dialer has them. */
static const char *const policy = "tz = Asia/Kolkata\n"
                                  "days = sun-tue,thu-sat\n"
                                  "window = 00:00-20:30\n"
                                  "cap = 3/7d\n"
                                  "gap = 4h\n"
                                  "max-attempts = 5\n"
                                  "expire = 20d\n"
                                  "retry = NO_ANSWER=2h,20h,3d,1d\n"
                                  "retry = VOICEMAIL=1d\n"
                                  "retry = NET_FAIL=10m\n"
                                  "[GB]\n"
                                  "window = 00:20-00:50,01:30-02:45,09:00-19:00\n"
                                  "[US-NY]\n"
                                  "window = 00:45-01:15,01:30-02:45,12:00-21:00\n"
                                  "[IN]\n"
                                  "window = %s-19:00\n"
                                  "[AU]\n"
                                  "days = sun-fri\n"
                                  "window = 01:00-01:45,02:10-02:45,10:00-18:00\n";
static const char *const holidays[] = {"2027-01-01", "2027-03-30", "2027-05-03", "2027-08-15",
                                       "2027-10-04", "2027-12-25", "2027-12-27", NULL};

/* And as they are checked. Bits of days from Sunday. */
enum { NOT_WED = 0x77, NOT_WED_SAT = 0x37 };
enum { CAP = 3, CAP_SPAN = 7 * DAY, GAP = 4 * HOUR, MOST = 5, EXPIRE = 20 * DAY };
static const struct {
    int after[4]; /* 0: never */
} retries[] = {[STAGED_NO_ANSWER] = {{2 * HOUR, 20 * HOUR, 3 * DAY, DAY}},
               [STAGED_ANSWERED] = {{0}},
               [STAGED_VOICEMAIL] = {{DAY}},
               [STAGED_NET_FAIL] = {{10 * MINUTE}}};

#define AT(h, m) ((h)*60 + (m))
#define GB_HOURS                                                                                   \
    {                                                                                              \
        .pieces = {{AT(0, 20), AT(0, 50)}, {AT(1, 30), AT(2, 45)}, {AT(9, 0), AT(19, 0)}}, .n = 3, \
        .days = NOT_WED, .holidays = holidays                                                      \
    }
#define AU_HOURS                                                                                   \
    {                                                                                              \
        .pieces = {{AT(1, 0), AT(1, 45)}, {AT(2, 10), AT(2, 45)}, {AT(10, 0), AT(18, 0)}}, .n = 3, \
        .days = NOT_WED_SAT, .holidays = holidays                                                  \
    }
#define HOURS(from, to, mask)                                                                      \
    {                                                                                              \
        .pieces = {{from, to}}, .n = 1, .days = (mask), .holidays = holidays                       \
    }

/* The kinds of leads: where their numbers are, and the zone of their column. */
enum { LONDON, NEW_YORK, KOLKATA, AUSTRALIA, LORD_HOWE, INDIAN_THERE, BRITON_THERE, AFLOAT, KINDS };
static struct kind {
    const char *prefix, *tz, *zones[16];
    struct almanac_hours hours;
    struct almanac almanacs[16];
    size_t n_zones, length; /* of the numbers */
    unsigned numbers;
} kinds[KINDS] = {
    [LONDON] = {"+442079460", "", {"Europe/London"}, GB_HOURS},
    [NEW_YORK] =
        {"+12127360",
         "",
         {"America/New_York"},
         {.pieces = {{AT(0, 45), AT(1, 15)}, {AT(1, 30), AT(2, 45)}, {AT(12, 0), AT(20, 30)}},
          .n = 3,
          .days = NOT_WED,
          .holidays = holidays}},
    [KOLKATA] = {"+91980000", "", {"Asia/Kolkata"}, HOURS(AT(9, 0), AT(19, 0), NOT_WED)},
    [AUSTRALIA] = {"+61255500", "", {NULL}, AU_HOURS}, /* all that zone.tab has for AU */
    [LORD_HOWE] = {"+61255501", "Australia/Lord_Howe", {"Australia/Lord_Howe"}, AU_HOURS},
    [INDIAN_THERE] = {"+91980001",
                      "America/New_York",
                      {"America/New_York"},
                      HOURS(AT(9, 0), AT(19, 0), NOT_WED)},
    [BRITON_THERE] = {"+442079461", "Asia/Kolkata", {"Asia/Kolkata"}, GB_HOURS},
    /* no country's number: every rule of all of them, by the campaign's clock */
    [AFLOAT] = {"+870773000", "", {"Asia/Kolkata"}, HOURS(AT(12, 0), AT(18, 0), NOT_WED_SAT)},
};
/* From then on India's hours begin earlier. */
#define EARLIER UINT64_C(1814400000) /* 2027-07-01 */

/* Openings and closings by hand, from the dates on which clocks are changed in 2027: UTC. */
static const struct {
    int kind;
    const char *opens, *closes;
} nights[] = {
    /* forward over the end: 02:00 is 03:00, and 01:30-02:45 ends there */
    {NEW_YORK, "2027-03-14T05:45:00Z", "2027-03-14T06:15:00Z"},
    {NEW_YORK, "2027-03-14T06:30:00Z", "2027-03-14T07:00:00Z"},
    /* forward over the beginning: 01:00 is 02:00, and 01:30-02:45 begins there */
    {LONDON, "2027-03-28T00:20:00Z", "2027-03-28T00:50:00Z"},
    {LONDON, "2027-03-28T01:00:00Z", "2027-03-28T01:45:00Z"},
    /* back by half an hour: 02:00 is 01:30, and 01:00-01:45 ends the first time */
    {LORD_HOWE, "2027-04-03T14:00:00Z", "2027-04-03T14:45:00Z"},
    {LORD_HOWE, "2027-04-03T15:40:00Z", "2027-04-03T16:15:00Z"},
    /* forward by half an hour: 02:00 is 02:30, and 02:10-02:45 begins there */
    {LORD_HOWE, "2027-10-02T14:30:00Z", "2027-10-02T15:15:00Z"},
    {LORD_HOWE, "2027-10-02T15:30:00Z", "2027-10-02T15:45:00Z"},
    /* back: 02:00 is 01:00, and 01:30-02:45 begins the second time */
    {LONDON, "2027-10-30T23:20:00Z", "2027-10-30T23:50:00Z"},
    {LONDON, "2027-10-31T01:30:00Z", "2027-10-31T02:45:00Z"},
    /* and 00:45-01:15 ends the first */
    {NEW_YORK, "2027-11-07T04:45:00Z", "2027-11-07T05:15:00Z"},
    {NEW_YORK, "2027-11-07T06:30:00Z", "2027-11-07T07:45:00Z"},
    /* where clocks never change */
    {KOLKATA, "2027-06-15T03:30:00Z", "2027-06-15T13:30:00Z"},
};

struct lead {
    int kind;
    char to[24];
    unsigned run;  /* that feeds it first */
    size_t number; /* which of all numbers it has */

    /* where the journal leaves it */
    unsigned attempts; /* that count */
    enum { WAITS, GOES_ON, OVER } state;
    int64_t due; /* WAITS: from then on, microseconds */
    const struct staged_call *last;
    int last_run; /* of the last request */
};

/* When a number was called, the latest first. */
struct number {
    int64_t asked[CAP];
    int last_run;
};

struct cron_run {
    int64_t planned, began, ended; /* seconds; microseconds */
    bool aborted;
};

static struct year {
    struct stage stage;
    int64_t from, to; /* seconds */
    uint64_t seed;    /* YEAR_SEED: another year */
    struct lead leads[LEADS];
    size_t n_leads;
    struct number numbers[LEADS];
    size_t n_numbers;
    struct cron_run runs[RUNS];
    size_t n_runs;
    bool abort_next;
    struct jaxl_buf fed;
    char policy[300], holidays[300];
} year;

static int64_t seconds(const char *iso)
{
    int64_t us;

    ck_assert_int_eq(jaxl_clock_parse(iso, strlen(iso), &us), 0);
    return us / JAXL_SECOND;
}

/* A number that depends on these alone, however often and in which order they come. */
static uint64_t chance(uint64_t a, uint64_t b)
{
    /* splitmix64 (S. Vigna) */
    uint64_t z = (year.seed << 40) + (a << 32) + b * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* What becomes of a request: of a hundred so many. */
static void cast(void *ctx, struct staged_call *c)
{
    static const struct {
        unsigned of_hundred;
        enum staged_kind kind;
        enum staged_end end;
        int seconds;
    } table[] = {
        {4, STAGED_LOST, 0, 0},
        {4, STAGED_LOST_CALL, STAGED_NO_ANSWER, 20},
        {2, STAGED_LOST_CALL, STAGED_ANSWERED, 9},
        {3, STAGED_TORN_CALL, STAGED_NO_ANSWER, 31},
        {2, STAGED_TORN, 0, 0},
        {3, STAGED_THROTTLED, 0, 1},
        {1, STAGED_THROTTLED, 0, 0},
        {2, STAGED_REFUSED, 0, 0},
        {2, STAGED_CALL, STAGED_NO_ANSWER, 7000}, /* the next run finds it ended */
        {2, STAGED_CALL, STAGED_ANSWERED, 7000},
        {6, STAGED_CALL, STAGED_NET_FAIL, 1},
        {10, STAGED_CALL, STAGED_VOICEMAIL, 25},
        {12, STAGED_CALL, STAGED_ANSWERED, 40},
        {100, STAGED_CALL, STAGED_NO_ANSWER, 30},
    };
    uint64_t draw = chance((uint64_t)c->ivr, c->nth) % 100;
    size_t i = 0;

    (void)ctx;
    for (; draw >= table[i].of_hundred; i++)
        draw -= table[i].of_hundred;
    c->kind = table[i].kind;
    c->end = table[i].end;
    c->seconds = table[i].seconds;
}

/* The plan of the year. */

static void add_run(int64_t at)
{
    ck_assert_uint_lt(year.n_runs, RUNS);
    if (at >= year.from && at < year.to)
        year.runs[year.n_runs++] = (struct cron_run){.planned = at};
}

static int by_time(const void *a, const void *b)
{
    const struct cron_run *x = a, *y = b;

    return (x->planned > y->planned) - (x->planned < y->planned);
}

/* For three days around each change every quarter of an hour, and to the second at the edges. */
static void plan_nights(int64_t step)
{
    for (size_t i = 0; i < UNIT_COUNT(nights); i++) {
        int64_t opens = seconds(nights[i].opens), closes = seconds(nights[i].closes);
        bool same_night = i > 0 && opens - seconds(nights[i - 1].opens) < DAY;
        add_run(opens - 1);
        add_run(opens);
        add_run(closes - 1);
        add_run(closes);
        add_run(closes + 20 * MINUTE); /* when clocks show the hours again that are over */
        add_run(closes + 50 * MINUTE);
        for (int64_t at = opens - opens % DAY - DAY; at < opens + 2 * DAY && !same_night;
             at += step)
            add_run(at + MINUTE + (int64_t)(i % 7));
    }
}

static void plan_runs(int64_t step, int64_t night_step)
{
    for (int64_t at = year.from; at < year.to; at += step)
        add_run(at + 7 * MINUTE + (int64_t)(chance(1, (uint64_t)at) % 60));
    plan_nights(night_step);
    qsort(year.runs, year.n_runs, sizeof year.runs[0], by_time);
}

/* Whether the run is fed all leads that there were, not only new ones. */
static bool is_full(size_t run)
{
    return run % 100 == 99;
}

/* may_share: the number of an earlier lead, now and then. */
static void add_lead(int kind, unsigned run, bool may_share)
{
    struct lead *l = &year.leads[year.n_leads];
    unsigned n = kinds[kind].numbers++;
    bool shared = may_share && n % 9 == 8 && !is_full(run); /* both in one input: a reject */

    ck_assert_uint_lt(year.n_leads++, LEADS);
    n -= shared ? 3 : 0;
    *l = (struct lead){.kind = kind, .run = run, .last_run = -1};
    snprintf(l->to, sizeof l->to, "%s%0*u", kinds[kind].prefix,
             (int)(kinds[kind].length - strlen(kinds[kind].prefix)), n);
    l->number = year.n_numbers;
    for (size_t i = year.n_leads - 1; shared && i-- > 0;)
        if (strcmp(year.leads[i].to, l->to) == 0)
            l->number = year.leads[i].number;
    if (l->number == year.n_numbers)
        year.numbers[year.n_numbers++].last_run = -1;
}

/* Each run gets a few, so that there are about so many of each kind in a day; and those at an edge
 * two of its kind. */
static void plan_leads(double a_day)
{
    double due = 0;

    for (size_t r = 0; r < year.n_runs; r++) {
        int64_t at = year.runs[r].planned;
        due += r ? (double)(at - year.runs[r - 1].planned) / DAY * a_day * KINDS : 0;
        for (; due >= 1; due--)
            add_lead((int)(chance(2, year.n_leads) % KINDS), (unsigned)r, true);
        for (size_t i = 0; i < UNIT_COUNT(nights); i++) {
            int64_t closes = seconds(nights[i].closes);
            if (llabs(at - seconds(nights[i].opens)) <= 1 || llabs(at - closes) <= 1 ||
                at == closes + 20 * MINUTE || at == closes + 50 * MINUTE) {
                add_lead(nights[i].kind, (unsigned)r, false);
                add_lead(nights[i].kind, (unsigned)r, false);
            }
        }
    }
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void write_policy(const char *begin)
{
    char text[2000];

    snprintf(text, sizeof text, policy, begin); /* the only % in it */
    write_file(year.policy, text);
}

static void write_rules(void)
{
    char text[400] = "# nobody is called on these\n";

    snprintf(year.policy, sizeof year.policy, "%s/year.policy", year.stage.p.dir);
    snprintf(year.holidays, sizeof year.holidays, "%s/holidays", year.stage.p.dir);
    for (size_t i = 0; holidays[i]; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s, closed\n", holidays[i]);
    write_file(year.holidays, text);
    write_policy("09:00");
}

/* The year. */

static bool idle(struct stage *s)
{
    return year.abort_next && s->idle_turns >= 3;
}

static const char *feed_of(size_t r)
{
    jaxl_buf_reset(&year.fed);
    jaxl_buf_puts(&year.fed, "to,lead,ivr,tz\n");
    for (size_t i = 0; i < year.n_leads; i++) {
        struct lead *l = &year.leads[i];
        if (l->run > r || (l->run < r && !is_full(r)))
            continue;
        jaxl_buf_printf(&year.fed, "%s,L%zu,%zu,%s\n", l->to, i + 1, i + 1, kinds[l->kind].tz);
    }
    return jaxl_buf_text(&year.fed);
}

static void run_cron(size_t r)
{
    struct cron_run *run = &year.runs[r];
    const struct jaxl_dialer_rule rules[] = {{"holidays", year.holidays}};
    const char *const policies[] = {year.policy};
    const struct jaxl_dialer_options o = {.campaign = "the year",
                                          .rate = "max",
                                          .connections = 1,
                                          .follow_timeout = 120 * JAXL_SECOND,
                                          .policies = policies,
                                          .n_policies = 1,
                                          .rules = rules,
                                          .n_rules = 1,
                                          .look_again = r % 200 == 150};
    struct staged_run out;

    stage_wait(&year.stage, US(run->planned));
    run->began = stage_now(&year.stage);
    year.abort_next = chance(3, r) % 23 == 0 && r + 1 < year.n_runs;
    stage_run(&year.stage, &o, feed_of(r),
              getenv("DBG_RUN") && (size_t)atoi(getenv("DBG_RUN")) == r, &out);
    ck_assert_msg(out.code == 0, "run %zu: %s", r, out.err.message);
    ck_assert_uint_eq(out.totals.active, 0);
    run->ended = stage_now(&year.stage);
    run->aborted = out.aborted;
}

static void run_year(void)
{
    bool earlier = false;

    jaxl_buf_init(&year.fed, 1 << 20);
    for (size_t r = 0; r < year.n_runs; r++) {
        if (!earlier && year.runs[r].planned >= (int64_t)EARLIER) {
            write_policy("07:30");
            earlier = true;
        }
        run_cron(r);
    }
    jaxl_buf_free(&year.fed);
}

/* The journal against the rules. */

#define WHICH "L%d to %s, asked at %" PRId64 " s, run %u, attempt %u"
#define TELL(l, c)                                                                                 \
    (int)((l)-year.leads) + 1, (l)->to, (c)->asked / JAXL_SECOND, (c)->run, (l)->attempts + 1

static bool counts(const struct staged_call *c)
{
    return c->kind != STAGED_THROTTLED;
}

static bool is_open(int kind, size_t r, int64_t at)
{
    struct almanac_hours hours = kinds[kind].hours;

    if ((kind == KOLKATA || kind == INDIAN_THERE) && year.runs[r].planned >= (int64_t)EARLIER)
        hours.pieces[0].from = AT(7, 30);
    for (size_t i = 0; i < kinds[kind].n_zones; i++)
        if (!almanac_open(&kinds[kind].almanacs[i], &hours, at))
            return false;
    return true;
}

/* Whether so many calls and gaps allow another to the number. */
static bool is_rested(const struct number *n, int64_t at)
{
    return at >= n->asked[0] + US(GAP) && at >= n->asked[CAP - 1] + US(CAP_SPAN);
}

/* When the lead may be called again after its last call; INT64_MAX: never. */
static int64_t again(const struct lead *l)
{
    const struct staged_call *c = l->last;
    int after;

    if (!c)
        return 0;
    if (!c->id || l->attempts > UNIT_COUNT(retries[0].after))
        return INT64_MAX;
    after = retries[c->end].after[l->attempts - 1];
    return after ? c->completed + US(after) : INT64_MAX;
}

/* That this call was allowed. */
static void check_call(const struct lead *l, const struct staged_call *c)
{
    const int64_t gone = year.runs[l->run].ended + US(EXPIRE);

    ck_assert_msg(strcmp(l->to, c->to) == 0, WHICH, TELL(l, c));
    ck_assert_msg(is_open(l->kind, c->run, c->asked / JAXL_SECOND), "closed: " WHICH, TELL(l, c));
    ck_assert_msg(is_rested(&year.numbers[l->number], c->asked),
                  "%.6f s after the last, %.6f s after the third but one: " WHICH,
                  (double)(c->asked - year.numbers[l->number].asked[0]) / 1e6,
                  (double)(c->asked - year.numbers[l->number].asked[CAP - 1]) / 1e6, TELL(l, c));
    ck_assert_msg(c->asked >= again(l), "too soon: " WHICH, TELL(l, c));
    ck_assert_msg(l->attempts < MOST, "too often: " WHICH, TELL(l, c));
    ck_assert_msg(c->asked < gone, "expired: " WHICH, TELL(l, c));
}

static void take_call(struct lead *l, const struct staged_call *c)
{
    struct number *n = &year.numbers[l->number];

    l->last_run = n->last_run = (int)c->run;
    if (!counts(c))
        return;
    memmove(n->asked + 1, n->asked, (CAP - 1) * sizeof n->asked[0]);
    n->asked[0] = c->asked;
    l->attempts++;
    l->last = c;
    l->state = c->id ? GOES_ON : OVER;
}

/* What the run knows at its end that it may not have known before. */
static void learn(struct lead *l, size_t r)
{
    const struct cron_run *run = &year.runs[r];

    if (run->aborted || !l->last)
        return;
    if (l->state != GOES_ON || l->last->completed > (l->last->run == r ? run->ended : run->began))
        return;
    l->due = again(l);
    l->state = l->due == INT64_MAX ? OVER : WAITS;
}

/* Whether the run has to call the lead. */
static bool is_callable(const struct lead *l, size_t r, const bool *open)
{
    const struct cron_run *run = &year.runs[r];

    return l->run <= r && l->state == WAITS && !run->aborted && open[l->kind] &&
           l->due <= run->began && l->attempts < MOST &&
           run->ended < year.runs[l->run].began + US(EXPIRE) &&
           is_rested(&year.numbers[l->number], run->began - JAXL_SECOND);
}

struct tally {
    unsigned requests, counted, calls, months[KINDS][MONTHS], required, opened;
};

static void check_run(size_t r, size_t *at, struct tally *tally)
{
    static bool wanted[LEADS];
    bool open[KINDS];

    for (int k = 0; k < KINDS; k++)
        open[k] = is_open(k, r, year.runs[r].began / JAXL_SECOND) &&
                  is_open(k, r, year.runs[r].began / JAXL_SECOND + 1);
    for (size_t i = 0; i < year.n_leads; i++) {
        wanted[i] = is_callable(&year.leads[i], r, open);
        tally->required += wanted[i];
    }
    for (; *at < year.stage.n_calls && year.stage.calls[*at].run == r; (*at)++) {
        const struct staged_call *c = &year.stage.calls[*at];
        struct lead *l = &year.leads[c->ivr - 1];
        check_call(l, c);
        take_call(l, c);
        tally->requests++;
        tally->counted += counts(c);
        tally->calls += c->id > 0;
        if (c->id)
            tally->months[l->kind]
                         [almanac_month(&kinds[l->kind].almanacs[0], c->asked / JAXL_SECOND)]++;
    }
    for (size_t i = 0; i < year.n_leads; i++) {
        const struct lead *l = &year.leads[i];
        ck_assert_msg(!wanted[i] || year.numbers[l->number].last_run == (int)r,
                      "L%zu (%s) was not called in run %zu, at %" PRId64, i + 1, l->to, r,
                      year.runs[r].began / JAXL_SECOND);
        learn(&year.leads[i], r);
    }
}

/* Requests of a kind from one second to another. */
static unsigned asked_between(int kind, int64_t from, int64_t to)
{
    unsigned n = 0;

    for (size_t i = 0; i < year.stage.n_calls; i++) {
        const struct staged_call *c = &year.stage.calls[i];
        n += year.leads[c->ivr - 1].kind == kind && c->asked >= US(from) && c->asked < US(to);
    }
    return n;
}

static void check_nights(struct tally *tally)
{
    for (size_t i = 0; i < UNIT_COUNT(nights); i++) {
        int64_t opens = seconds(nights[i].opens), closes = seconds(nights[i].closes);
        int kind = nights[i].kind;
        bool again = i + 1 < UNIT_COUNT(nights) && nights[i + 1].kind == kind;
        int64_t next = again ? seconds(nights[i + 1].opens) : INT64_MAX;
        next = next < closes + 2 * HOUR ? next : closes + 2 * HOUR;
        if (opens < year.from || closes > year.to)
            continue;
        ck_assert_msg(asked_between(kind, opens - 600, opens) == 0, "before %s", nights[i].opens);
        ck_assert_msg(asked_between(kind, opens, opens + 60) >= 1, "not at %s", nights[i].opens);
        ck_assert_msg(asked_between(kind, closes - 1, closes) >= 1, "not up to %s",
                      nights[i].closes);
        ck_assert_msg(asked_between(kind, closes, next) == 0, "after %s", nights[i].closes);
        tally->opened++;
    }
}

/* The journal against the ledger. */

struct audit {
    struct jaxl_json_doc *doc;
    unsigned attempts[LEADS], rows, unknown;
    bool *known; /* calls, by id */
};

static struct lead *lead_of(const struct jaxl_json *row)
{
    return &year.leads[atoi(jaxl_json_string(jaxl_json_get(row, "lead"), "L0") + 1) - 1];
}

static bool is_one_of(const char *word, const char *words)
{
    const char *at = strstr(words, word);

    return at && (at == words || at[-1] == ' ') && strchr(" ", at[strlen(word)]);
}

static int audit_attempt(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    static const char *const dispositions[] = {"NO_ANSWER", "ANSWERED", "VOICEMAIL", "NET_FAIL"};
    struct audit *a = arg;
    const struct jaxl_json *row;
    const struct lead *l;
    const struct staged_call *c;
    const char *state;
    int64_t id;

    ck_assert_int_eq(jaxl_json_parse(a->doc, json, len, &row, err), 0);
    l = lead_of(row);
    state = jaxl_json_string(jaxl_json_get(row, "state"), "");
    a->rows++;
    a->unknown += strcmp(state, "unknown") == 0;
    a->attempts[l - year.leads] += !is_one_of(state, "new not_sent throttled");
    ck_assert_msg(is_one_of(state, "new not_sent throttled refused unknown submitted done"), "%.*s",
                  (int)len, json);
    if (jaxl_json_int(jaxl_json_get(row, "call_id"), &id))
        return 0;
    ck_assert(id >= 1 && id <= (int64_t)year.stage.n_placed && !a->known[id]);
    a->known[id] = true;
    c = &year.stage.calls[year.stage.placed[id - 1]];
    ck_assert_int_eq(c->ivr, l - year.leads + 1);
    if (strcmp(state, "done") == 0)
        ck_assert_str_eq(jaxl_json_string(jaxl_json_get(row, "disposition"), ""),
                         dispositions[c->end]);
    return 0;
}

static int audit_lead(void *arg, const char *json, size_t len, struct jaxl_error *err)
{
    static const char *const states[] = {[WAITS] = "new deferred retry-wait exhausted expired",
                                         [GOES_ON] = "submitted",
                                         [OVER] = "done exhausted refused unknown"};
    struct audit *a = arg;
    const struct jaxl_json *row;
    const struct lead *l;
    int64_t attempts;

    ck_assert_int_eq(jaxl_json_parse(a->doc, json, len, &row, err), 0);
    l = lead_of(row);
    ck_assert_int_eq(jaxl_json_int(jaxl_json_get(row, "attempts"), &attempts), 0);
    ck_assert_msg(attempts == l->attempts && a->attempts[l - year.leads] == l->attempts,
                  "%u rows, %u in the journal: %.*s", a->attempts[l - year.leads], l->attempts,
                  (int)len, json);
    ck_assert_msg(is_one_of(jaxl_json_string(jaxl_json_get(row, "state"), "?"), states[l->state]),
                  "%d: %.*s", l->state, (int)len, json);
    return 0;
}

static void check_ledger(struct audit *a)
{
    const struct jaxl_ledger_options o = {.path = year.stage.ledger, .read_only = true};
    struct jaxl_ledger *ledger;
    struct jaxl_error err = {0};

    a->known = calloc(year.stage.n_placed + 1, sizeof *a->known);
    ck_assert_int_eq(jaxl_json_doc_new(&a->doc, 0), 0);
    ck_assert_msg(jaxl_ledger_open(&ledger, &o, &err) == 0, "%s", err.message);
    ck_assert_int_eq(jaxl_ledger_query(ledger, JAXL_LEDGER_ATTEMPTS, audit_attempt, a, &err), 0);
    ck_assert_int_eq(jaxl_ledger_query(ledger, JAXL_LEDGER_LEADS, audit_lead, a, &err), 0);
    jaxl_ledger_free(&ledger);
    for (size_t i = 0; i < year.stage.n_calls; i++) {
        const struct staged_call *c = &year.stage.calls[i];
        ck_assert_msg(!c->id || a->known[c->id],
                      "call %" PRId64 " of L%" PRId64 " is in no attempt", c->id, c->ivr);
    }
    jaxl_json_doc_free(&a->doc);
    free(a->known);
}

/* The zones of Australia from the table that comes with them. */
static void read_zones(void)
{
    static char names[16][64];
    FILE *f = fopen("/usr/share/zoneinfo/zone.tab", "r");
    char line[300], country[8], where[40];
    struct kind *au = &kinds[AUSTRALIA];

    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "%7s %39s %63s", country, where, names[au->n_zones]) == 3 &&
            strcmp(country, "AU") == 0) {
            au->zones[au->n_zones] = names[au->n_zones];
            ck_assert_uint_lt(++au->n_zones, UNIT_COUNT(names));
        }
    fclose(f);
    ck_assert_uint_gt(au->n_zones, 5);
}

static void make_almanacs(void)
{
    read_zones();
    for (int k = 0; k < KINDS; k++) {
        kinds[k].n_zones = kinds[k].n_zones ? kinds[k].n_zones : 1;
        for (size_t i = 0; i < kinds[k].n_zones; i++)
            almanac_make(&kinds[k].almanacs[i], kinds[k].zones[i], year.from - DAY, year.to + DAY);
    }
}

static void report(const struct tally *tally, const struct audit *audit)
{
    size_t aborted = 0;

    for (size_t r = 0; r < year.n_runs; r++)
        aborted += year.runs[r].aborted;
    printf("# %zu runs (%zu aborted), %zu leads, %u requests, %u calls, %u attempts in the ledger "
           "(%u unknown), %u times a call was required, %u openings and closings to the second\n",
           year.n_runs, aborted, year.n_leads, tally->requests, tally->calls, audit->rows,
           audit->unknown, tally->required, tally->opened);
    for (int k = 0; k < KINDS; k++) {
        printf("# %-14s %s%-20s by month:", kinds[k].prefix,
               kinds[k].n_zones > 1 ? "and more, " : "", kinds[k].zones[0]);
        for (int m = 0; m < MONTHS; m++)
            printf(" %u", tally->months[k][m]);
        printf("\n");
    }
    fflush(stdout);
}

START_TEST(every_call_is_allowed_and_none_is_missing)
{
    static struct tally tally;
    static struct audit audit;
    const bool slow = unit_slow() > 1;
    size_t at = 0;

    memset(&year, 0, sizeof year);
    year.seed = getenv("YEAR_SEED") ? (uint64_t)atoll(getenv("YEAR_SEED")) : 0;
    for (int k = 0; k < KINDS; k++) {
        kinds[k].length = k == NEW_YORK || k == AUSTRALIA || k == LORD_HOWE ? 12 : 13;
        kinds[k].numbers = 0;
        kinds[k].n_zones = 0;
    }
    year.from = seconds(slow ? "2027-03-26T00:00:00Z" : "2027-01-01T00:00:00Z");
    year.to = seconds(slow ? "2027-04-06T00:00:00Z" : "2028-01-01T00:00:00Z");
    plan_runs(slow ? 12 * HOUR : 4 * HOUR, slow ? 3 * HOUR : 15 * MINUTE);
    plan_leads(slow ? 0.5 : 0.25);
    stage_set_up(&year.stage, US(year.from), cast, NULL);
    year.stage.idle = idle;
    write_rules();
    run_year();
    make_almanacs();
    for (size_t r = 0; r < year.n_runs; r++)
        check_run(r, &at, &tally);
    ck_assert_uint_eq(at, year.stage.n_calls);
    check_nights(&tally);
    check_ledger(&audit);
    report(&tally, &audit);
    for (int k = 0; k < KINDS && !slow; k++)
        for (int m = 0; m < MONTHS; m++)
            ck_assert_uint_ge(tally.months[k][m], 1);
    ck_assert_uint_ge(tally.opened, slow ? 4 : UNIT_COUNT(nights));
    stage_tear_down(&year.stage);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 300);
    tcase_add_unchecked_fixture(tc, platform_key, NULL);
    tcase_add_test(tc, every_call_is_allowed_and_none_is_missing);
}

int main(void)
{
    return setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ? EXIT_FAILURE : unit_run("year", add);
}
