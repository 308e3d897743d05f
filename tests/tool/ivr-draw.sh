#!/bin/bash
# IVRs as a graph, of the samples and of the account, drawn by Graphviz where it is; and callers' paths.
. "$(dirname "$0")/../tool/lib.sh"

cp -r "$srcdir/samples/ivr" samples
chmod -R u+w samples
samples=$T/samples
if command -v dot >/dev/null; then drawn="drawn as a PNG"; else drawn="not drawn: Graphviz (dot) is not here"; fi

# draw: ./out is a graph that Graphviz takes without a word, and a picture of more than a hundred pixels each way
draw() {
    has out '^digraph ivr \{$'
    [ "$(tail -n 1 out)" = '}' ]
    command -v dot >/dev/null || return 0
    dot -Tpng out >out.png 2>dot.err
    # (that there is no font for a script is not for us to mend)
    sed -i /Pango/d dot.err
    same dot.err ""
    [ "$(head -c 16 out.png | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a0000000d49484452 ]
    [ "$(tail -c 8 out.png | od -An -tx1 | tr -d ' \n')" = 49454e44ae426082 ]
    local size
    size=$(od -An -tu1 -j 16 -N 8 out.png)
    # shellcheck disable=SC2086 # eight numbers
    set -- $size
    [ $(($1 << 24 | $2 << 16 | $3 << 8 | $4)) -gt 100 ]
    [ $(($5 << 24 | $6 << 16 | $7 << 8 | $8)) -gt 100 ]
}

# edges N DASHED: so many arrows, of which so many are dashed
edges() {
    [ "$(grep -c ' -> ' out)" -eq "$1" ]
    [ "$(sed -n '/ -> .*style=dashed/p' out | wc -l)" -eq "$2" ]
}

order_confirmation() {
    run jaxl-ivr-apply --dot "$samples/order-confirmation.ndjson"
    status 0
    same err ""
    has out '^  "menu:order" \[label=<<b>order</b><br align="left"/>Hello from Example Store\. We have an<br align="left"/>order of yours'
    has out '^  "menu:order" -> "teams:Sales" \[label=<9 Speak with us>\];$'
    has out '^  "menu:order" -> "menu:order-confirmed" \[label=<1 Confirm<br/><i>asks: Please key in the number<br/>of your order, and then…<br/>and reads it back</i><br/><i>if allowed by<br/>https://shop\.example\.com<br/>/orders/confirm</i>>\];$'
    has out '^  "menu:order-cancelled" .*<i>hangs up</i>'
    edges 10 0
    lacks out c0282d
    draw
}
t "the confirmation of an order is $drawn" order_confirmation

clinic() {
    run jaxl-ivr-apply --dot --set ON_CALL=+12015550123 "$samples/clinic.csv"
    status 0
    same err ""
    edges 19 1
    has out '^  "call:\+12015550199" -> "menu:clinic" \[penwidth=1\.5\];$'
    has out '^  "menu:clinic" -> "teams:Support" \[label=<5 Flu vaccinations>, style=dashed, color="#949494", fontcolor="#949494"\];$'
    has out '^  "menu:on-call" -> "phone:\+12015550123" '
    lacks out c0282d
    draw
}
t "the front desk of a clinic is $drawn" clinic

languages() {
    run jaxl-ivr-apply --dot "$samples/languages.ndjson"
    status 0
    same err ""
    edges 17 0
    has out '<b>hindi</b><br align="left"/>बिक्री के लिए 1 दबाएँ'
    draw
}
t "the choice of a language is $drawn" languages

# Whatever stands in a text, it does not become DOT or HTML.
texts() {
    jq -nc '"<b>&amp; \"quoted\" \\N \\ {|} ]; \u0001\n\t🙂" as $text | {ivr: $text, message: "Press 1 or 2. \($text)"},
        {ivr: $text, input: "1", message: $text, webhook: "https://example.com/?a=\"&b=<", needs_data_prompt: $text},
        {ivr: $text, input: "2", message: $text, teams: [$text, 1]}' >ivr.ndjson
    run jaxl-ivr-apply --dot ivr.ndjson
    status 0
    edges 2 0
    has out '&lt;b&gt;&amp;amp; "quoted" \\N \\ \{\|\} \]; '
    draw
}
t "texts stay texts: $drawn" texts

dangling() {
    printf '%s\n' '{"ivr": "main", "message": "Press 1, 2, 3 or 4."}' \
        '{"ivr": "main", "input": "1", "message": "One", "next": "gone"}' '{"ivr": "main", "input": "2", "message": "Two"}' \
        '{"ivr": "main", "input": "3", "message": "Three", "next": "77"}' '{"ivr": "main", "input": "4", "message": "Four", "teams": [1]}' \
        '{"phone": "+12015550199", "ivr": "mean"}' >ivr.ndjson
    run jaxl-ivr-apply --dot ivr.ndjson
    status 0
    same err "jaxl-ivr-apply: ivr.ndjson, line 2: option 1 of menu 'main': there is no menu 'gone'
jaxl-ivr-apply: ivr.ndjson, line 3: option 2 of menu 'main' leads nowhere: it needs one of next, phone, devices, appusers, teams and webhook
jaxl-ivr-apply: ivr.ndjson, line 6: phone +12015550199: there is no menu 'mean'"
    has out '^  "menu:main" -> "menu:gone" \[label=<1 One>, color="#c0282d", fontcolor="#c0282d"\];$'
    has out '^  "menu:main" -> "nowhere" \[label=<2 Two>, color="#c0282d", fontcolor="#c0282d"\];$'
    has out '^  "menu:main" -> "ivr:77" \[label=<3 Three>\];$'
    has out '^  "menu:main" -> "teams:1" \[label=<4 Four>\];$'
    has out '^  "call:\+12015550199" -> "menu:mean" \[penwidth=1\.5, color="#c0282d"'
    draw
    command -v dot >/dev/null || return 0
    dot -Tsvg out >out.svg
    # a line and the head of the arrow
    [ "$(grep -cE '^<(path fill="none"|polygon fill="#c0282d") stroke="#c0282d"' out.svg)" -ge 6 ]
}
t "what leads to no menu is red: $drawn" dangling

account() {
    sandbox
    run jaxl-ivr-apply --quiet "$samples/clinic.csv"
    status 0
    jaxl ivrs create --message https://example.com/hook >made
    run jaxl-ivr-apply --dot --account --state "$samples/clinic.csv.state"
    status 0
    same err ""
    edges 21 1
    has out '^  "menu:clinic" \[label=<<b>clinic</b> \(2\)'
    has out '^  "menu:clinic" -> "menu:hours" \[label=<2 Opening hours>\];$'
    has out '^  "menu:ivr-1" -> "appusers:11" \[label=<1 Go on>\];$'
    has out '^  "menu:ivr-7" \[label=<<b>ivr-7</b> \(7\).*webhook.*https://example\.com/hook.*shape=component'
    draw
    # without the state the same by ids
    run jaxl-ivr-apply --dot --account
    status 0
    edges 21 1
    has out '^  "menu:ivr-2" \[label=<<b>ivr-2</b> \(2\)'
    draw
    # nothing was changed, nor made
    holds "$journal" 'map(select(.event == "request" and .method != "GET" and (.path | test("ivr")))) | length == 5 + 18 + 1'
}
t "the account is $drawn" account

# walk KEYS TEXT [OPTION...]: of the front desk
walk() {
    run jaxl-ivr-apply --walk "$1" "${@:3}" "$samples/clinic.csv"
    status 0
    same err ""
    same out "$2"
}
clinic="     0.0 s  clinic says: Welcome to Example Clinic. If somebody's life is in danger, hang up and call the emergency services. Press 1 for appointments, 2 for our opening hours, 3 to speak with your doctor, 4 for the doctor on call, or 0 to hear this again. (16.3 s)"
doctors="doctors says: We put you through without either of you seeing the other's number. Press 1 for Doctor Rao, 2 for Doctor Silva, or star to go back. (9.3 s)"

walks() {
    walk '' "$clinic
    16.3 s  a key is waited for"
    walk '3,1,4711#' "$clinic
    16.3 s  key 3 (Your doctor): to the menu doctors
    16.3 s  $doctors
    25.6 s  key 1 (Doctor Rao): to phone +12015550190, if allowed by https://clinic.example.com/visits/rao
    25.6 s  asks: Please key in the number of your visit, and then the hash key. Keyed in: 4711#, which is read back (6.4 s)
    32.0 s  the call has left the menus"
    walk ' 2 , 1 ' "     0.0 s  $doctors
     9.3 s  key 2 (Doctor Silva): to app user ben@example.com, if allowed by https://clinic.example.com/visits/silva
     9.3 s  asks: Please key in the number of your visit, and then the hash key. Keyed in: 1, which is read back (4.8 s)
    14.1 s  the call has left the menus" --start doctors
    walk '*' "     0.0 s  $doctors
     9.3 s  key * (Back): to the menu clinic
${clinic/     0.0 s/     9.3 s}
    25.6 s  a key is waited for" --start doctors
    # from the number that is called, and at an option that waits for data
    walk '3,1' "$clinic
    16.3 s  key 3 (Your doctor): to the menu doctors
    16.3 s  $doctors
    25.6 s  key 1 (Doctor Rao): to phone +12015550190, if allowed by https://clinic.example.com/visits/rao
    25.6 s  asks: Please key in the number of your visit, and then the hash key. (4.4 s)
    30.0 s  a key is waited for" --start '+1 201 555-0199'
    run jaxl-ivr-apply --walk 3 "$samples/order-confirmation.ndjson"
    status 0
    run jaxl-ivr-apply --walk 1,12 "$samples/order-confirmation.ndjson"
    status 0
    [ "$(tail -n 1 out)" = '    25.9 s  the call is hung up' ]
}
t "a caller's path is played, with the seconds" walks

walk_records() {
    run jaxl-ivr-apply --walk 3,1,4711# --output ndjson "$samples/clinic.csv"
    status 0
    holds out 'map(del(.says)) == [{step: 1, at: 0.0, ivr: "clinic", seconds: 16.3},
        {step: 2, at: 16.3, key: "3", option: "Your doctor", leads: "next", to: "doctors"},
        {step: 3, at: 16.3, ivr: "doctors", seconds: 9.3},
        {step: 4, at: 25.6, key: "1", option: "Doctor Rao", leads: "phone", to: "+12015550190",
         webhook_url: "https://clinic.example.com/visits/rao"},
        {step: 5, at: 25.6, asks: "Please key in the number of your visit, and then the hash key.", seconds: 6.4,
         data: "4711#", reads_back: true}, {step: 6, at: 32.0, ends: "left"}]'
    run jaxl-ivr-apply --walk 1,1 --start appointments --output csv "$samples/clinic.csv"
    status 65 # one key too many: what went before is there
    run jaxl-ivr-apply --walk 1 --start appointments --output csv "$samples/clinic.csv"
    status 0
    same out 'step,at,ivr,says,webhook,key,option,leads,to,webhook_url,asks,data,reads_back,seconds,ends
1,0.0,appointments,"Press 1 for a new appointment, 2 to change or cancel one, or star to go back.",,,,,,,,,,5.4,
2,5.4,,,,1,New appointment,teams,"[""Support""]",,,,,,
3,5.4,,,,,,,,,,,,,left'
}
t "the path as records" walk_records

# bad KEYS MESSAGE LINES [OPTION...]: after so many lines of the path
bad() {
    run jaxl-ivr-apply --walk "$1" "${@:4}"
    status 65
    same err "jaxl-ivr-apply: $2"
    [ "$(wc -l <out)" -eq "$3" ]
}
bad_walks() {
    bad 7 "menu 'clinic' has no key 7; its keys are 0, 1, 2, 3 and 4" 1 "$samples/clinic.csv"
    bad 3,1,4711#,1 "nobody takes the keys 1: key 1 of menu 'doctors' leads out of the menus" 5 "$samples/clinic.csv"
    bad 5 "key 5 of menu 'clinic' is not enabled; its keys are 0, 1, 2, 3 and 4" 1 "$samples/clinic.csv"
    bad 12 "menu 'clinic' takes one key at a time, not '12'; its keys are 0, 1, 2, 3 and 4 (what follows an option that asks for data may be longer)" \
        1 "$samples/clinic.csv"
    bad 1,1,12 "nobody takes the keys 12: menu 'order-confirmed' hangs up" 4 "$samples/order-confirmation.ndjson"
    printf '%s\n' '{"ivr": "main", "message": "Press 1, 2 or 3."}' '{"ivr": "main", "input": "1", "message": "One", "next": 4711}' \
        '{"ivr": "main", "input": "2", "message": "Two", "next": "hook"}' '{"ivr": "main", "input": "3", "message": "3", "webhook": "https://example.com"}' \
        '{"ivr": "hook", "message": "https://example.com/hook"}' >ivr.ndjson
    bad 2,2 "nobody takes the keys 2: menu 'hook' is a webhook IVR, whose answers are not known here" 3 ivr.ndjson
    run jaxl-ivr-apply --walk 2 ivr.ndjson
    status 0
    has out '^ *1\.4 s  hook is answered by https://example\.com/hook$'
    run jaxl-ivr-apply --walk 1 ivr.ndjson
    status 0
    has out '^ *1\.4 s  key 1 \(One\): to IVR 4711$'
    run jaxl-ivr-apply --walk 3 ivr.ndjson
    status 0
    has out '^ *1\.4 s  key 3 \(3\): to webhook https://example\.com$'
}
t "a path that cannot be gone is played up to there" bad_walks

walk_account() {
    sandbox
    run jaxl-ivr-apply --quiet --state names "$samples/clinic.csv"
    status 0
    run jaxl-ivr-apply --walk 3,1,4711# "$samples/clinic.csv"
    cp out input
    run jaxl-ivr-apply --walk 3,1,4711# --account --state names --start clinic
    status 0
    same err ""
    cmp out input
    run jaxl-ivr-apply --walk 1 --account
    status 0
    same out '     0.0 s  ivr-1 says: Welcome to the sandbox. Press 1 to go on, press 2 to hang up. (4.7 s)
     4.7 s  key 1 (Go on): to app user 11
     4.7 s  the call has left the menus'
    run jaxl-ivr-apply --walk 2 --account --start +12015550199 --state names
    status 0
    has out 'key 2 \(Opening hours\): to the menu hours$'
}
t "the same in the account" walk_account

offline() {
    run jaxl-ivr-apply --dot "$samples/clinic.csv"
    status 0
    run jaxl-ivr-apply --walk 1 "$samples/clinic.csv"
    status 0
}
t "without --account no credentials are needed" offline
