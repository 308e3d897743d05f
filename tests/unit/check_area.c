#include <string.h>

#include "data/area_table.h"
#include "data/zone_tab.h"
#include "jaxl/area.h"
#include "unit.h"

static const struct {
    const char *number, *area;
} numbers[] = {
    {"+919876543210", "IN"},
    {"+911800225669", "IN"}, /* toll-free, within India */
    {"+442079460018", "GB"},
    {"+447400123456", "GB"},
    {"+447781123456", "GG"},
    {"+77012345678", "KZ"},
    {"+79161234567", "RU"},
    {"+38344123456", "XK"},
    {"+12025550123", "US-DC"},
    {"+13055550123", "US-FL"}, /* "Florida" */
    {"+13053580123", "US-FL"}, /* "Miami, FL" */
    {"+12125550123", "US-NY"},
    {"+19175550123", "US-NY"},
    {"+12065550123", "US-WA"},
    {"+14155552671", "US-CA"},
    {"+18085550123", "US-HI"},
    {"+19075550123", "US-AK"},
    {"+14012223456", "US-RI"},
    {"+13045550123", "US-WV"},
    {"+18045550123", "US-VA"},
    {"+14452345678", "US-PA"}, /* "Philadelphia" */
    {"+14165552671", "CA-ON"},
    {"+15145552671", "CA-QC"},
    {"+19022345999", "CA-NS/PE"},
    {"+19023682345", "CA-PE"}, /* "Charlottetown, PE" */
    {"+18676690123", "CA-NT"},
    {"+18675369999", "CA-YT"}, /* "Watson Lake" */
    {"+18679992345", "CA-NT/NU/YT"},
    {"+17879990123", "PR"},
    {"+16715550123", "GU"},
    {"+18765550123", "JM"},
    {"+18005550123", ""}, /* toll-free */
    {"+18885550123", ""},
    {"+19005550123", ""},  /* premium */
    {"+15005550123", ""},  /* personal */
    {"+16002345678", ""},  /* of Canada, not of a place */
    {"+80012345678", ""},  /* toll-free of no country */
    {"+870773111632", ""}, /* Inmarsat */
};

static struct jaxl_phone phone(const char *text)
{
    struct jaxl_phone p;

    ck_assert_msg(jaxl_phone_parse(text, strlen(text), &p, NULL) == 0, "%s", text);
    return p;
}

#ifdef WITH_PHONENUMBER

START_TEST(at_home)
{
    struct jaxl_phone p = phone(numbers[_i].number);
    struct jaxl_area_list zones;
    struct jaxl_error err = {.message = ""};
    char area[JAXL_AREA_NAME];

    ck_assert_msg(jaxl_area_of(&p, area, &err) == 0, "%s", err.message);
    ck_assert_str_eq(area, numbers[_i].area);
    ck_assert_int_eq(jaxl_area_zones(area, &zones, NULL), 0);
    ck_assert_int_eq(zones.count > 0, area[0] != '\0');
}
END_TEST

START_TEST(nowhere)
{
    static const char *const none[] = {"+99998765432", "+15550100", "+919", "+11234567890"};
    char area[JAXL_AREA_NAME] = "??";

    for (size_t i = 0; i < UNIT_COUNT(none); i++) {
        struct jaxl_phone p = phone(none[i]);
        struct jaxl_error err = {.message = ""};
        ck_assert_int_eq(jaxl_area_of(&p, area, &err), JAXL_EINPUT);
        ck_assert_ptr_nonnull(strstr(err.message, none[i]));
    }
    ck_assert_str_eq(area, "??");
}
END_TEST

START_TEST(module_missing)
{
    struct jaxl_phone p = phone("+919876543210");
    char area[JAXL_AREA_NAME] = "??";
    struct jaxl_error err;

    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", "/nonexistent", 1), 0);
    ck_assert_int_eq(jaxl_area_of(&p, area, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "/nonexistent/libjaxl-area.so"));
    ck_assert_int_eq(setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1), 0);
}
END_TEST

static void add_numbers(TCase *tc)
{
    tcase_add_loop_test(tc, at_home, 0, UNIT_COUNT(numbers));
    tcase_add_test(tc, nowhere);
    tcase_add_test(tc, module_missing);
}

#else

START_TEST(without)
{
    struct jaxl_phone p = phone(numbers[_i].number);
    char area[JAXL_AREA_NAME] = "??";
    struct jaxl_error err = {.message = ""};

    ck_assert_int_eq(jaxl_area_of(&p, area, &err), JAXL_ECONFIG);
    ck_assert_str_eq(err.message,
                     "built without libphonenumber: name the time zone of each number");
    ck_assert_str_eq(area, "??");
}
END_TEST

static void add_numbers(TCase *tc)
{
    tcase_add_loop_test(tc, without, 0, UNIT_COUNT(numbers));
}

#endif

static const struct {
    const char *area, *zones; /* separated by blanks */
} areas[] = {
    {"", ""},
    {"IN", "Asia/Kolkata"},
    {"GB", "Europe/London"},
    {"ES", "Europe/Madrid Africa/Ceuta Atlantic/Canary"},
    {"PR", "America/Puerto_Rico"},
    {"XK", "Europe/Belgrade"},
    {"TA", "Atlantic/St_Helena"},
    {"US-FL", "America/New_York America/Chicago"},
    {"US-TX", "America/Chicago America/Denver"},
    {"US-CA", "America/Los_Angeles"},
    {"US-AZ", "America/Phoenix America/Denver"},
    {"US-PA", "America/New_York"},
    {"CA-NS/PE", "America/Halifax America/Glace_Bay"},
    {"CA-NT/NU/YT", "America/Edmonton America/Inuvik America/Iqaluit America/Rankin_Inlet "
                    "America/Cambridge_Bay America/Resolute America/Atikokan America/Whitehorse "
                    "America/Dawson"},
};

START_TEST(zones_of)
{
    struct jaxl_area_list zones;
    struct jaxl_error err = {.message = ""};
    char text[2600] = "";

    ck_assert_msg(jaxl_area_zones(areas[_i].area, &zones, &err) == 0, "%s", err.message);
    for (size_t i = 0; i < zones.count; i++) {
        strcat(text, i ? " " : "");
        strcat(text, zones.name[i]);
    }
    ck_assert_str_eq(text, areas[_i].zones);
}
END_TEST

START_TEST(no_area)
{
    static const char *const none[] = {
        "ZZ",       "in",   "I",     "IND",    "US-",   "US-XX",    "US-FLA",           "US-FL/",
        "US-FL/XX", "US-F", "IN-MH", "-US-FL", "US/FL", "US-FL-GA", "CA-NT/NU/YT/AB/BC"};
    struct jaxl_area_list zones;
    struct jaxl_error err = {.message = ""};

    for (size_t i = 0; i < UNIT_COUNT(none); i++) {
        ck_assert_msg(jaxl_area_zones(none[i], &zones, &err) == JAXL_EARG, "%s", none[i]);
        ck_assert_ptr_nonnull(strstr(err.message, none[i]));
        ck_assert_uint_eq(zones.count, 0);
    }
}
END_TEST

START_TEST(no_table)
{
    struct jaxl_area_list zones;
    struct jaxl_error err;
    char dir[256];

    unit_dir_make(dir);
    setenv("TZDIR", dir, 1);
    ck_assert_int_eq(jaxl_area_zones("IN", &zones, &err), JAXL_ECONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "apt-get install tzdata"));
    ck_assert_int_eq(jaxl_area_zones("US-FL", &zones, &err), 0);
    unsetenv("TZDIR");
    unit_dir_remove(dir);
}
END_TEST

static bool among(const char *zone, const char *zones)
{
    size_t len = strlen(zone);

    for (const char *p = zones; (p = strstr(p, zone)); p += len)
        if ((p == zones || p[-1] == ' ') && (p[len] == ' ' || !p[len]))
            return true;
    return false;
}

struct sums {
    int american, all;
};

/* Each zone that zone.tab has for the two countries is that of a state, and is a zone. */
static int row_of_system(void *ctx, const char *country, const char *zone)
{
    struct sums *sums = ctx;
    size_t count;
    const struct jaxl_area_row *row = jaxl_area_table(&count), *end = row + count;
    struct jaxl_zone *z;

    sums->all++;
    ck_assert_int_eq(jaxl_zone_new(&z, zone, NULL), 0);
    jaxl_zone_free(&z);
    if (strcmp(country, "US") != 0 && strcmp(country, "CA") != 0)
        return 0;
    sums->american++;
    while (row < end && (strncmp(row->area, country, 2) != 0 || !among(zone, row->zones)))
        row++;
    ck_assert_msg(row < end, "%s", zone);
    return 0;
}

struct wanted {
    const char *country, *zone;
};

static int is_row(void *ctx, const char *country, const char *zone)
{
    const struct wanted *wanted = ctx;

    return strcmp(zone, wanted->zone) == 0 &&
           (strlen(wanted->country) == 2 || strncmp(country, wanted->country, 2) == 0);
}

START_TEST(table_and_system_agree)
{
    struct sums sums = {0};
    size_t count, states = 0;
    const struct jaxl_area_row *row = jaxl_area_table(&count);

    ck_assert_int_eq(jaxl_zone_tab_each(row_of_system, &sums, NULL), 0);
    ck_assert_int_ge(sums.all, 400);
    ck_assert_int_ge(sums.american, 50);
    for (size_t i = 0; i < count; i++) { /* no zone that its country does not have */
        struct jaxl_area_list zones;
        ck_assert_int_eq(jaxl_area_zones(row[i].area, &zones, NULL), 0);
        ck_assert_uint_ge(zones.count, 1);
        states +=
            strncmp(row[i].area, "US-", 3) == 0 && (!i || strcmp(row[i].area, row[i - 1].area));
        for (size_t k = 0; k < zones.count; k++) {
            struct wanted wanted = {row[i].area, zones.name[k]};
            ck_assert_msg(jaxl_zone_tab_each(is_row, &wanted, NULL) == 1, "%s", zones.name[k]);
        }
    }
    ck_assert_uint_eq(states, 51); /* and the District */
}
END_TEST

/* The regions of libphonenumber 8.12.57: a number may be of any of them. */
static const char regions[] =
    "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC "
    "EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB "
    "LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY "
    "MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL "
    "TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

START_TEST(every_region)
{
    size_t most = 0;

    for (const char *p = regions; *p; p += p[2] ? 3 : 2) {
        char area[3] = {p[0], p[1], '\0'};
        struct jaxl_area_list zones;
        struct jaxl_error err = {.message = ""};
        ck_assert_msg(jaxl_area_zones(area, &zones, &err) == 0, "%s", err.message);
        ck_assert_uint_ge(zones.count, 1);
        most = zones.count > most ? zones.count : most;
    }
    ck_assert_uint_ge(most, 25);
}
END_TEST

static void add(TCase *tc)
{
    add_numbers(tc);
    tcase_add_loop_test(tc, zones_of, 0, UNIT_COUNT(areas));
    tcase_add_test(tc, no_area);
    tcase_add_test(tc, no_table);
    tcase_add_test(tc, table_and_system_agree);
    tcase_add_test(tc, every_region);
}

int main(void)
{
    struct jaxl_phone p;
    char area[JAXL_AREA_NAME];

    if (setenv("JAXL_MODULE_DIR", UNIT_MODULE_DIR, 1) ||
        jaxl_phone_parse("+12025550123", 12, &p, NULL))
        return EXIT_FAILURE;
    /* as in check_number.c: loaded before Check forks */
    (void)jaxl_area_of(&p, area, NULL);
    return unit_run("area", add);
}
