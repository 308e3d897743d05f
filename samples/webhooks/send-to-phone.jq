# Every call goes on to one phone.
#   jaxl-events --listen :9919 --respond 'jq --unbuffered -cf send-to-phone.jq --arg phone +12015550123'
if .event == "setup" then {id, phone: $phone}
else {id} end # the rest is answered by default
