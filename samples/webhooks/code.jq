# Asks for a code and connects with the phone that it belongs to; three times, then good-bye.
#   jaxl-events --listen :9919 --respond 'jq -n --unbuffered -cf code.jq --argjson phones "$(cat phones.json)"'
# where phones.json is {"1234": "+12015550123", "5678": "+12015550124"}
foreach inputs as $e ({};
  ($e.call_id | tostring) as $call
  | if $e.event == "data" then .[$call] += 1 # how often that caller has tried
    elif $e.event == "teardown" then del(.[$call]) else . end
  | .now = $call;
  $phones[$e.data // "" | rtrimstr("*")] as $phone
  | {id: $e.id} + (
      if $e.event == "setup" then {prompt: "Please enter your code, then the star key.", num_characters: "*"}
      elif $e.event != "data" then {}
      elif $phone then {phone: $phone}
      elif .[.now] < 3 then {prompt: "That is not a code. Once more, then the star key.", num_characters: "*"}
      else {prompt: "That is not a code. Goodbye.", num_characters: 0} end))
