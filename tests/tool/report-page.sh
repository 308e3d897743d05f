#!/bin/bash
# The pages of jaxl-report, which the unit test check_report_html compares byte for byte: what a
# browser makes of them, where there is one (chromium).
. "$(dirname "$0")/../tool/lib.sh"

pages=(month campaigns single long hostile empty)

# Nothing is loaded and nothing runs: no element for it, no address in an attribute or in the style.
self_contained() {
    local page file
    for page in "${pages[@]}"; do
        file=$srcdir/tests/unit/golden/report/$page.html
        lacks "$file" '<(script|link|img|iframe|object|embed|base|form|input|audio|video|use|image)[ >]'
        lacks "$file" '(src|href|srcset|action|style)="[^"]*(https?:|//|url\()'
        lacks "$file" '@import|@font-face|url\(|https?:| on[a-z]+="'
    done
}
t "pages load nothing" self_contained

# browser PAGE OPTION...: what chromium prints for a page; whatever it asks a name server for fails.
browser() {
    local page=$1
    shift
    timeout 100 chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
        --user-data-dir="$PWD/profile" --host-resolver-rules='MAP * ~NOTFOUND' "$@" \
        "file://$srcdir/tests/unit/golden/report/$page.html" 2>chromium.log
}

texts_of() {
    browser "$1" --dump-dom >dom
    has dom '^</main>$'
    lacks dom '<script'
}

month() {
    texts_of month
    has dom '<title>Calls, October 2026</title>'
    has dom '<strong>₹5,638.42</strong> <span>plus ₹45.50 provisional \(28 calls\)</span>'
    has dom '<figcaption>Cost by day, USD <span>2026-10-01 to 2026-10-31</span></figcaption>'
    has dom '<title>Thu 2026-10-08: 466 calls: 223 answered, 200 missed, 43 failed</title>'
    [ "$(grep -c '<svg ' dom)" -eq 5 ]
}

hostile() {
    texts_of hostile
    has dom '<h1><bdi>&lt;b&gt;Calls&lt;/b&gt; &amp; "more" </bdi></h1>'
    has dom '>&lt;script&gt;alert\("x"\)&lt;/script&gt;</th>'
    has dom '<bdi>दिवाली ऑफ़र</bdi></th>'
    has dom '<bdi>عرض رمضان</bdi></th>'
}

empty() {
    texts_of empty
    has dom '<p>There are no calls.</p>'
}

# A picture in either scheme, which differ, and as narrow as a telephone; a printed page is light.
pictures() {
    browser month --window-size=1100,2200 --screenshot="$PWD/light.png"
    browser month --window-size=1100,2200 --screenshot="$PWD/dark.png" \
        --blink-settings=preferredColorScheme=0
    browser month --window-size=400,1800 --screenshot="$PWD/narrow.png"
    browser month --print-to-pdf="$PWD/print.pdf"
    [ "$(wc -c <light.png)" -gt 50000 ]
    [ "$(wc -c <dark.png)" -gt 50000 ]
    [ "$(wc -c <narrow.png)" -gt 30000 ]
    not cmp -s light.png dark.png
    [ "$(head -c 5 print.pdf)" = %PDF- ]
}

if command -v chromium >/dev/null; then
    t "a month's page says what it should" month
    t "names of records are text" hostile
    t "a page without calls says so" empty
    t "pages are drawn light, dark, narrow and on paper" pictures
fi
