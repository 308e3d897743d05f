# Asks for a number, reads it back, and connects with it when the caller presses 1.
#   jaxl-events --listen :9919 --respond 'awk -f confirm.awk'
function text(name) { # a member that is a text
    return match($0, "\"" name "\":\"[^\"]*\"") ? substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 5) : ""
}
function say(what, n) {
    return ",\"prompt\":\"" what "\",\"num_characters\":" n
}
{
    event = text("event"); answer = ""
    match($0, /"call_id":[0-9]+/)
    call = substr($0, RSTART + 10, RLENGTH - 10)
    ask = "Enter the number that you want to reach, then the star key."
    if (event == "data") {
        number = text("data"); sub(/\*$/, "", number)
        wrong = number !~ /^[1-9][0-9]+$/ || length(number) < 7 || length(number) > 15
        numbers[call] = wrong ? "" : "+" number
        gsub(/./, " &", number)
        answer = wrong ? say("That is no number. " ask, "\"*\"") : say("You entered" number ". Press 1 if that is right, 2 to try again.", 1)
    } else if (event == "option" && text("option") == "1" && numbers[call])
        answer = ",\"phone\":\"" numbers[call] "\""
    else if (event == "setup" || event == "option")
        answer = say(ask, "\"*\"")
    else if (event == "teardown")
        delete numbers[call]
    print "{\"id\":\"" text("id") "\"" answer "}"
    fflush()
}
