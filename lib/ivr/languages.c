#include "ivr/languages.h"

#define NOT_COUNTING                                                                               \
    "(?!\\s*-?\\s*(?:of|more|or\\s+more|digits?|times?|options?|letters?|characters?|numbers?|"    \
    "items?|languages?|things?|days?|hours?|minutes?)\\b)"

/* " for sales", but not the "3 for 2 offer" */
#define GOES_ON "(?=\\s+(?:for|to|if)\\b(?!\\s*\\pN))"

const struct jaxl_ivr_language jaxl_ivr_languages[] = {
    {
        .name = "English",
        .keys = {"0|zero", "1|one", "2|two", "3|three", "4|four", "5|five", "6|six", "7|seven",
                 "8|eight", "9|nine", "\\*|(?:the\\s+)?(?:star|asterisk)(?:\\s+(?:key|sign))?",
                 "#|(?:the\\s+)?(?:hash|pound)(?:\\s+(?:key|sign))?"},
        .link = ",(?:\\s*(?:or|and)\\b)?|/|\\b(?:or|and|to|through|thru)\\b|[-–]",
        .range = "\\b(?:to|through|thru)\\b|[-–]",
        .sure = "\\b(?:press|dial|hit|push|punch|enter|choose|select)(?:ing)?\\s+"
                "(?:on\\s+)?(?:the\\s+)?(?:(?:keys?|numbers?|digits?|buttons?|options?)\\s+)?"
                "(?:from\\s+)?((?&list))" NOT_COUNTING,
        .more = "(?|(?:^\\s*|[,;:]\\s*)(?:(?:or|and)\\s+)?((?&list))" GOES_ON "|"
                "\\b(?:or|and)\\s+((?&list))" GOES_ON "|"
                "\\b(?:for|to)\\s[^,]{1,80},\\s*((?&list))(?=\\s*(?:[.;,!]|$|\\b(?:or|and)\\b)))",
    },
    {
        .name = "Hindi",
        .keys = {"0|०|शून्य|जीरो|ज़ीरो", "1|१|एक", "2|२|दो", "3|३|तीन", "4|४|चार", "5|५|पांच|पाँच",
                 "6|६|छह|छः|छे", "7|७|सात", "8|८|आठ", "9|९|नौ", "\\*|स्टार", "#|हैश"},
        .link = ",(?:\\s*(?:या|और))?|/|या|और|से|[-–]",
        .range = "से|[-–]",
        .sure = "((?&list))(?:\\s+(?:तक|नंबर|नम्बर|बटन|को|का|की|के))*\\s+(?:दबा|डायल|चुन|प्रेस)",
        .more = "(?:लिए|लिये|हेतु)\\s+((?&list))(?=\\s*(?:[,;.।!]|$|और|या))",
    },
    {
        .name = "Hindi in Latin letters",
        .keys = {"0|zero|shunya|sunya", "1|ek|one", "2|do|two", "3|teen|tin|three", "4|chaa?r|four",
                 "5|paa?nch|five", "6|chhe|che|chhah|chah|six", "7|saat|seven", "8|aath|eight",
                 "9|nau|nine", "\\*|star", "#|hash"},
        .link = ",(?:\\s*(?:ya|aur)\\b)?|/|\\b(?:ya|aur|se)\\b|[-–]",
        .range = "\\bse\\b|[-–]",
        .sure = "((?&list))(?:\\s+(?:tak|number|button|ko|ka|ki|ke))*\\s+"
                "(?:daba|dabba|chune|chuni|(?:press|dial)\\s+kar|(?:press|dial)\\s+kij)",
        .more = "\\b(?:liye|lie)\\s+((?&list))(?=\\s*(?:[,;.!]|$|\\baur\\b|\\bya\\b))",
    },
};
const size_t jaxl_ivr_languages_count = sizeof jaxl_ivr_languages / sizeof jaxl_ivr_languages[0];

const char *const jaxl_ivr_digits[JAXL_IVR_INPUTS] = {"[0०০੦૦୦௦౦೦൦٠۰]",
                                                      "[1१১੧૧୧௧౧೧൧١۱]",
                                                      "[2२২੨૨୨௨౨೨൨٢۲]",
                                                      "[3३৩੩૩୩௩౩೩൩٣۳]",
                                                      "[4४৪੪૪୪௪౪೪൪٤۴]",
                                                      "[5५৫੫૫୫௫౫೫൫٥۵]",
                                                      "[6६৬੬૬୬௬౬೬൬٦۶]",
                                                      "[7७৭੭૭୭௭౭೭൭٧۷]",
                                                      "[8८৮੮૮୮௮౮೮൮٨۸]",
                                                      "[9९৯੯૯୯௯౯೯൯٩۹]",
                                                      "\\*",
                                                      "#"};
