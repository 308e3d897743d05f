# From the final records of jaxl-dial: what is kept of each call, in its tags, notes and recording.
#
#   jq -c -f wrap-up.jq results.ndjson | jaxl-control >kept.ndjson
select(.call_id)
| {call_id, lead} as $call
| ($call + {action: "tag", name: .disposition, rationale: .failure_reason}),
  ($call + {action: "message", type: "note", text: "Attempt \(.attempt) of campaign \(.campaign)"}),
  if .disposition == "ANSWERED" then $call + {action: "audio", path: "\(.call_id).wav"} else empty end
