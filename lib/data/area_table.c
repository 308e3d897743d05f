#include "data/area_table.h"

/* By 49 CFR 71 for the states, by the comments of zone.tab and the provinces' own acts for Canada.
 * Towns that keep another time than their state by custom only are not here. */
static const struct jaxl_area_row table[] = {
    {"US-AK", "Alaska",
     "America/Anchorage America/Juneau America/Sitka America/Metlakatla America/Yakutat "
     "America/Nome America/Adak"},
    {"US-AL", "Alabama", "America/Chicago"},
    {"US-AR", "Arkansas", "America/Chicago"},
    {"US-AZ", "Arizona", "America/Phoenix America/Denver"}, /* the Navajo Nation */
    {"US-CA", "California", "America/Los_Angeles"},
    {"US-CO", "Colorado", "America/Denver"},
    {"US-CT", "Connecticut", "America/New_York"},
    {"US-DC", "Washington D.C.", "America/New_York"},
    {"US-DE", "Delaware", "America/New_York"},
    {"US-FL", "Florida", "America/New_York America/Chicago"},
    {"US-GA", "Georgia", "America/New_York"},
    {"US-HI", "Hawaii", "Pacific/Honolulu"},
    {"US-IA", "Iowa", "America/Chicago"},
    {"US-ID", "Idaho", "America/Boise America/Los_Angeles"},
    {"US-IL", "Illinois", "America/Chicago"},
    {"US-IN", "Indiana",
     "America/Indiana/Indianapolis America/Indiana/Vincennes America/Indiana/Winamac "
     "America/Indiana/Marengo America/Indiana/Petersburg America/Indiana/Vevay "
     "America/Indiana/Tell_City America/Indiana/Knox America/Chicago"},
    {"US-KS", "Kansas", "America/Chicago America/Denver"},
    {"US-KY", "Kentucky",
     "America/New_York America/Kentucky/Louisville America/Kentucky/Monticello America/Chicago"},
    {"US-LA", "Louisiana", "America/Chicago"},
    {"US-MA", "Massachusetts", "America/New_York"},
    {"US-MD", "Maryland", "America/New_York"},
    {"US-ME", "Maine", "America/New_York"},
    {"US-MI", "Michigan", "America/Detroit America/Menominee"},
    {"US-MN", "Minnesota", "America/Chicago"},
    {"US-MO", "Missouri", "America/Chicago"},
    {"US-MS", "Mississippi", "America/Chicago"},
    {"US-MT", "Montana", "America/Denver"},
    {"US-NC", "North Carolina", "America/New_York"},
    {"US-ND", "North Dakota",
     "America/Chicago America/North_Dakota/Center America/North_Dakota/New_Salem "
     "America/North_Dakota/Beulah America/Denver"},
    {"US-NE", "Nebraska", "America/Chicago America/Denver"},
    {"US-NH", "New Hampshire", "America/New_York"},
    {"US-NJ", "New Jersey", "America/New_York"},
    {"US-NM", "New Mexico", "America/Denver"},
    {"US-NV", "Nevada", "America/Los_Angeles America/Denver"}, /* West Wendover, Jackpot */
    {"US-NY", "New York", "America/New_York"},
    {"US-OH", "Ohio", "America/New_York"},
    {"US-OK", "Oklahoma", "America/Chicago"},
    {"US-OR", "Oregon", "America/Los_Angeles America/Boise"},
    {"US-PA", "Pennsylvania", "America/New_York"},
    {"US-PA", "Philadelphia", "America/New_York"}, /* has an area code of its own */
    {"US-RI", "Rhode Island", "America/New_York"},
    {"US-SC", "South Carolina", "America/New_York"},
    {"US-SD", "South Dakota", "America/Chicago America/Denver"},
    {"US-TN", "Tennessee", "America/Chicago America/New_York"},
    {"US-TX", "Texas", "America/Chicago America/Denver"},
    {"US-UT", "Utah", "America/Denver"},
    {"US-VA", "Virginia", "America/New_York"},
    {"US-VT", "Vermont", "America/New_York"},
    {"US-WA", "Washington State", "America/Los_Angeles"},
    {"US-WI", "Wisconsin", "America/Chicago"},
    {"US-WV", "West Virginia", "America/New_York"},
    {"US-WY", "Wyoming", "America/Denver"},
    {"CA-AB", "Alberta", "America/Edmonton"},
    {"CA-BC", "British Columbia",
     "America/Vancouver America/Edmonton America/Dawson_Creek America/Fort_Nelson "
     "America/Creston"},
    {"CA-MB", "Manitoba", "America/Winnipeg"},
    {"CA-NB", "New Brunswick", "America/Moncton"},
    {"CA-NL", "Newfoundland and Labrador", "America/St_Johns America/Goose_Bay"},
    {"CA-NS", "Nova Scotia", "America/Halifax America/Glace_Bay"},
    {"CA-NT", "Northwest Territories", "America/Edmonton America/Inuvik"},
    {"CA-NU", "Nunavut",
     "America/Iqaluit America/Rankin_Inlet America/Cambridge_Bay America/Resolute "
     "America/Atikokan"},
    {"CA-ON", "Ontario", "America/Toronto America/Winnipeg America/Atikokan"},
    {"CA-PE", "Prince Edward Island", "America/Halifax"},
    {"CA-QC", "Quebec", "America/Toronto America/Halifax America/Blanc-Sablon"},
    {"CA-SK", "Saskatchewan", "America/Regina America/Swift_Current America/Edmonton"},
    {"CA-YT", "Yukon", "America/Whitehorse America/Dawson"},
    {"CA-YT", "Watson Lake", "America/Whitehorse"}, /* is named without its territory */
    /* phone numbers have these for countries, zone.tab has not */
    {"AC", "Ascension", "Atlantic/St_Helena"},
    {"TA", "Tristan da Cunha", "Atlantic/St_Helena"},
    {"XK", "Kosovo", "Europe/Belgrade"},
};

const struct jaxl_area_row *jaxl_area_table(size_t *count)
{
    *count = sizeof table / sizeof table[0];
    return table;
}
