#!/usr/bin/env bash
# How fast jaxl-report sums calls and what they cost by day and campaign, beside what people pipe into today: Miller,
# jq, mawk, gawk and datamash, each with the program that is the fastest found for it; wc -l is the floor, and what
# yajl takes to tokenise the bytes a measure. The same calls as NDJSON and as CSV, as jaxl-dial writes both (csv: the
# lead is JSON in quotes) and with a column for everything (flat). One after the other, ROUNDS times in turn; what they
# say is compared with what jaxl-report says. Those that take long get fewer calls, SHARE bytes, and their time is
# scaled.
#
#   make bench                                    all of it; PARTS: report, and those of the other scripts
#   BYTES=50000000 ROUNDS=1 make bench            a quick look
#   INPUTS="ndjson csv flat calls" make bench     Call objects of the platform as well
set -euo pipefail
: "${builddir:=build}" "${srcdir:=.}" "${BYTES:=500000000}" "${SHARE:=50000000}" "${ROUNDS:=5}"
: "${INPUTS:=ndjson csv flat}"
[[ " ${PARTS:-report} " == *' report '* ]] || exit 0
build=$(cd "$builddir" && pwd)
bin=$build/bin/.libs # past libtool's wrappers, which are shell scripts
export LD_LIBRARY_PATH=$build/lib/.libs JAXL_MODULE_DIR=$build/lib
export LC_ALL=C # with which awk and sort are fastest

for tool in jq mlr mawk gawk datamash /usr/bin/time; do
    command -v $tool >/dev/null || { echo "bench: $tool is missing: .ci/install bench" >&2 && exit 1; }
done

# The programs of the others. They say, in any order, "day,campaign,calls", and "day,campaign,currency,cost" where
# calls have one.

# No JSON parser: it looks for the members where they are.
awk_ndjson='
    (i = index($0, at)) {
        k = substr($0, i + length(at), 10)
        i = index($0, campaign)
        s = substr($0, i + length(campaign), 80)
        k = k "," substr(s, 1, index(s, "\"") - 1)
        calls[k]++
        if (i = index($0, "\"cost\":")) {
            s = substr($0, i + 7, 80)
            cost[k "," substr(s, index(s, "\"currency\":\"") + 12, 3)] += s
        }
    }
    END {
        for (k in calls) print k "," calls[k]
        for (k in cost) printf "%s,%.6f\n", k, cost[k]
    }'

# No CSV parser: what is quoted in front of these columns would break it.
awk_csv='
    NF > 15 && $11 ~ /^2/ {
        k = substr($11, 1, 10) "," $5
        calls[k]++
        if ($15 != "") cost[k "," $16] += $15
    }
    END {
        for (k in calls) print k "," calls[k]
        for (k in cost) printf "%s,%.6f\n", k, cost[k]
    }'

mlr_any='
    if (is_string(AT) && AT != "") {
        k = substr(AT, 0, 9) . "," . CAMPAIGN;
        @calls[k] += 1;
        if (is_not_empty(COST)) { @cost[k . "," . CURRENCY] += COST; }
    }
    end {
        for (k, n in @calls) { print k . "," . n; }
        for (k, n in @cost) { print k . "," . fmtnum(n, "%.6f"); }
    }'

# Sums within jq would copy all of them at each record.
jq_ndjson='
    jq -r "select(.$1) | [.$1[:10], .$2, .costs[0].currency, .costs[0].cost] | @tsv" "$3" | mawk -F "\t" "
        { calls[\$1 \",\" \$2]++ }
        \$4 != \"\" { cost[\$1 \",\" \$2 \",\" \$3] += \$4 }
        END {
            for (k in calls) print k \",\" calls[k]
            for (k in cost) printf \"%s,%.6f\\n\", k, cost[k]
        }"'

# It has no substrings, and takes no empty number.
datamash_csv='
    cut -d, -f5,11,15,16 "$1" | sed -n "s/\(.*\),\(2.*\)T[^,]*Z,/\2,\1,/; s/,,$/,0,/; s/^2/&/p" |
        datamash -t, -s -g1,2,4 count 3 sum 3'

# set_command NAME INPUT FILE: what NAME runs, in the array command
set_command() {
    local at=placed_at of=campaign member='$campaign' cost='${costs.0.cost}' currency='${costs.0.currency}' mlr
    case $2 in
    ndjson) cost='$costs[1]["cost"]' currency='$costs[1]["currency"]' ;;
    calls)
        at=created_on of=camp.name member='$camp["name"]'
        cost='$costs[1]["cost"]' currency='$costs[1]["currency"]'
        ;;
    esac
    mlr=${mlr_any//AT/\$$at}
    mlr=${mlr//CAMPAIGN/$member}
    mlr=${mlr//COST/$cost}
    mlr=${mlr//CURRENCY/$currency}
    case $1:$2 in
    wc:*) command=(wc -l) ;;
    yajl:*) command=("$build/tests/bench/yajl_tokens") ;;
    jaxl-report-*) command=("$bin/jaxl-report" calls --by 'day,campaign' --tz UTC --output ndjson --threads "${1##*-}") ;;
    mlr:ndjson | mlr:calls) command=(mlr --ijsonl --ojsonl put -q "$mlr") ;;
    mlr:*) command=(mlr --icsv --ocsv put -q "$mlr") ;;
    jq:*) command=(bash -c "$jq_ndjson" - "$at" "$of") ;;
    *awk:ndjson | *awk:calls) command=("$1" -v "at=\"$at\":\"" -v "campaign=\"${of##*.}\":\"" "$awk_ndjson") ;;
    *awk:*) command=("$1" -F "," "$awk_csv") ;;
    datamash:*) command=(bash -c "$datamash_csv" -) ;;
    esac
    command+=("$3")
}

# same_form NAME: brings what it said into the form of the others, sorted.
same_form() {
    case $1 in
    jaxl-report-*)
        jq -r 'select(.day) | [.day, .campaign, .currency, .attempts, .cost] | @csv' | tr -d '"' | awk -F, '
            { calls[$1 "," $2] += $4 }
            $3 != "" { printf "%s,%s,%s,%.6f\n", $1, $2, $3, $5 }
            END { for (k in calls) print k "," calls[k] }'
        ;;
    datamash)
        awk -F, '
            { calls[$1 "," $2] += $4 }
            $3 != "" { printf "%s,%s,%s,%.6f\n", $1, $2, $3, $5 }
            END { for (k in calls) print k "," calls[k] }'
        ;;
    *) cat ;;
    esac | sort
}

# one NAME INPUT FILE: appends "input name file seconds cpu-seconds KiB" to results.
one() {
    local command real user sys kib
    set_command "$@"
    /usr/bin/time -q -f '%e %U %S %M' -o cost "${command[@]}" >said 2>err || { cat err >&2 && exit 1; }
    read -r real user sys kib <cost
    echo "$2 $1 $3 $real $(awk "BEGIN { print $user + $sys }") $kib" >>results
    case $1 in
    wc | yajl) return ;;
    esac
    same_form "$1" <said >"said.$1"
    if [ ! -e "sums.$3" ]; then
        [ "$(wc -l <"said.$1")" -gt 2000 ]
        mv "said.$1" "sums.$3"
    elif ! cmp -s "sums.$3" "said.$1"; then
        echo "bench: $1 says something else of $3:" >&2
        diff "sums.$3" "said.$1" | sed 5q >&2
        exit 1
    fi
}

# Who takes part with that input, with all of it and with the share.
contenders() {
    case $1 in
    ndjson | calls) echo wc yajl jaxl-report-1 jaxl-report-2 mawk gawk ;;
    *) echo wc jaxl-report-1 jaxl-report-2 mawk gawk datamash ;;
    esac
}
slow() {
    case $1 in
    ndjson | calls) echo jaxl-report-1 jq mlr ;;
    *) echo jaxl-report-1 mlr ;;
    esac
}

# The table of an input, and what the issue asks for: names of the aims, and what was measured.
table() {
    awk -v input="$1" -v size="$(stat -c %s "all.$1")" -v share="$(stat -c %s "share.$1")" '
        function median(list, n,   a, i, j, t) {
            split(list, a, " ")
            for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (a[j] + 0 < a[i] + 0) { t = a[i]; a[i] = a[j]; a[j] = t }
            return a[int((n + 1) / 2)]
        }
        $1 == input {
            scale = 1
            if ($3 ~ /^share/) {
                if ($2 ~ /^jaxl-report/) next # only to compare
                scale = size / share
            }
            if (!($2 in n)) order[++k] = $2
            n[$2]++
            scaled[$2] = scale > 1
            time[$2] = time[$2] " " $4 * scale
            cpu[$2] = cpu[$2] " " $5 * scale
            if ($6 > kib[$2]) kib[$2] = $6
        }
        END {
            printf "%-15s %9s %9s %9s %9s %10s\n", input, "seconds", "CPU", "MB/s", "MiB", "report -t1"
            for (i = 1; i <= k; i++) {
                s[order[i]] = median(time[order[i]], n[order[i]])
                c[order[i]] = median(cpu[order[i]], n[order[i]])
            }
            own = s["jaxl-report-1"]
            for (i = 1; i <= k; i++) {
                name = order[i]
                printf "%-15s %9.2f %9.2f %9.1f %9.1f %9.2fx %s\n", name, s[name], c[name],
                    size / 1e6 / s[name], kib[name] / 1024, s[name] / own, scaled[name] ? "(scaled)" : ""
            }
            if ("yajl" in s) {
                printf "  %5.1f times as fast as Miller with one thread (aim: 25), %.1f with two (aim: 45); by CPU time %.1f\n",
                    s["mlr"] / own, s["mlr"] / s["jaxl-report-2"], c["mlr"] / c["jaxl-report-1"]
                printf "  %5.1f %% of the time of yajl (aim: 80); by CPU time %.1f %%\n", 100 * own / s["yajl"],
                    100 * c["jaxl-report-1"] / c["yajl"]
            } else {
                printf "  %5.1f times as fast as mawk with one thread (aim: 3), %.1f with two; by CPU time %.1f\n",
                    s["mawk"] / own, s["mawk"] / s["jaxl-report-2"], c["mawk"] / c["jaxl-report-1"]
            }
            printf "  %5.1f MiB at most (aim: under 32)\n",
                (kib["jaxl-report-1"] > kib["jaxl-report-2"] ? kib["jaxl-report-1"] : kib["jaxl-report-2"]) / 1024
        }' results
}

. "$(dirname "$0")/self.sh"
pairs=() shares=()
for input in $INPUTS; do
    pairs+=("$input" "all.$input") shares+=("$input" "share.$input")
done
"$build/tests/bench/calls_make" "$BYTES" "${pairs[@]}"
"$build/tests/bench/calls_make" "$SHARE" "${shares[@]}"
echo "== calls and cost by day and campaign: $(stat -c %s "all.${INPUTS%% *}") bytes of ${INPUTS%% *}," \
    "of which jq and mlr get $(stat -c %s "share.${INPUTS%% *}"); median of $ROUNDS rounds"
for input in $INPUTS; do
    for ((round = 0; round < ROUNDS; round++)); do
        for name in $(contenders "$input"); do
            one "$name" "$input" "all.$input"
        done
        for name in $(slow "$input"); do
            one "$name" "$input" "share.$input"
        done
    done
    table "$input"
done
