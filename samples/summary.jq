# The summary of a campaign from its records: jq -rsf summary.jq results.ndjson
def count(f): map(select(f)) | length;
def is(words): .disposition as $d | words | split(" ") | index($d) != null;

# Amounts are summed as whole millionths: jq has only binary fractions, and those do not add up.
def millionths: . * 1000000 | round;

def costs:
    [.[].costs[]? | select(.cost)] | group_by(.currency)
    | map("\(map(.cost | millionths) | add / 1000000) \(.[0].currency)") | join(", ");

"leads      \(length)",
"answered   \(count(is("ANSWERED")))",
"missed     \(count(is("NO_ANSWER")))",
"voicemail  \(count(is("VOICEMAIL")))",
"failed     \(count(.state == "done" and (is("ANSWERED NO_ANSWER VOICEMAIL") | not)))",
"refused    \(count(.state == "refused"))",
"unknown    \(count(.state == "unknown"))",
"cost       \(costs)"
