#!/bin/bash
# shellcheck disable=SC2317 # what wait_until calls
# jaxl-events behind the proxies of samples/webhooks/: https in front, the secret path behind, and whose address counts.
. "$(dirname "$0")/../tool/lib.sh"
. "$srcdir/tests/tool/events-lib.sh"

PATH=$PATH:/usr/sbin
samples=$srcdir/samples
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 \
    -subj /CN=hooks.example.com -addext subjectAltName=DNS:hooks.example.com 2>openssl.err
echo /9f3ac2 >path

# proxy [SED_SCRIPT]: nginx with the server block of the samples in front of jaxl-events, on the socket ./tls; the
# address, the certificate and jaxl-events' port are put in, and SED_SCRIPT is what else is changed
proxy() {
    sed "/listen \[::\]/d; s|listen 443|listen unix:$PWD/tls|; s|127.0.0.1:9919|127.0.0.1:$port|
        s|/var/log/nginx/hooks.error.log|$PWD/log/hooks|; s|/etc/letsencrypt/.*/fullchain.pem|$T/cert.pem|; s|/etc/letsencrypt/.*/privkey.pem|$T/key.pem|
        ${1-}" "$samples/webhooks/nginx.conf" >server.conf
    mkdir -p log temp
    cat >nginx.conf <<C
daemon off;
master_process off;
pid $PWD/pid;
error_log $PWD/log/error;
events { }
http {
    access_log $PWD/log/access;
    client_body_temp_path $PWD/temp; proxy_temp_path $PWD/temp; fastcgi_temp_path $PWD/temp;
    uwsgi_temp_path $PWD/temp; scgi_temp_path $PWD/temp;
    include $PWD/server.conf;
}
C
    spawn proxy nginx -p "$PWD" -e "$PWD/log/error" -c "$PWD/nginx.conf"
    proxy=$pid
    wait_until 30 proxied
}

proxied() {
    alive "$proxy" || fail "the proxy ended: $(cat proxy.err log/error)"
    [ -S tls ]
}

# over METHOD PATH BODY [CURL_OPTION...]: a request over https; the answer in ./answer, its status in $code
over() {
    local method=$1 path=$2 text=$3
    shift 3
    code=$(curl -sS -o answer -w '%{http_code}' -m 30 --unix-socket tls --cacert "$T/cert.pem" -X "$method" \
        --data-binary "$text" "$@" "https://hooks.example.com$path")
}

webhooks() {
    over POST /9f3ac2 "$(body setup 1)"
    [ "$code" = 200 ]
    said '{"next":5}'
    over POST '/9f3ac2?stream&conv' "$(body option 1 3)"
    [ "$code" = 200 ]
    over DELETE /9f3ac2 "$(body teardown 1)"
    [ "$code" = 200 ]
    over POST /webhook/ "$(body setup 2)"
    [ "$code" = 404 ]
    over GET /9f3ac2 ''
    [ "$code" = 405 ]
    holds events.out 'map(.event) == ["setup","option","teardown"]'
}

through_nginx() {
    listen --path "@$T/path" --default '{"next":5}'
    proxy
    webhooks
    stop "$proxy" QUIT
    stop "$events"
    cat log/* >logged
    lacks logged 9f3ac2
}
t "nginx: https to the secret path, which no log has" through_nginx

# What connects is the proxy: who its client says to be is no reason to let anybody in, or to keep anybody out.
addresses() {
    listen --path "@$T/path" --allow 203.0.113.0/24
    proxy
    over POST /9f3ac2 "$(body setup 1)" -H 'X-Forwarded-For: 203.0.113.9' -H 'X-Real-IP: 203.0.113.9' \
        -H 'Forwarded: for=203.0.113.9'
    [ "$code" = 502 ]
    same events.out ''
    stop "$proxy" QUIT
    stop "$events"
    cat log/* >logged
    lacks logged 9f3ac2
    listen --path "@$T/path" --allow 127.0.0.0/8
    proxy
    over POST /9f3ac2 "$(body setup 1)" -H 'X-Forwarded-For: 203.0.113.9'
    [ "$code" = 200 ]
    holds events.out 'length == 1'
}
t "--allow is about the proxy, whatever X-Forwarded-For says" addresses

networks_of_nginx() {
    listen --path "@$T/path"
    proxy 's|# allow|allow|'
    over POST /9f3ac2 "$(body setup 1)"
    [ "$code" = 403 ]
    same events.out ''
}
t "nginx: the networks that may ask are said there" networks_of_nginx

through_caddy() {
    listen --path "@$T/path" --default '{"next":5}'
    {
        printf '{\n\tadmin off\n\tauto_https disable_redirects\n}\n'
        sed "s|127.0.0.1:9919|127.0.0.1:$port|
            s|^hooks.example.com {|&\n\tbind unix/$PWD/tls\n\ttls $T/cert.pem $T/key.pem|" "$samples/webhooks/Caddyfile"
    } >Caddyfile
    spawn proxy caddy run --config Caddyfile --adapter caddyfile
    proxy=$pid
    wait_until 30 proxied
    webhooks
    stop "$proxy"
    lacks proxy.err 9f3ac2
}
t "Caddy: the same" through_caddy

# jaxl-events as the unit runs it, in a folder in place of /srv/webhooks
under_systemd() {
    local unit=$samples/systemd/jaxl-events.service line
    cp "$T/path" path
    echo '{"event":"setup","next":5}' >flow.ndjson
    line=$(sed -n 's/^ExecStart=//p' "$unit" | sed "s|%d|$PWD|; s|:99[0-9]*|:0|g")
    # shellcheck disable=SC2086 # words
    spawn events $line
    events=$pid
    wait_until 30 listening
    port=$(sed -n 's/.*listening on port //p' events.err)
    path=/9f3ac2 tell setup 1
    said '{"next":5}'
    holds events.ndjson 'length == 1'
    has events.err 'metrics on port'
    stop "$events"
    has "$unit" "^SuccessExitStatus=$rc$"
    sed 's/^{/[/' flow.ndjson >wrong.ndjson
    # shellcheck disable=SC2086 # words
    run ${line/flow.ndjson/wrong.ndjson}
    has "$unit" "^RestartPreventExitStatus=(.* )?$rc( |$)"
    sed "s|^ExecStart=jaxl-events|ExecStart=$(command -v jaxl-events)|; /^User=/d; s|/srv/webhooks|$PWD|" \
        "$unit" >jaxl-events.service
    run systemd-analyze verify --man=no ./jaxl-events.service
    status 0
    lacks err 'jaxl-events'
}
t "the unit of the samples" under_systemd
