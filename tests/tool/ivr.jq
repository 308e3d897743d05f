# The menus of an input or an export (slurped), one text for each, without names and ids: what it
# says, and where its options lead, menus told by what they say.
group_by(.ivr) | map(select(.[0].ivr)) |
INDEX(.[0].ivr) as $all |
($all | map_values([.[] | select(.input == null and .phone == null).message][0])) as $say |
$all | to_entries[] | .key as $name | .value |
(map(select(.input == null and .phone == null))[0] // empty) |
{message, hangup: (.hangup // false),
    options: ($all[$name] | map(select(.input) | del(.ivr) |
        if .next then .next |= ($say[tostring] // .) else . end) | sort_by(.input))} | tojson
