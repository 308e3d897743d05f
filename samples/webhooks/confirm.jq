# Asks for a number, reads it back, and connects with it when the caller presses 1.
#   jaxl-events --listen :9919 --respond 'jq -n --unbuffered -cf confirm.jq'
def ask($before): {prompt: ($before + "Enter the number that you want to reach, then the star key."), num_characters: "*"};
foreach inputs as $e ({};
  ($e.call_id | tostring) as $call
  | if $e.event == "data" then .[$call] = "+" + ($e.data | rtrimstr("*"))
    elif $e.event == "teardown" then del(.[$call]) else . end
  | .now = .[$call];
  {id: $e.id} + (
    if $e.event == "setup" then ask("")
    elif $e.event == "data" and (.now | test("^\\+[1-9][0-9]{6,14}$") | not) then ask("That is no number. ")
    elif $e.event == "data" then
      {prompt: "You entered \(.now[1:] / "" | join(" ")). Press 1 if that is right, 2 to try again.", num_characters: 1}
    elif $e.event == "option" and $e.option == "1" and .now then {phone: .now}
    elif $e.event == "option" then ask("")
    else {} end))
