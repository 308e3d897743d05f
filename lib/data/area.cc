// Where a number is at home: libphonenumber's geocoder, behind a function that lets no exception
// out. A module of its own, apart from number.cc: its tables take 60 ms to load.
#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include <phonenumbers/geocoding/phonenumber_offline_geocoder.h>
#include <phonenumbers/phonenumberutil.h>

#include "data/area_table.h"
#include "jaxl/area.h"

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberOfflineGeocoder;
using i18n::phonenumbers::PhoneNumberUtil;

namespace
{

// "FL" for "Florida" of "US"; empty for a name that is not in the table.
std::string state_of_name(const std::string &region, const std::string &name)
{
    size_t count;
    const struct jaxl_area_row *row = jaxl_area_table(&count);

    for (size_t i = 0; i < count; i++)
        if (name == row[i].name && region + "-" == std::string(row[i].area, 0, 3))
            return row[i].area + 3;
    return "";
}

bool is_state(const std::string &region, const std::string &state)
{
    size_t count;
    const struct jaxl_area_row *row = jaxl_area_table(&count);

    for (size_t i = 0; i < count; i++)
        if (region + "-" + state == row[i].area)
            return true;
    return false;
}

// The states in what the geocoder says: "Miami, FL", "Florida", "Nova Scotia/Prince Edward Island".
// Empty when one of them is not known.
std::string states(const std::string &region, const std::string &place)
{
    size_t comma = place.rfind(", ");
    std::string all;

    if (comma != std::string::npos) {
        std::string state = place.substr(comma + 2);
        return is_state(region, state) ? state : "";
    }
    for (size_t from = 0, end; from <= place.size(); from = end + 1) {
        end = std::min(place.find('/', from), place.size());
        std::string state = state_of_name(region, place.substr(from, end - from));
        if (state.empty())
            return "";
        all += (all.empty() ? "" : "/") + state;
    }
    return all;
}

std::string area_of(const PhoneNumberUtil &util, const PhoneNumber &number,
                    const std::string &region)
{
    PhoneNumberUtil::PhoneNumberType type = util.GetNumberType(number);
    std::string state;

    if (region == "001")
        return "";
    if (number.country_code() != 1)
        return region;
    if (type != PhoneNumberUtil::FIXED_LINE && type != PhoneNumberUtil::MOBILE &&
        type != PhoneNumberUtil::FIXED_LINE_OR_MOBILE)
        return ""; // all countries of the plan have these
    if (region == "US" || region == "CA")
        state = states(region, PhoneNumberOfflineGeocoder().GetDescriptionForNumber(
                                   number, icu::Locale::getEnglish()));
    return state.empty() ? region : region + "-" + state;
}

} // namespace

int jaxl_area_of(const struct jaxl_phone *phone, char area[JAXL_AREA_NAME], struct jaxl_error *err)
try {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string region = "ZZ", found; // libphonenumber's name for no region

    if (util.Parse(phone->text, region, &number) == PhoneNumberUtil::NO_PARSING_ERROR)
        util.GetRegionCodeForNumber(number, &region);
    if (region == "ZZ")
        return jaxl_error_set(err, JAXL_EINPUT, "phone number '%s': in no region's numbering plan",
                              phone->text);
    found = area_of(util, number, region);
    if (found.size() >= JAXL_AREA_NAME)
        found = region;
    std::memcpy(area, found.c_str(), found.size() + 1);
    return 0;
} catch (const std::bad_alloc &) {
    return jaxl_error_set(err, JAXL_ENOMEM, "area of a phone number: out of memory");
} catch (...) {
    return jaxl_error_set(err, JAXL_EINPUT, "area of a phone number: libphonenumber has failed");
}
