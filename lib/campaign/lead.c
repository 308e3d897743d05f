#include <string.h>

#include "campaign/lead.h"

/* The text of a field, NULL when it is absent, null or empty. */
static const char *field(const struct jaxl_json *record, const char *name, size_t *len)
{
    const char *text = jaxl_json_text(jaxl_json_get(record, name), len);

    return text && *len ? text : NULL;
}

static int read_to(const struct jaxl_json *record, struct jaxl_result *out, struct jaxl_error *err)
{
    size_t len;
    const char *text = field(record, "to", &len);
    int code;

    if (!text)
        return jaxl_error_set(err, JAXL_EINPUT,
                              jaxl_json_get(record, "to")
                                  ? "to: empty"
                                  : "no field 'to' (--map to=FIELD says where the number is)");
    code = jaxl_phone_parse(text, len, &out->to, err);
    return code ? jaxl_error_prefix(err, code, "to") : 0;
}

static int read_from(const struct jaxl_json *record, const struct jaxl_lead_defaults *defaults,
                     struct jaxl_result *out, struct jaxl_error *err)
{
    size_t len;
    const char *text = field(record, "from", &len);
    int code;

    out->own_from = text != NULL;
    if (!text && !defaults->from)
        return jaxl_error_set(err, JAXL_EINPUT, "no field 'from' and no --from");
    code = jaxl_phone_parse(text ? text : defaults->from, text ? len : strlen(defaults->from),
                            &out->from, err);
    return code ? jaxl_error_prefix(err, code, "from") : 0;
}

static int render(const struct jaxl_template *message, const struct jaxl_json *record,
                  struct jaxl_result *out, struct jaxl_error *err)
{
    int code = jaxl_template_render(message, record, &out->message, err);

    if (!code)
        code = jaxl_buf_check(&out->message, "the message", err);
    if (!code && out->message.len == 0)
        code = jaxl_error_set(err, JAXL_EINPUT, "empty");
    if (!code && memchr(out->message.data, '\0', out->message.len))
        code = jaxl_error_set(err, JAXL_EINPUT, "a NUL byte cannot be said");
    if (!code && out->message.len > JAXL_TEMPLATE_MAX)
        code = jaxl_error_set(err, JAXL_EINPUT, "%zu bytes: the limit is %d", out->message.len,
                              JAXL_TEMPLATE_MAX);
    return code ? jaxl_error_prefix(err, code, "message") : 0;
}

static int render_own(const char *text, size_t len, const struct jaxl_json *record,
                      struct jaxl_result *out, struct jaxl_error *err)
{
    struct jaxl_template *own;
    int code = jaxl_template_new(&own, text, len, err);

    if (code == JAXL_EARG) { /* it came with the record: no option is wrong */
        jaxl_error_prefix(err, code, "message");
        if (err)
            err->code = JAXL_EINPUT;
        return JAXL_EINPUT;
    }
    if (code)
        return jaxl_error_prefix(err, code, "message");
    code = render(own, record, out, err);
    jaxl_template_free(&own);
    return code;
}

/* What is said: the lead's own ivr or message goes before those of the options. */
static int read_ivr(const struct jaxl_json *record, const struct jaxl_lead_defaults *defaults,
                    struct jaxl_result *out, struct jaxl_error *err)
{
    size_t ivr_len, len;
    const char *ivr = field(record, "ivr", &ivr_len), *message = field(record, "message", &len);

    if (ivr && message)
        return jaxl_error_set(err, JAXL_EINPUT, "both an ivr and a message: only one can be said");
    if (ivr) {
        if (jaxl_json_int(jaxl_json_get(record, "ivr"), &out->ivr) || out->ivr <= 0)
            return jaxl_error_set(err, JAXL_EINPUT, "ivr: '%.40s' is not the id of an IVR", ivr);
        return 0;
    }
    if (message)
        return render_own(message, len, record, out, err);
    if (defaults->message)
        return render(defaults->message, record, out, err);
    out->ivr = defaults->ivr;
    if (out->ivr)
        return 0;
    return jaxl_error_set(err, JAXL_EINPUT, "no field 'ivr' or 'message', no --ivr or --message");
}

static unsigned depth_of(const struct jaxl_json *v)
{
    enum jaxl_json_type type = jaxl_json_type(v);
    unsigned most = 0, depth;

    if (type != JAXL_JSON_OBJECT && type != JAXL_JSON_ARRAY)
        return 0;
    for (const struct jaxl_json *m = jaxl_json_first(v); m; m = jaxl_json_next(m)) {
        depth = depth_of(m);
        most = depth > most ? depth : most;
    }
    return most + 1;
}

static void keep_identity(const struct jaxl_json *record, struct jaxl_result *out)
{
    size_t len;
    const char *text = field(record, "lead", &len);

    if (text)
        jaxl_buf_add(&out->lead, text, len);
    else
        jaxl_buf_puts(&out->lead, out->to.text);
}

int jaxl_lead_read(const struct jaxl_json *record, const struct jaxl_lead_defaults *defaults,
                   struct jaxl_result *out, struct jaxl_error *err)
{
    int code = read_to(record, out, err);

    if (!code)
        code = read_from(record, defaults, out, err);
    if (!code)
        code = read_ivr(record, defaults, out, err);
    if (!code && depth_of(record) >= JAXL_JSON_DEPTH) /* its own record is one level deeper */
        code = jaxl_error_set(err, JAXL_EINPUT, "nested too deeply: at most %d levels",
                              JAXL_JSON_DEPTH - 1);
    if (code)
        return code;
    keep_identity(record, out);
    jaxl_json_writer_reset(out->input_writer);
    jaxl_json_write_value(out->input_writer, record);
    code = jaxl_json_writer_check(out->input_writer, err);
    return code ? code : jaxl_buf_check(&out->lead, "the lead's name", err);
}
