// libphonenumber behind functions that let no exception out.
#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include <phonenumbers/phonenumberutil.h>

#include "jaxl/number.h"

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace
{

const char nowhere[] = "ZZ"; // libphonenumber's name for no region

bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string why_unreadable(PhoneNumberUtil::ErrorType error, const std::string &region)
{
    switch (error) {
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
        return region == nowhere ? "the '+' and a country code that exists are missing"
                                 : "no country has this code";
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN:
        return "too short";
    case PhoneNumberUtil::TOO_LONG_NSN:
        return "too long";
    default:
        return "this is not a phone number";
    }
}

// Empty for a number that can be dialed.
std::string why_invalid(const PhoneNumberUtil &util, const PhoneNumber &number)
{
    std::string region, of;

    util.GetRegionCodeForCountryCode(number.country_code(), &region);
    of = " for a number of " + region;
    if (number.has_extension() && !number.extension().empty())
        return "leave the extension out: it would not be dialed";
    switch (util.IsPossibleNumberWithReason(number)) {
    case PhoneNumberUtil::IS_POSSIBLE:
        return util.IsValidNumber(number) ? "" : "no number of " + region + " begins like this";
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
        return "the area code is missing";
    case PhoneNumberUtil::TOO_SHORT:
        return "too short" + of;
    case PhoneNumberUtil::TOO_LONG:
        return "too long" + of;
    case PhoneNumberUtil::INVALID_LENGTH:
        return "too few or too many digits" + of;
    default:
        return "no country has this code";
    }
}

std::string parse(const std::string &text, const std::string &region, std::string *e164)
{
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    PhoneNumberUtil::ErrorType error;
    std::string wrong;

    // it would make digits of some, and drop others
    if (std::any_of(text.begin(), text.end(), is_letter))
        return "there are letters in it";
    error = util.Parse(text, region, &number);
    if (error != PhoneNumberUtil::NO_PARSING_ERROR)
        return why_unreadable(error, region);
    wrong = why_invalid(util, number);
    if (wrong.empty())
        util.Format(number, PhoneNumberUtil::E164, e164);
    return wrong;
}

bool is_region(const std::string &region)
{
    return region == nowhere ||
           PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(region) != 0;
}

int thrown(struct jaxl_error *err, bool memory)
{
    return memory ? jaxl_error_set(err, JAXL_ENOMEM, "phone number: out of memory")
                  : jaxl_error_set(err, JAXL_EINPUT, "phone number: libphonenumber has failed");
}

} // namespace

int jaxl_number_parse(const char *text, size_t len, const char *region, struct jaxl_phone *out,
                      struct jaxl_error *err)
try {
    std::string where = region ? region : nowhere, e164, wrong;

    if (!is_region(where))
        return jaxl_error_set(err, JAXL_EARG,
                              "'%s' is not a region that has phone numbers, as IN is", region);
    wrong = parse(std::string(text, len), where, &e164);
    if (!wrong.empty())
        return jaxl_error_set(err, JAXL_EINPUT, "phone number '%.*s': %s",
                              static_cast<int>(std::min(len, size_t{40})), text, wrong.c_str());
    return jaxl_phone_parse(e164.data(), e164.size(), out, err);
} catch (const std::bad_alloc &) {
    return thrown(err, true);
} catch (...) {
    return thrown(err, false);
}

int jaxl_number_region(const struct jaxl_phone *phone, char region[JAXL_NUMBER_REGION],
                       struct jaxl_error *err)
try {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string found = nowhere;

    if (util.Parse(phone->text, nowhere, &number) == PhoneNumberUtil::NO_PARSING_ERROR)
        util.GetRegionCodeForNumber(number, &found);
    if (found == nowhere || found.size() >= JAXL_NUMBER_REGION)
        return jaxl_error_set(err, JAXL_EINPUT, "phone number '%s': in no region's numbering plan",
                              phone->text);
    std::memcpy(region, found.c_str(), found.size() + 1);
    return 0;
} catch (const std::bad_alloc &) {
    return thrown(err, true);
} catch (...) {
    return thrown(err, false);
}
