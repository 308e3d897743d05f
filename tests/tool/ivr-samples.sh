#!/bin/bash
# The samples of IVR files, side by side in one account of the sandbox.
. "$(dirname "$0")/../tool/lib.sh"

sandbox
cp -r "$srcdir/samples/ivr" work
chmod -R u+w work # in a distribution nothing may be written
work=$PWD/work

# applies SAMPLE MENUS OPTIONS PHONES: all of it is new, and then nothing is left to do.
applies() {
    local all=$(($2 + $3 + $4))
    cd "$work"
    run jaxl-ivr-apply --plan "$1"
    status 2
    holds out "map(.action) | length == $all and (map(select(. == \"create\")) | length) == $(($2 + $3))"
    holds out "(map(select(.action == \"assign\")) | length) == $4"
    [ ! -e "$1.state" ]
    run jaxl-ivr-apply "$1"
    status 0
    holds out "length == $all and all(.error == null and .action != \"unchanged\")"
    cp out "$1.applied"
    [ "$(stat -c %a "$1.state")" = 600 ]
    run jaxl-ivr-apply --plan "$1"
    status 0
    holds out "length == $all and all(.action == \"unchanged\")"
}
order_confirmation() {
    applies order-confirmation.ndjson 6 10 0
}
t "an order is confirmed, changed or cancelled" order_confirmation
clinic() {
    applies clinic.csv 5 18 1
}
t "the front desk of a clinic" clinic
languages() {
    applies languages.ndjson 5 16 1
}
t "a choice of languages" languages

# options SAMPLE MENU: what the platform has of a menu, into ./have; its id in $id
options() {
    id=$(jq -r --arg name "$2" 'select(.ivr == $name and .input == null and .phone == null).ivr_id' "$work/$1.applied")
    jaxl ivrs options list --ivr "$id" --all --output ndjson >have
}

bridge() {
    options clinic.csv doctors
    holds have 'map(.input) | sort == ["*", "1", "2"]'
    holds have 'map(select(.input == "1"))[0] | .cta.phone_number == "+12015550190" and .confirmation
        and .webhook_url == "https://clinic.example.com/visits/rao" and (.needs_data_prompt | test("number of your visit"))'
    holds have 'map(select(.input == "2"))[0].cta.appusers == [13]' # of ben@example.com
    options clinic.csv on-call
    holds have 'map(select(.input == "2"))[0].cta.collections.collection_ids == [3]' # Night shift
    options clinic.csv clinic
    holds have 'map(select(.enabled | not).input) == ["5"]'
    jaxl phones list --e164 +12015550199 --output ndjson >numbers
    holds numbers "length == 1 and .[0].ivr == $id"
}
t "patients reach a doctor by what the clinic's computer says, or the night shift" bridge

shared() {
    options languages.ndjson hindi
    holds have 'map(select(.input == "1"))[0] | .name == "बिक्री" and .cta.collections.collection_ids == [1]'
    cp have hindi
    options languages.ndjson privacy
    holds have 'length == 1 and .[0].cta.appusers == [11]'
    holds hindi "map(select(.input == \"8\"))[0].next == $id"
    jaxl phones list --e164 +911400000001 --output ndjson >numbers
    options languages.ndjson language
    holds numbers "length == 1 and .[0].ivr == $id"
}
t "every language has its teams, and the menu that they share" shared

other_values() {
    cd "$work"
    run env SHOP_TEAM=Support jaxl-ivr-apply --set SHOP_URL=https://shop.example.org order-confirmation.ndjson
    status 0
    # three webhooks and two teams
    holds out 'map(select(.action != "unchanged")) | length == 5 and all(.action == "update")'
}
t "their variables are set from outside" other_values

called() {
    options order-confirmation.ndjson order
    printf 'to\n+12025550100\n' >leads.csv
    run jaxl-dial --from +12015550199 --ivr "$id" --follow placed leads.csv
    status 0
    holds out 'length == 1 and .[0].state == "submitted"'
}
t "a campaign calls with it" called
