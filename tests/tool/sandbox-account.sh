#!/bin/bash
# Members, teams, devices, papers, messages, and what was paid.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/client.sh"

employees=/v2/app/organizations/42/employees/ groups=/v2/app/organizations/42/groups/

# in a subshell, where the signer answers as well
hash_of() {
    signer sha256 "$1"
    echo "$answer"
}

# lists MODULE PATH JSON: the list at this path has the ids in this JSON array, and counts them.
lists() {
    get "$1" "$2"
    expect 200
    holds body ".[0] | .count == ($3 | length) and (.results | map(.id)) == $3"
}

members() {
    sandbox
    client_attest
    lists ACCOUNT "$employees" '[1, 2, 3, 4]'
    fields '.results[]' id user_id app_user_id email groups status permissions jaxlid preferences invited_by removed_by phone_number
    fields '.results[].groups[]' id name
    holds body '.[0].results | all(.status == "accepted") and (.[0].permissions | length) == 1'
    get ACCOUNT /v1/appusers/me/
    holds body '.[0] | .id == 11 and .email == "sandbox@example.com"'
    get ACCOUNT "$employees?limit=1"
    holds body '.[0].results[0] | .app_user_id == 11 and .email == "sandbox@example.com"'
    lists ACCOUNT "$employees?status=invited" '[5]'
    lists ACCOUNT "$employees?status=canceled" '[6]'
    lists ACCOUNT "$employees?status=rejected" '[7]'
    lists ACCOUNT "$employees?status=removed&status=invited" '[5, 8]'
    holds body '.[0].results[1] | .removed_by == 11 and .groups == []'
    lists ACCOUNT "$employees?group_id=1" '[1, 2]'
    holds body '.[0].results[1].groups == [{"id": 1, "name": "Sales"}]'
    lists ACCOUNT "$employees?group_id=1&group_id=2" '[1, 2, 3]'
    lists ACCOUNT "$employees?group_id=3" '[]'
    lists ACCOUNT "$employees?email_hash=$(hash_of ben@example.com)&email_hash=$(hash_of asha@example.com)" '[2, 3]'
    lists ACCOUNT "$employees?email_hash=$(hash_of dev@example.com)" '[]'
    lists ACCOUNT "$employees?email_hash=$(hash_of dev@example.com)&status=invited" '[5]'
}
t "members by status, e-mail and team" members

pages() {
    local url
    sandbox
    client_attest
    get ACCOUNT "$employees?limit=2&status=accepted&status=removed"
    holds body '.[0] | .count == 5 and .previous == null and (.results | map(.id)) == [1, 2]'
    url=$(jq -r .next body)
    get ACCOUNT "${url#"$JAXL_ACCOUNT_API_ROOT"}"
    holds body '.[0] | .count == 5 and (.results | map(.id)) == [3, 4] and (.previous | endswith("&limit=2&offset=0"))'
    url=$(jq -r .next body)
    get ACCOUNT "${url#"$JAXL_ACCOUNT_API_ROOT"}"
    holds body '.[0] | .next == null and (.results | map(.id)) == [8]'
    get ACCOUNT "$employees?offset=9"
    holds body '.[0] | .count == 4 and .results == [] and .next == null'
}
t "pages lead to each other" pages

teams() {
    sandbox
    client_attest
    lists ACCOUNT "$groups" '[1, 2, 3]'
    fields '.results[]' id name phone_numbers admins employees jaxlid
    jq -S '.results | map({id, name, employees})' body >teams
    lists ACCOUNT "$groups?empty=true" '[3]'
    holds body '.[0].results[0] | .name == "Night shift" and .employees == [] and .admins == []'
    lists ACCOUNT "$groups?empty=false" '[1, 2]'
    holds body '.[0].results | all(.admins == [1] and (.employees | length) == 2)'
    lists ACCOUNT "$groups?limit=20" '[1, 2, 3]'
    get ACCOUNT "$employees"
    jq -S --slurpfile teams teams '.results as $all | $teams[0] | map({id, name, employees: (. as $team |
        $all | map(select(.groups | any(.id == $team.id and .name == $team.name)) | .id))})' body >members
    diff teams members
    get CALL /v1/phonenumbers/
    holds body '.[0].results | map(.id) == [1, 2]'
    get ACCOUNT "$groups"
    holds body '.[0].results | map(.phone_numbers) == [[1], [2], []]'
}
t "teams agree with their members" teams

devices() {
    local first
    sandbox --dir dir
    client_attest
    first=$device
    client_attest
    lists ACCOUNT /v1/devices/ '[1, 2]'
    [ "$first $device" = '1 2' ]
    fields '.results[]' id uid created_on last_seen restored_by jaxlid platform parent parent_linked_on parent_unlinked_on \
        name logged_out_on
    holds body '.[0].results | map(.uid) | unique | length == 2 and all(startswith("jaxl:sdk:"))'
    # the second has asked, the first has not since it was attested
    holds body '.[0].results | (.[0].last_seen == .[0].created_on) and (.[1].last_seen > .[1].created_on)'
    jq -c '.results | map([.id, .uid, .created_on])' body >before
    lists ACCOUNT '/v1/devices/?employee_id=1' '[1, 2]'
    lists ACCOUNT '/v1/devices/?employee_id=2' '[]'
    lists ACCOUNT '/v1/devices/?is_sdds=true' '[]'
    lists ACCOUNT '/v1/devices/?is_sdds=false&limit=20&offset=0' '[1, 2]'
    stop "$sandbox"
    sandbox --dir dir
    lists ACCOUNT /v1/devices/ '[1, 2]'
    jq -c '.results | map([.id, .uid, .created_on])' body >after
    diff before after
}
t "devices are those that were attested, also after a restart" devices

papers() {
    sandbox
    client_attest
    lists CALL /v1/kyc/ '[1, 2]'
    fields '.results[]' id address useridentity proofs iso_country provider_status status can_edit friendly_name created_on \
        modified_on jaxlid resource parent_id
    fields '.results[].address' id friendly_name_sha iso_country status useridentity_id
    fields '.results[].useridentity' id iso_country
    fields '.results[].proofs[]' id document_type status iso_country
    [ "$(jq -r '.results[0].address.friendly_name_sha' body)" = "$(hash_of "$(jq -r '.results[0].friendly_name' body)")" ]
    lists CALL '/v1/kyc/?iso_country=IN' '[1]'
    lists CALL '/v1/kyc/?iso_country=FR' '[]'
    lists CALL '/v1/kyc/?provider_status=PENDING' '[2]'
    lists CALL '/v1/kyc/?provider_status=PENDING&provider_status=APPROVED' '[1, 2]'
    lists CALL '/v1/kyc/?status=SUBMITTED' '[2]'
    lists CALL '/v1/kyc/?resource=local' '[1, 2]'
    lists CALL '/v1/kyc/?resource=mobile' '[]'
    get CALL '/v1/kyc/?limit=1'
    holds body '.[0] | .count == 2 and (.next | endswith("/v1/kyc/?limit=1&offset=1"))'
}
t "KYC by country, kind and status" papers

messages() {
    local me asha ben
    sandbox
    client_attest
    me=$(hash_of sandbox@example.com) asha=$(hash_of asha@example.com) ben=$(hash_of ben@example.com)
    lists MESSAGE /v1/messages/ '[1, 2, 3, 4]'
    fields '.results[]' id ver fpk fau tau fkey tkey pkey fwded con read signature encrypted att deleted fe 'fi' te ti irt fname \
        reactions jaxlid type tag
    holds body ".[0].results[0] | .fkey == \"$me\" and .tkey == \"$asha\" and .fi == 1 and .ti == 2 and .irt == null"
    holds body '.[0].results[1].irt == 1 and .[0].results[2].te == "team" and .[0].results[2].tkey == null'
    lists MESSAGE "/v1/messages/?okey=$asha" '[1, 2]'
    lists MESSAGE "/v1/messages/?okey=$ben" '[4]'
    lists MESSAGE "/v1/messages/?okey=$asha&okey=$ben" '[1, 2, 4]'
    lists MESSAGE "/v1/messages/?okey=$(hash_of nobody@example.com)" '[]'
    lists MESSAGE '/v1/messages/?types=10' '[3]'
    lists MESSAGE '/v1/messages/?types=10&types=1' '[1, 2, 3, 4]'
    lists MESSAGE '/v1/messages/?tag=lead' '[4]'
    lists MESSAGE '/v1/messages/?mid=2' '[2]'
    lists MESSAGE '/v1/messages/?fe=member&fi=1' '[1, 3]'
    lists MESSAGE '/v1/messages/?te=team&ti=2' '[3]'
    lists MESSAGE '/v1/messages/?te=member&ti=2' '[1]'
    lists MESSAGE '/v1/messages/?fe=team' '[]'
    get MESSAGE '/v1/messages/?limit=3'
    holds body '.[0] | .count == 4 and (.results | length) == 3 and (.next | endswith("limit=3&offset=3"))'
}
t "messages by member, kind, tag and ends" messages

recharges() {
    sandbox --recharge 250.75
    client_attest
    get PAYMENT '/v3/orders/consumables/?currency=2'
    expect 200
    fields '.results[]' id plan_id name order_status provider cost fees symbol
    fields '.results[].fees' fees_percentage fees_amount
    holds body '.[0] | .count == 1 and .results[0].cost == 250.75 and .results[0].symbol == "₹"'
    jq '[.results[].cost] | add' body >sum
    jq '.results[0].id' body >order
    get PAYMENT '/v1/customer/consumables/?currency=2'
    jq '.total' body >total
    diff sum total
    get PAYMENT "/v1/payments/?currency=2"
    holds body '.[0] | .count == 1'
    jq '.results[0].order_id' body >paid
    diff order paid
    holds body '.[0].results[0] | .amount == 250.75 and .currency_symbol == "₹" and .item_type == "CONSUMABLE" and
        .subscription_type == null'
    get PAYMENT /v3/orders/consumables/
    holds body '.[0] | .count == 1 and .results[0].symbol == "$"'
    get PAYMENT '/v3/orders/consumables/?offset=1'
    holds body '.[0] | .count == 1 and .results == []'
    get PAYMENT '/v3/orders/consumables/?currency=3'
    holds body '.[0].count == 0'
    sandbox --recharge 0
    client_attest
    get PAYMENT /v3/orders/consumables/
    holds body '.[0].count == 0'
}
t "recharges add up to the total, and are paid" recharges

# aged DAYS: makes the account in ./dir so many days older.
aged() {
    jq -c "if .event == \"opened\" then .at -= $1 * 86400 * 1000000 else . end" dir/state.ndjson >state
    cp state dir/state.ndjson
}

payments() {
    sandbox --dir dir --recharge 100
    client_attest
    # the newest first; those of a day by their orders: 1 and 2 are the numbers, 1001 a recharge
    get PAYMENT '/v1/payments/?currency=1'
    expect 200
    fields '.results[]' id order_id plan_name provider_plan_id transaction_id amount currency_symbol transaction_timestamp \
        status item_type period includes interval sku subscription_type
    holds body '.[0] | .count == 3 and (.results | map(.order_id)) == [1001, 2, 1]'
    jq -S '.results' body >before
    stop "$sandbox"
    aged 65
    sandbox --dir dir
    get PAYMENT '/v1/payments/?historical=true'
    holds body '.[0] | .count == 7 and (.results | map(.order_id)) == [2, 1, 2, 1, 1001, 2, 1] and
        (.results | map(.transaction_timestamp) | . == (sort | reverse)) and (.results | map(.id) | unique | length) == 7'
    jq -S '.results[4:] | map(del(.transaction_timestamp))' body >after
    jq -S 'map(del(.transaction_timestamp))' before | diff - after # nothing else about them changes
    get PAYMENT '/v1/payments/?historical=false'
    holds body '.[0] | .count == 3 and (.results | map(.order_id)) == [2, 1, 1001]'
    get PAYMENT '/v1/payments/?subscription_type=Initial'
    holds body '.[0].results | length == 2 and all(.subscription_type == "Initial")'
    get PAYMENT '/v1/payments/?subscription_type=Renewal'
    holds body '.[0].results | length == 4 and all(.subscription_type == "Renewal" and .amount == 1.15 and .period == 5)'
    get PAYMENT '/v1/payments/?item_type=CONSUMABLE'
    holds body '.[0].results | map(.order_id) == [1001]'
    get PAYMENT '/v1/payments/?item_type=PHONE_NUMBER&order_id=2'
    holds body '.[0].results | length == 3 and all(.sku == "+911400000001")'
    get PAYMENT '/v1/payments/?limit=2&offset=4'
    holds body '.[0] | .count == 7 and (.results | map(.order_id)) == [1001, 2] and (.next | endswith("limit=2&offset=6"))'
    get PAYMENT '/v1/payments/?currency=39'
    holds body '.[0].count == 0'
    get PAYMENT /v3/orders/subscriptions/
    holds body '.[0].results | map(.id) == [1, 2] and all(.cost == 1.15)'
}
t "rents are paid month by month" payments

invoices() {
    local id
    sandbox --dir dir
    client_attest
    stop "$sandbox"
    aged 31
    sandbox --dir dir
    for currency in 1 2; do
        get PAYMENT "/v1/payments/?currency=$currency"
        jq -c '.results[]' body >payments.$currency
    done
    cat payments.1 payments.2 >payments
    holds payments 'length == 6'
    while read -r payment; do
        id=$(jq .id <<<"$payment")
        get PAYMENT "/v1/customer/invoice/?payment_id=$id"
        expect 200
        fields . id payment_id number amount currency_symbol issued_on url items
        fields '.items[]' name sku quantity amount
        jq -e --argjson p "$payment" '.payment_id == $p.id and .amount == $p.amount and .url == null and
            .currency_symbol == $p.currency_symbol and .issued_on == $p.transaction_timestamp and
            .items == [{name: $p.plan_name, sku: $p.sku, quantity: 1, amount: $p.amount}]' body
    done <payments
    refused 404 <<'END'
PAYMENT /v1/customer/invoice/?payment_id=3 payment_id
PAYMENT /v1/customer/invoice/?payment_id=11001 payment_id
PAYMENT /v1/customer/invoice/?payment_id=999999999999 payment_id
END
}
t "every payment has an invoice" invoices

wrong() {
    sandbox
    client_attest
    refused 400 <<END
ACCOUNT $employees?status=ACCEPTED status
ACCOUNT $employees?email_hash=ben@example.com email_hash
ACCOUNT $employees?email_hash=$(hash_of x | tr a-f A-F) email_hash
ACCOUNT $employees?group_id=Sales group_id
ACCOUNT $employees?group_id= group_id
ACCOUNT $employees?limit=0 limit
ACCOUNT $employees?name=ben name
ACCOUNT $groups?empty=1 empty
ACCOUNT $groups?offset=-1 offset
ACCOUNT $groups?status=accepted status
ACCOUNT /v1/devices/?employee_id=me employee_id
ACCOUNT /v1/devices/?is_sdds=no is_sdds
ACCOUNT /v1/devices/?id=1 id
CALL /v1/kyc/?iso_country=in iso_country
CALL /v1/kyc/?resource=tollfree resource
CALL /v1/kyc/?limit=x limit
CALL /v1/kyc/?country=IN country
MESSAGE /v1/messages/?okey=1 okey
MESSAGE /v1/messages/?types=chat types
MESSAGE /v1/messages/?mid=x mid
MESSAGE /v1/messages/?fi=-1 fi
MESSAGE /v1/messages/?ti=x ti
MESSAGE /v1/messages/?limit=x limit
MESSAGE /v1/messages/?text=x text
PAYMENT /v3/orders/consumables/?currency=40 currency
PAYMENT /v3/orders/consumables/?status=PAID status
PAYMENT /v1/payments/?currency=USD currency
PAYMENT /v1/payments/?historical=yes historical
PAYMENT /v1/payments/?order_id=x order_id
PAYMENT /v1/payments/?subscription_type=initial subscription_type
PAYMENT /v1/payments/?limit=1000000000000 limit
PAYMENT /v1/payments/?sku=x sku
PAYMENT /v1/customer/invoice/ payment_id
PAYMENT /v1/customer/invoice/?payment_id=0 payment_id
PAYMENT /v1/customer/invoice/?payment_id=x payment_id
PAYMENT /v1/customer/invoice/?id=1 id
END
    for path in employees groups; do
        get ACCOUNT "/v2/app/organizations/43/$path/"
        expect 404 NOT_FOUND
        post ACCOUNT "/v2/app/organizations/42/$path/" '{}'
        expect 405
        get CALL "/v2/app/organizations/42/$path/"
        expect 404
        JAXL_API_AUTH_TOKEN=other get ACCOUNT "/v2/app/organizations/42/$path/"
        expect 401
    done
    get ACCOUNT /v1/kyc/
    expect 404 NOT_FOUND
    get CALL /v1/messages/
    expect 404 NOT_FOUND
    get CALL /v1/payments/
    expect 404 NOT_FOUND
    api GET MESSAGE /v1/messages/ --data-binary '{}'
    expect 400 BODY_NOT_EMPTY
}
t "what is wrong is refused" wrong
