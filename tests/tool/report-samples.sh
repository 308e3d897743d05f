#!/bin/bash
# The samples of bills: a month of the sandbox is billed as cron would, and looked at.
. "$(dirname "$0")/../tool/lib.sh"

sandbox --speed 60 --seed 5
cp -r "$srcdir/samples/billing" work
chmod -R u+w work # in a distribution nothing may be written
PATH=$PWD/work:$PATH
results=$PWD/results.ndjson
month=$(TZ=Asia/Kolkata date +%Y-%m)
awk 'BEGIN { print "to"; for (i = 0; i < 60; i++) printf "+9198765%05d\n", i }' >leads.csv
run jaxl-dial --campaign diwali --from +911400000001 --ivr 1 --rate max --rejects rejects leads.csv
mv out "$results"

# A message that is given to sendmail ends in $T/mail.N.
mkdir bin
cat >bin/sendmail <<'SH'
#!/bin/sh
n=$(find "$T" -maxdepth 1 -name 'mail.*' | wc -l)
[ "$*" = '-t -i' ] && cat >"$T/mail.$((n + 1))"
SH
chmod +x bin/sendmail
export SENDMAIL=$T/bin/sendmail BILL_TO=billing@example.com

# All that the sandbox placed can be fetched, and is final.
final() {
    run jaxl-report --fetch calls --output ndjson
    status 0
    [ "$(grep -c '"is_finalized":true' out)" -eq "$(wc -l <"$results")" ]
}
wait_until 60 final

first_bill() {
    run monthly-bill "$T/billing" "$month"
    status 0
    same err ''
    cd "$T/billing"
    [ "$(stat -c %a "$month/bill.html")" = 600 ]
    holds calls.ndjson "length == $(wc -l <"$results")"
    holds "$month/bill.ndjson" "map(.attempts) | add == $(wc -l <"$results")"
    [ "$(jq -s 'map(.answered) | add' "$month/bill.ndjson")" -eq "$(jq -s 'map(select(.disposition == "ANSWERED")) | length' "$results")" ]
    has "$month/bill.html" '^<!DOCTYPE html>'
    has "$month/bill.html" '<svg'
    has "$month/bill.journal" "^$month-[0-9][0-9]"
    has "$month/calls.csv" '^day,campaign,currency,attempts,'
    has "$month/statement.csv" '^closing,'
    [ "$(find . -name '*.new' | wc -l)" -eq 0 ]
}
t "a month is billed" first_bill

by_campaign() {
    mkdir "$T/billing/records"
    ln -s "$results" "$T/billing/records/diwali.ndjson"
    cp "$T/billing/$month/bill.txt" before
    run monthly-bill "$T/billing" "$month"
    status 0
    lacks before diwali
    has "$T/billing/$month/bill.txt" "^diwali +$(wc -l <"$results") "
    has "$T/billing/$month/statement.csv" "^usage,,diwali,$(wc -l <"$results"),"
    # the row without a campaign was not of a month that is over, so nothing is restated
    holds "$T/billing/$month/bill.ndjson" 'length == 1 and .[0].campaign == "diwali"'
}

# unpacked N: the parts of a mail of three, decoded, into ./part-1 to ./part-3
unpacked() {
    awk '
        /^Content-Type: multipart/ { split($0, a, "\""); boundary = a[2] }
        boundary && index($0, "--" boundary) == 1 { n++; body = 0; next }
        n && /^$/ { body = 1; next }
        body { print >("coded-" n) }' "$T/mail.$1"
    for n in 1 2 3; do
        base64 -d "coded-$n" >"part-$n"
    done
    [ ! -e coded-4 ]
}
mailed() {
    has "$T/mail.1" '^To: billing@example.com$'
    has "$T/mail.1" "^Subject: Calls of $month\$"
    has "$T/mail.1" '^Content-Type: text/html; charset=utf-8$'
    has "$T/mail.1" "^Content-Disposition: attachment; filename=\"bill-$month.html\"\$"
    unpacked 1
    cmp part-1 "$T/billing/$month/bill.txt"
    cmp part-2 "$T/billing/$month/bill.html"
    cmp part-3 "$T/billing/$month/statement.csv"
}
t "and mailed, with the page and the statement" mailed
t "by the campaigns of jaxl-dial, whose records are there" by_campaign

again() {
    cp "$T/billing/calls.ndjson" before
    run monthly-bill "$T/billing" "$month"
    status 0
    cmp before "$T/billing/calls.ndjson"
    [ ! -e "$T/mail.2" ]
}
t "once more: nothing is fetched twice, and no second mail sent" again

locked() {
    exec 8>"$T/billing/lock"
    flock 8
    run monthly-bill "$T/billing" "$month"
    status 75
    has err 'another run'
}
t "not while another run is at work" locked

broken() {
    cp "$T/billing/$month/bill.html" before
    run env JAXL_CALL_API_ROOT=http://127.0.0.1:1 monthly-bill "$T/billing" "$month"
    [ "$rc" -ne 0 ]
    cmp before "$T/billing/$month/bill.html"
    run monthly-bill "$T/billing" "${month}x"
    status 64
}
t "a bill stays what it was when the platform cannot be asked" broken

funnel_of() {
    run funnel "$results"
    status 0
    holds out 'length == 1 and .[0].campaign == "diwali"'
    holds out "all(.dialled == $(wc -l <"$results") and .dialled >= .reached and .reached >= .answered and .answered >= .long)"
    [ "$(jq .long out)" -eq "$(jq -s 'map(select(.disposition == "ANSWERED" and .duration > 30)) | length' "$results")" ]
    holds out 'all(.answered > 0 and .answered_percent == (1000 * .answered / .dialled | round / 10))'
}
t "the funnel of a campaign" funnel_of

top() {
    run env TOP=3 top-costs --tz Asia/Kolkata "$results"
    status 0
    has out '^campaign$'
    has out '^to-prefix:6$'
    has out 'diwali'
    has out '\+919876'
}
t "what costs most" top

rated() {
    run jaxl-report calls --by to-prefix --tariff "$T/work/tariff.csv" --output ndjson "$results"
    status 0
    holds out 'length == 1 and .[0]["to-prefix"] == "+9198" and .[0].rated > 0'
    # 0.35 a minute, half a minute and then by six seconds
    [ "$(jq .rated out)" = "$(jq -s 'map(select(.disposition == "ANSWERED" or .disposition == "VOICEMAIL").duration
        | if . <= 30 then 30 else (. / 6 | ceil) * 6 end) | add * 35 / 6000 | . * 1000000 | round / 1000000' "$results")" ]
}
t "the example of a tariff" rated
