#!/bin/bash
# Phone numbers: the list and its filters, what can be set about one, and those that can be rented.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"

# phones QUERY JSON: the list has the ids in this JSON array, and counts them.
phones() {
    get CALL "/v1/phonenumbers/$1"
    expect 200
    holds body ".[0] | .count == ($2 | length) and (.results | map(.id)) == $2"
}

phone_fields=(id uid provider status registered_on registered_from_this_device capabilities resource registered_from_device
    attributes order_id paid_till kyc_id sms_verified ringing_strategy jaxlid verified ivr frontdesk)

filters() {
    sandbox --number +14155550123
    client_attest
    phones '' '[1, 2, 3]'
    fields '.results[]' "${phone_fields[@]}"
    fields '.results[].capabilities' voice mms sms
    holds body '.[0].results | all(.ivr == null and .frontdesk == null and .ringing_strategy == "BROADCAST")'
    phones '?provider=1' '[1, 2, 3]'
    phones '?provider=2' '[]'
    phones '?uid=%2B14155550123' '[3]'
    phones '?uid=%2B14155550124' '[]'
    phones '?ivr=1' '[]'
    patch CALL /v1/phonenumbers/3/ '{"ivr": 1}'
    patch CALL /v1/phonenumbers/1/ '{"ivr": 1}'
    phones '?ivr=1' '[1, 3]'
    phones '?ivr=1&uid=%2B14155550123&provider=1&status=SUCCESS' '[3]'
    phones '?ivr=1&status=FAILURE' '[]'
    phones '?ivr=2' '[]'
    get CALL '/v1/phonenumbers/?ivr=1&limit=1'
    holds body '.[0] | .count == 2 and (.results | map(.id)) == [1] and (.next | endswith("?ivr=1&limit=1&offset=1"))'
    get CALL '/v1/kyc/?iso_country=IN'
    jq '.results[0].id' body >kyc
    get CALL '/v1/phonenumbers/?uid=%2B911400000001'
    jq '.results[0].kyc_id' body | diff kyc -
    holds body '.[0].results[0].order_id == 2'
}
t "phone numbers by IVR, provider, uid and status" filters

settings() {
    sandbox
    client_attest
    post CALL /v1/ivr/ '{"name": "Menu", "hangup": true}'
    patch CALL /v1/phonenumbers/1/ '{"ivr": 2}'
    expect 200
    fields . "${phone_fields[@]}"
    holds body '.[0] | .id == 1 and .ivr == 2 and .uid == "+12015550199" and .ringing_strategy == "BROADCAST"'
    patch CALL /v1/phonenumbers/1/ '{"ringing_strategy": "ROUND_ROBIN", "frontdesk": 7}'
    holds body '.[0] | .ivr == 2 and .ringing_strategy == "ROUND_ROBIN" and .frontdesk == 7'
    patch CALL /v1/phonenumbers/1/ '{"ivr": null}'
    holds body '.[0] | .ivr == null and .ringing_strategy == "ROUND_ROBIN" and .frontdesk == 7'
    patch CALL /v1/phonenumbers/1/ '{"frontdesk": "a \"desk\"", "ringing_strategy": "BROADCAST"}'
    holds body '.[0] | .ivr == null and .ringing_strategy == "BROADCAST" and .frontdesk == "a \"desk\""'
    patch CALL /v1/phonenumbers/1/ '{"frontdesk": true}'
    holds body '.[0].frontdesk == true'
    patch CALL /v1/phonenumbers/1/ '{"frontdesk": null}'
    holds body '.[0].frontdesk == null'
    cp body before
    patch CALL /v1/phonenumbers/1/ '{}'
    expect 200
    cmp body before
    get CALL '/v1/phonenumbers/?uid=%2B911400000001'
    holds body '.[0].results[0] | .ivr == null and .frontdesk == null' # nothing befell the other one
}
t "IVR, front desk and ringing are set one by one" settings

assigned() {
    sandbox
    client_attest
    post CALL /v1/ivr/ '{"name": "Menu", "hangup": true}'
    patch CALL /v1/phonenumbers/1/ '{"ivr": 2}'
    patch CALL /v1/phonenumbers/2/ '{"ivr": 2}'
    get CALL /v1/ivr/2/
    holds body '.[0].phone == ["+12015550199", "+911400000001"]'
    get CALL '/v1/ivr/?assigned=true'
    holds body '.[0] | .count == 1 and .results[0].id == 2'
    get CALL '/v1/ivr/?assigned=false'
    holds body '.[0] | .count == 1 and .results[0].id == 1 and .results[0].phone == []'
    patch CALL /v1/phonenumbers/1/ '{"ivr": 1}'
    patch CALL /v1/phonenumbers/2/ '{"ivr": null}'
    get CALL '/v1/ivr/?assigned=true'
    holds body '.[0] | .count == 1 and .results[0].id == 1'
    get CALL /v1/ivr/2/
    holds body '.[0].phone == []'
}
t "an IVR knows its numbers" assigned

settings_wrong() {
    local json reason field
    sandbox
    client_attest
    patch CALL /v1/phonenumbers/1/ '{"ivr": 1, "frontdesk": 5, "ringing_strategy": "ROUND_ROBIN"}'
    cp body before
    while IFS='~' read -r json reason field; do
        patch CALL /v1/phonenumbers/1/ "$json"
        expect 400 "$reason" "$field"
    done <<'END'
{"ivr": 2}~INVALID_IVR_ID~ivr
{"ivr": 0}~INVALID_IVR_ID~ivr
{"ivr": -1}~INVALID_IVR_ID~ivr
{"ivr": "1"}~INVALID_FIELD~ivr
{"ivr": 1.5}~INVALID_FIELD~ivr
{"ringing_strategy": "broadcast"}~INVALID_FIELD~ringing_strategy
{"ringing_strategy": "BROADCAST\u0000"}~INVALID_FIELD~ringing_strategy
{"ringing_strategy": null}~INVALID_FIELD~ringing_strategy
{"frontdesk": {}}~INVALID_FIELD~frontdesk
{"frontdesk": [1]}~INVALID_FIELD~frontdesk
{"ivr": null, "frontdesk": null, "status": "SUCCESS"}~UNKNOWN_FIELD~status
{"frontdesk": null, "ivr": 99}~INVALID_IVR_ID~ivr
END
    patch CALL /v1/phonenumbers/1/ '[]'
    expect 400 INVALID_JSON
    patch CALL '/v1/phonenumbers/1/?limit=1' '{}'
    expect 400 UNKNOWN_PARAMETER limit
    for id in 0 3 999999999999999999; do
        patch CALL "/v1/phonenumbers/$id/" '{"ivr": null}'
        expect 404 NOT_FOUND
    done
    get CALL /v1/phonenumbers/1/
    expect 405
    patch ACCOUNT /v1/phonenumbers/1/ '{"ivr": null}'
    expect 404
    patch CALL /v1/phonenumbers/1/ '{}'
    cmp body before # what is refused changes nothing
    refused 400 <<'END'
CALL /v1/phonenumbers/?ivr=true ivr
CALL /v1/phonenumbers/?ivr=0 ivr
CALL /v1/phonenumbers/?provider=x provider
CALL /v1/phonenumbers/?uid=12015550199 uid
CALL /v1/phonenumbers/?status=ACTIVE status
CALL /v1/phonenumbers/?additional_status=success additional_status
CALL /v1/phonenumbers/?resource=local resource
END
}
t "settings that are wrong are refused" settings_wrong

restarts() {
    sandbox --dir dir --number +14155550123
    client_attest
    post CALL /v1/ivr/ '{"name": "Menu", "hangup": true}'
    patch CALL /v1/phonenumbers/1/ '{"ivr": 1}'
    patch CALL /v1/phonenumbers/1/ '{"ivr": 2, "frontdesk": "a \"desk\""}'
    patch CALL /v1/phonenumbers/2/ '{"ivr": 1}'
    patch CALL /v1/phonenumbers/2/ '{"ivr": null, "ringing_strategy": "ROUND_ROBIN"}'
    patch CALL /v1/phonenumbers/3/ '{"frontdesk": false}'
    get CALL /v1/phonenumbers/
    cp body before
    stop "$sandbox" KILL
    # a run that does not have the third number
    sandbox --dir dir
    phones '' '[1, 2]'
    jq -S .results[0,1] before >two
    jq -S .results[0,1] body | diff two -
    stop "$sandbox"
    sandbox --dir dir --number +14155550123
    get CALL /v1/phonenumbers/
    cmp body before
    holds body '.[0].results | map([.ivr, .frontdesk, .ringing_strategy]) ==
        [[2, "a \"desk\"", "BROADCAST"], [null, null, "ROUND_ROBIN"], [null, false, "BROADCAST"]]'
}
t "settings outlast a restart" restarts

# offers QUERY COUNT [FILTER]: so many numbers are offered, and the filter holds for each.
offers() {
    get CALL "/v1/phonenumbers/search/$1"
    expect 200
    fields . results resource resources
    holds body ".[0].results | length == $2 and all(${3:-true})"
}

searches() {
    sandbox
    client_attest
    offers '?iso_country_code=US' 8 '.iso_country == "US" and .resource == "local" and .intent == "promotional"'
    fields '.results[]' display_name phone_number iso_country capabilities region locality resource rental_currency signature \
        provider intent rental_price
    fields '.results[].capabilities' voice sms mms
    holds body '.[0] | .resource == "local" and .resources == ["local", "toll_free"]'
    holds body '.[0].results | map(.phone_number) | unique | length == 8 and all(test("^\\+1...55501..$"))'
    cp body first
    offers '?iso_country_code=US&resource=toll_free' 4 '.resource == "toll_free" and .rental_price == 2.15'
    holds body '.[0].resource == "toll_free"'
    offers '?iso_country_code=US&resource=mobile' 0
    offers '?iso_country_code=GB&resource=mobile' 4 '.phone_number | startswith("+447700900")'
    holds body '.[0].resources == ["local", "mobile", "toll_free"]'
    offers '?iso_country_code=IN' 8 '.intent == "promotional" and .rental_currency == "INR"'
    offers '?iso_country_code=IN&intent=transactional' 4 '.intent == "transactional" and (.phone_number | startswith("+91160"))'
    offers '?iso_country_code=US&intent=transactional' 8 '.intent == "transactional"'
    # what it is signed for is not the same
    jq -c '.results[].signature' first body >signatures
    holds signatures 'unique | length == 16'
    offers '?iso_country_code=IN&region=Karnataka' 4 '.locality == "Bengaluru"'
    offers '?iso_country_code=US&locality=New%20York' 4 '.region == "New York"'
    offers '?iso_country_code=US&region=California&locality=New%20York' 0
    offers '?iso_country_code=US&contains=1550172' 0
    offers '?iso_country_code=US&contains=50172' 2 '.phone_number | contains("50172")'
    offers '?iso_country_code=FR' 0
    holds body '.[0].resources == []'
    offers '' 20 '.resource == "local"'
    holds body '.[0].results | map(.iso_country) | unique == ["GB", "IN", "US"]'
    offers '?iso_country_code=US' 8
    cmp body first
    refused 400 <<'END'
CALL /v1/phonenumbers/search/?iso_country_code=us iso_country_code
CALL /v1/phonenumbers/search/?iso_country_code=USA iso_country_code
CALL /v1/phonenumbers/search/?resource=landline resource
CALL /v1/phonenumbers/search/?intent=both intent
CALL /v1/phonenumbers/search/?contains=%2B1415 contains
CALL /v1/phonenumbers/search/?limit=1 limit
END
    get ACCOUNT '/v1/phonenumbers/search/?iso_country_code=US'
    expect 404
    sandbox --number +14155550171
    client_attest
    offers '?iso_country_code=US' 7 '.phone_number != "+14155550171"' # it is rented already
}
t "numbers that can be rented" searches
