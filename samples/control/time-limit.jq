# From the records of jaxl-dial --follow placed: a hang-up for each call, when it has taken too long.
#
#   jaxl-dial --follow placed ... | jq -c --unbuffered --arg after 10m -f time-limit.jq |
#       jaxl-control --queue 100000
select(.call_id)
| {action: "hangup", call_id, delay: $after, if: "active", lead}
