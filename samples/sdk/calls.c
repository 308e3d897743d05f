/* Lists all calls, newest first: id, from, to, when, how long.
 *
 *     calls [RESULTS-OF-A-PAGE]
 */
#include <jaxl.h>
#include <stdio.h>
#include <stdlib.h>

static void print(const struct jaxl_calls_call *call)
{
    printf("%lld\t%s\t%s\t%s\t%s\n", (long long)call->id, call->from_number, call->to_number,
           call->created_on, call->duration ? call->duration : "-");
}

static int print_page(const struct jaxl_json *answer, struct jaxl_error *err)
{
    const struct jaxl_json *result = jaxl_json_first(jaxl_json_get(answer, "results"));
    struct jaxl_calls_call call;
    int code = 0;

    for (; result && !code; result = jaxl_json_next(result)) {
        code = jaxl_calls_read(result, &call, err);
        if (!code)
            print(&call);
    }
    return code;
}

int main(int argc, char **argv)
{
    struct jaxl_calls_filter filter = {.currency = JAXL_CURRENCY_USD};
    struct jaxl_answer a = {0};
    struct jaxl_session *s;
    struct jaxl_error err;
    int code;

    if (argc > 1)
        filter.page.limit = strtoll(argv[1], NULL, 10);
    code = jaxl_session_new(&s, NULL, &err);
    if (!code) {
        do {
            code = jaxl_calls_list(s, &filter, &a, &err);
            if (!code)
                code = print_page(a.value, &err);
        } while (!code && jaxl_answer_next(a.value, &filter.page));
        jaxl_answer_free(&a);
        jaxl_session_free(&s);
    }
    if (code)
        fprintf(stderr, "calls: %s\n", err.message);
    return code ? 1 : 0;
}
