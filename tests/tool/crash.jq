# What a ledger says against what the platform did. $attempts: of `jaxl-dial attempts`; $placed: the
# calls of the sandbox's journal; $requests: how often a call was asked for. One line for each thing
# that is wrong.
def states: map(.state) | join(", ");
($placed | group_by(.session_id) | map({key: .[0].session_id, value: .}) | from_entries) as $calls
| ($attempts | group_by(.session_id) | map({key: .[0].session_id, value: .}) | from_entries) as $told
| ($placed | map({key: (.call_id | tostring), value: .}) | from_entries) as $by_id
| ($calls | to_entries[] | select(.value | length > 1)
    | "\(.value[0].to) was called \(.value | length) times for one attempt (\(.key))"),
  ($calls | to_entries[] | select($told[.key] | not)
    | "\(.value[0].to) was called for an attempt that is not in the ledger (\(.key))"),
  ($told | to_entries[] | select(.value | map(.to) | unique | length > 1)
    | "attempts to several numbers have one session: \(.key)"),
  ($attempts[] | select(.call_id) | . as $a | $by_id[.call_id | tostring]
    | select(.session_id != $a.session_id or .to != $a.to)
    | "attempt \($a.id) to \($a.to) says that it was call \($a.call_id), which is another's: \(.)"),
  ($attempts | map(select(.call_id)) | group_by(.call_id)[] | select(length > 1)
    | "call \(.[0].call_id) is that of several attempts: \(map(.id))"),
  ($told | to_entries[] | . as $t
    | (if .value | any(.call_id) then [1] elif .value | any(.state == "unknown" or .state == "intended")
       then [0, 1] else [0] end) as $right
    | ($calls[.key] // [] | length) as $n | select($right | index($n) | not)
    | "\($t.value[0].to): \($n) calls, but its attempts are \($t.value | states)"),
  (if $requests > ($attempts | length)
   then "\($attempts | length) attempts, but \($requests) requests" else empty end)
