/* ICU, libsndfile and libphonenumber cost a program milliseconds at every start (relocations, and
 * protobuf's tables), which few runs need: the functions that use them live in modules, shared
 * objects of ours that are loaded at the first call. Here are the functions that the library
 * exports, which find those of the same name and hand over. */
#include "base/module.h"
#include "jaxl/area.h"
#include "jaxl/audio.h"
#include "jaxl/currency.h"
#include "jaxl/number.h"
#include "jaxl/sentence.h"

int jaxl_sentence_each(const char *text, size_t len, const char *locale, jaxl_sentence_put *put,
                       void *ctx, struct jaxl_error *err)
{
    __typeof__(&jaxl_sentence_each) each = jaxl_module_find("sentence", "jaxl_sentence_each", err);

    return each ? each(text, len, locale, put, ctx, err) : JAXL_ECONFIG;
}

int jaxl_audio_check(const struct jaxl_audio *in, bool *playable, struct jaxl_error *err)
{
    __typeof__(&jaxl_audio_check) check = jaxl_module_find("audio", "jaxl_audio_check", err);

    return check ? check(in, playable, err) : JAXL_ECONFIG;
}

int jaxl_audio_convert(const struct jaxl_audio *in, struct jaxl_buf *out, struct jaxl_error *err)
{
    __typeof__(&jaxl_audio_convert) convert = jaxl_module_find("audio", "jaxl_audio_convert", err);

    return convert ? convert(in, out, err) : JAXL_ECONFIG;
}

int jaxl_currency_new(struct jaxl_currency **c, const char *locale, struct jaxl_error *err)
{
    __typeof__(&jaxl_currency_new) make = jaxl_module_find("currency", "jaxl_currency_new", err);

    *c = NULL;
    return make ? make(c, locale, err) : JAXL_ECONFIG;
}

void jaxl_currency_free(struct jaxl_currency **c)
{
    __typeof__(&jaxl_currency_free) release = NULL;

    if (c && *c)
        release = jaxl_module_find("currency", "jaxl_currency_free", NULL);
    if (release)
        release(c);
}

int jaxl_currency_put(struct jaxl_currency *c, const char *decimal, const char *currency,
                      struct jaxl_buf *out, struct jaxl_error *err)
{
    __typeof__(&jaxl_currency_put) put = jaxl_module_find("currency", "jaxl_currency_put", err);

    return put ? put(c, decimal, currency, out, err) : JAXL_ECONFIG;
}

int jaxl_currency_format(const char *decimal, const char *currency, const char *locale,
                         struct jaxl_buf *out, struct jaxl_error *err)
{
    __typeof__(&jaxl_currency_format) format =
        jaxl_module_find("currency", "jaxl_currency_format", err);

    return format ? format(decimal, currency, locale, out, err) : JAXL_ECONFIG;
}

/* In a module over libphonenumber; built without, there is something else to be done instead. */
static void *find_number(const char *module, const char *function, const char *instead,
                         struct jaxl_error *err)
{
#ifdef WITH_PHONENUMBER
    (void)instead;
    return jaxl_module_find(module, function, err);
#else
    (void)module;
    (void)function;
    (void)jaxl_error_set(err, JAXL_ECONFIG, "built without libphonenumber: %s", instead);
    return NULL;
#endif
}

static const char give_e164[] = "give E.164 numbers";

int jaxl_number_parse(const char *text, size_t len, const char *region, struct jaxl_phone *out,
                      struct jaxl_error *err)
{
    __typeof__(&jaxl_number_parse) parse =
        find_number("number", "jaxl_number_parse", give_e164, err);

    return parse ? parse(text, len, region, out, err) : JAXL_ECONFIG;
}

int jaxl_number_region(const struct jaxl_phone *phone, char region[JAXL_NUMBER_REGION],
                       struct jaxl_error *err)
{
    __typeof__(&jaxl_number_region) of =
        find_number("number", "jaxl_number_region", give_e164, err);

    return of ? of(phone, region, err) : JAXL_ECONFIG;
}

int jaxl_area_of(const struct jaxl_phone *phone, char area[JAXL_AREA_NAME], struct jaxl_error *err)
{
    __typeof__(&jaxl_area_of) of =
        find_number("area", "jaxl_area_of", "name the time zone of each number", err);

    return of ? of(phone, area, err) : JAXL_ECONFIG;
}
