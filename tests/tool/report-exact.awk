# N random calls of ten campaigns, the same at each run: their costs have 1 to 9 decimals, are in one of four
# currencies, and some are negative. Into the files calls.ndjson and calls.csv; what bc is to sum into sums.bc, and how
# many calls and seconds there are of each campaign and currency into counts.
function any(n) {
    seed = seed * 48271 % 2147483647
    return int(seed / 2147483647 * n)
}
BEGIN {
    seed = 20261001
    split("INR USD EUR GBP", currencies)
    print "call_id,campaign,placed_at,duration,disposition,state,costs.0.cost,costs.0.currency" >"calls.csv"
    for (i = 1; i <= N; i++) {
        campaign = any(10)
        money = 1 + any(4)
        places = 1 + any(9)
        cost = sprintf("%s%d.%0" places "d", any(20) ? "" : "-", any(any(5) ? 10 : 100000), any(10 ^ places))
        talk = 1 + any(600)
        at = "2026-10-" 10 + any(20) "T" 10 + any(14) ":" 10 + any(50) ":" 10 + any(50) "Z"
        print "{\"call_id\":" i ",\"campaign\":\"c" campaign "\",\"placed_at\":\"" at "\",\"duration\":" talk \
            ",\"disposition\":\"ANSWERED\",\"state\":\"done\",\"costs\":[{\"cost\":" cost ",\"currency\":\"" \
            currencies[money] "\"}]}" >"calls.ndjson"
        print i ",c" campaign "," at "," talk ",ANSWERED,done," cost "," currencies[money] >"calls.csv"
        k = 4 * campaign + money
        print "s[" k "]+=" cost >"sums.bc"
        calls[k]++
        seconds[k] += talk
    }
    for (campaign = 0; campaign < 10; campaign++)
        for (money = 1; money <= 4; money++) {
            k = 4 * campaign + money
            print "s[" k "]" >"sums.bc"
            print "c" campaign "," currencies[money] "," calls[k] "," seconds[k] >"counts"
        }
}
