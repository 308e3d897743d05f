/* Money: the wallet of each currency, its rate, and the proofs that requests carry. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "jaxl/secret.h"
#include "sandbox/world.h"

const struct currency currencies[CURRENCIES] = {
    [0] = {"", "", "0"},
    [CURRENCY_USD] = {"USD", "$", "0.014"},
    [CURRENCY_INR] = {"INR", "\xe2\x82\xb9", "0.65"},
};

int wallet_init(struct world *w, struct jaxl_error *err)
{
    for (int i = 0; i < CURRENCIES; i++) {
        int code = jaxl_money_parse(currencies[i].rate, strlen(currencies[i].rate),
                                    &w->wallets[i].rate, err);
        if (code)
            return code;
    }
    return 0;
}

int amount_parse(const char *text, void *money, struct jaxl_error *err)
{
    struct jaxl_money amount;
    int code = jaxl_money_parse(text, strlen(text), &amount, err);

    if (code)
        return code;
    if (jaxl_money_sign(&amount) < 0)
        return jaxl_error_set(err, JAXL_EARG, "'%s' is less than nothing", text);
    *(struct jaxl_money *)money = amount;
    return 0;
}

int wallet_recharge(struct world *w, int currency, const struct jaxl_money *amount)
{
    struct jaxl_json_writer *j = log_begin(w, "recharge");
    char text[JAXL_MONEY_TEXT];
    int code;

    if (w->n_recharges == RECHARGES_MAX)
        return JAXL_ELIMIT;
    jaxl_json_write_member_int(j, "currency", currency);
    jaxl_json_write_member(j, "amount", jaxl_money_format(amount, text));
    code = log_end(w);
    if (code)
        return code;
    if (jaxl_money_sign(amount) > 0)
        w->recharges[w->n_recharges++] = (struct recharge){currency, *amount};
    return jaxl_money_add(&w->wallets[currency].recharged, amount, &w->wallets[currency].recharged);
}

void wallet_empty(struct world *w)
{
    for (int currency = 0; currency < CURRENCIES; currency++)
        w->wallets[currency].recharged = (struct jaxl_money){0};
    w->n_recharges = 0;
}

int wallet_replay(struct world *w, const struct jaxl_json *line)
{
    const char *text = jaxl_json_string(jaxl_json_get(line, "amount"), "");
    struct jaxl_money amount;
    int64_t currency;

    if (jaxl_json_int(jaxl_json_get(line, "currency"), &currency) || currency < 0 ||
        currency >= CURRENCIES || jaxl_money_parse(text, strlen(text), &amount, NULL))
        return JAXL_EINPUT;
    return wallet_recharge(w, (int)currency, &amount);
}

struct jaxl_money call_cost(const struct world *w, int currency, int64_t minutes)
{
    struct jaxl_money times = jaxl_money_int(minutes), cost = {0};

    jaxl_money_multiply(&w->wallets[currency].rate, &times, &cost);
    return cost;
}

struct jaxl_money wallet_balance(struct world *w, int currency, int64_t now)
{
    struct jaxl_money balance = {0};
    struct call *c;

    while ((c = call_next_final(&w->calls, now))) {
        struct wallet *wallet = &w->wallets[c->currency];
        struct ivr *ivr = ivr_find(w, c->ivr);
        struct call_view v;
        struct jaxl_money cost;
        call_view(c, now, &v);
        if (ivr) {
            ivr->n_calls++;
            ivr->seconds += v.duration;
        }
        cost = call_cost(w, c->currency, v.minutes);
        jaxl_money_add(&wallet->spent, &cost, &wallet->spent);
    }
    jaxl_money_sub(&w->wallets[currency].recharged, &w->wallets[currency].spent, &balance);
    return balance;
}

bool mac_make(const struct world *w, const char *text, unsigned char mac[MAC_BYTES])
{
    unsigned len = MAC_BYTES;

    return HMAC(EVP_sha256(), w->proof_key, sizeof w->proof_key, (const unsigned char *)text,
                strlen(text), mac, &len);
}

void proof_make(const struct world *w, const char *text, char out[PROOF_HEX + 1])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char mac[MAC_BYTES];

    out[0] = '\0';
    if (!mac_make(w, text, mac))
        return;
    for (unsigned i = 0; i < sizeof mac; i++) {
        *out++ = digits[mac[i] >> 4];
        *out++ = digits[mac[i] & 15];
    }
    *out = '\0';
}

/* total:currency:organisation:proof of that */
static void sign_total(const struct world *w, const char *total, int currency, char out[PROOF_TEXT])
{
    char proof[PROOF_HEX + 1];
    int n = snprintf(out, PROOF_TEXT - sizeof proof - 1, "%s:%d:%d", total, currency, ORG_ID);

    proof_make(w, out, proof);
    snprintf(out + n, PROOF_TEXT - (size_t)n, ":%s", proof);
}

void recharge_proof(const struct world *w, int currency, char out[PROOF_TEXT])
{
    char total[JAXL_MONEY_TEXT];

    sign_total(w, jaxl_money_format(&w->wallets[currency].recharged, total), currency, out);
}

bool recharge_proof_ok(const struct world *w, int currency, const char *proof)
{
    char expected[PROOF_TEXT], total[JAXL_MONEY_TEXT];
    size_t n = strcspn(proof, ":"), len = strlen(proof);

    if (n == 0 || n >= sizeof total || len >= sizeof expected)
        return false;
    memcpy(total, proof, n);
    total[n] = '\0';
    sign_total(w, total, currency, expected);
    return strlen(expected) == len && jaxl_secret_compare(expected, proof, len) == 0;
}
