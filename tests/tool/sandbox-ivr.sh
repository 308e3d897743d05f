#!/bin/bash
# IVRs and their options.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"

creates() {
    sandbox
    client_attest
    get CALL '/v1/ivr/?duration=ONE_DAY'
    expect 200
    holds body '.[0] | .count == 1 and .results[0].id == 1'
    post CALL /v1/ivr/ '{"name": "Hello", "hangup": true, "settings": {"voice": "x"}}'
    expect 201
    holds body '.[0] == {"id": 2, "name": "Hello", "status": "READY_TO_ASSIGN", "avg_time_spent": 0, "analytics": [],
        "created_by": 11, "hangup": true, "phone": [], "settings": {"voice": "x"}}'
    post CALL /v1/ivr/ '{"name": "No option yet", "hangup": false}'
    expect 201
    holds body '.[0] | .id == 3 and .status == "DRAFT" and .settings == null'
    patch CALL /v1/ivr/2/ '{"name": "Hello again"}'
    expect 200
    get CALL /v1/ivr/2/
    holds body '.[0] | .name == "Hello again" and .hangup and .settings.voice == "x"'
    get CALL /v1/ivr/4/
    expect 404
    get CALL '/v1/ivr/?limit=1&offset=1'
    holds body '.[0] | .count == 3 and (.results | map(.id)) == [2] and (.next | endswith("limit=1&offset=2"))'
    get CALL '/v1/ivr/?assigned=true'
    holds body '.[0].count == 0'
}
t "IVRs are made, changed, listed" creates

ivr_wrong() {
    local json field
    sandbox
    client_attest
    while IFS='~' read -r json field; do
        post CALL /v1/ivr/ "$json"
        expect 400 '' "$field"
    done <<'END'
{"hangup": true}~name
{"name": "", "hangup": true}~name
{"name": 1, "hangup": true}~name
{"name": "x"}~hangup
{"name": "x", "hangup": "yes"}~hangup
{"name": "x", "hangup": true, "settings": 1}~settings
{"name": "x", "hangup": true, "more": 1}~more
{"name": "http://example.com/", "hangup": true}~name
END
    get CALL '/v1/ivr/?duration=ONE_YEAR_OR_SO'
    expect 400 '' duration
    get CALL '/v1/ivr/?assigned=1'
    expect 400 '' assigned
}
t "IVRs that are wrong are refused" ivr_wrong

option='{"name": "Pay", "input": "1", "next_or_cta": {"next": 1, "cta": null}, "enabled": true,
    "needs_data_prompt": null, "confirmation": false}'

# add [JQ FILTER]: the option above, changed, to IVR 2
add() {
    post CALL /v1/ivr/2/options/ "$(jq -c "${1:-.}" <<<"$option")"
}

options() {
    sandbox
    client_attest
    post CALL /v1/ivr/ '{"name": "Menu", "hangup": false}'
    add
    expect 201
    holds body '.[0] == {"id": 3, "name": "Pay", "menu": 2, "input": "1", "enabled": true, "next": 1, "cta": null,
        "needs_data_prompt": null, "confirmation": false, "webhook_url": null}'
    add
    expect 409 INPUT_TAKEN input
    local cta
    for cta in '"phone_number": "+12015550123"' '"devices": [1, 2]' '"appusers": [11]' \
        '"collections": {"collection_ids": [4], "type": 2}' '"webhook": "https://example.com/x"'; do
        add ".input = \"$((++i))\" | .next_or_cta = {next: null, cta: ({phone_number: null, devices: null,
            appusers: null, collections: null, webhook: null} + {$cta})}"
        expect 201
        holds body ".[0].cta + {$cta} == .[0].cta and .[0].next == null"
    done
    patch CALL /v1/ivr/2/options/3/ '{"name": "Pay now", "needs_data_prompt": "Your card?", "confirmation": true}'
    expect 200
    patch CALL /v1/ivr/2/options/3/ '{"enabled": false}'
    get CALL /v1/ivr/2/options/
    holds body '.[0] | .count == 6 and (.results[0] | .name == "Pay now" and .confirmation and (.enabled | not) and
        .needs_data_prompt == "Your card?" and .next == 1)'
    patch CALL /v1/ivr/2/options/99/ '{"enabled": false}'
    expect 404
    patch CALL /v1/ivr/2/options/3/ '{"input": "5"}'
    expect 400 UNKNOWN_FIELD input
    for input in 7 8 9 0 '*' '#'; do
        add ".input = \"$input\""
        expect 201
    done
    get CALL '/v1/ivr/2/options/?limit=5&offset=10'
    holds body '.[0] | .count == 12 and (.results | map(.input)) == ["*", "#"]'
}
i=1
t "options are made, changed, listed" options

options_wrong() {
    local filter status field
    sandbox
    client_attest
    post CALL /v1/ivr/ '{"name": "Menu", "hangup": false}'
    while IFS='~' read -r filter status field; do
        add "$filter"
        expect "$status" '' "$field"
        holds body '.[0].message | length > 0'
    done <<'END'
del(.name)~400~name
del(.confirmation)~400~confirmation
.input = "12"~400~input
.input = "a"~406~input
.enabled = 1~400~enabled
.more = 1~400~more
.confirmation = true~406~confirmation
.webhook_url = "http://example.com/"~406~webhook_url
.next_or_cta = null~400~next_or_cta
.next_or_cta = {}~406~next_or_cta
.next_or_cta = {next: 99, cta: null}~406~next
.next_or_cta = {next: "1", cta: null}~406~next
.next_or_cta = {next: null, cta: null}~406~next_or_cta
.next_or_cta = {next: 1, cta: {}}~406~next_or_cta
.next_or_cta = {next: null, cta: {}}~406~next_or_cta
.next_or_cta = {next: null, cta: {phone_number: null, devices: null, appusers: null, collections: null, webhook: null}}~406~next_or_cta
.next_or_cta = {next: null, cta: {phone_number: "12", devices: null, appusers: null, collections: null, webhook: null}}~406~phone_number
.next_or_cta = {next: null, cta: {phone_number: "+12015550123", devices: [1], appusers: null, collections: null, webhook: null}}~406~next_or_cta
.next_or_cta = {next: null, cta: {phone_number: null, devices: [], appusers: null, collections: null, webhook: null}}~406~devices
.next_or_cta = {next: null, cta: {phone_number: null, devices: null, appusers: null, collections: {collection_ids: [1], type: 1}, webhook: null}}~406~collections
END
    get CALL /v1/ivr/2/options/
    holds body '.[0].count == 0'
}
t "options that are wrong are refused" options_wrong

numbers() {
    sandbox --number +14155550123
    client_attest
    get CALL '/v1/phonenumbers/?status=SUCCESS&additional_status=SCHEDULED_FOR_RELEASE'
    expect 200
    holds body '.[0] | .count == 3 and (.results | map(.uid)) == ["+12015550199", "+911400000001", "+14155550123"]'
    holds body '.[0].results[0] | keys == ["attributes", "capabilities", "frontdesk", "id", "ivr", "jaxlid", "kyc_id",
        "order_id", "paid_till", "provider", "registered_from_device", "registered_from_this_device",
        "registered_on", "resource", "ringing_strategy", "sms_verified", "status", "uid", "verified"]'
    get CALL '/v1/phonenumbers/?status=RELEASED_TO_PROVIDER&additional_status=RELEASED_BY_PROVIDER'
    holds body '.[0].count == 0'
    get CALL '/v1/phonenumbers/?uid=%2B14155550123'
    holds body '.[0] | .count == 1 and .results[0].id == 3'
    get PAYMENT '/v3/orders/subscriptions/?currency=1&status=ACTIVE&limit=2'
    expect 200
    holds body '.[0] | .count == 3 and (.results | length) == 2 and .results[0].item.sku == "+12015550199"'
    holds body '.[0].results[0] | keys == ["can_resubscribe", "can_resubscribe_sku", "cancel_timestamp", "cost",
        "expiry_timestamp", "fees", "id", "includes", "item", "jaxlid", "name", "next_invoice_timestamp", "order_status",
        "plan", "plan_id", "provider", "provider_plan_id", "reason", "status", "symbol", "tags"]'
    get PAYMENT '/v1/customer/consumables/?currency=39'
    holds body '.[0] | .total == 0 and (.signed | length) > 0'
}
t "phone numbers, subscriptions, consumables" numbers
