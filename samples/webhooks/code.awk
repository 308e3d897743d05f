# Asks for a code and connects with the phone that it belongs to; three times, then good-bye.
#   jaxl-events --listen :9919 --respond 'awk -f code.awk phones.txt -'
# where phones.txt has lines as: 1234 +12015550123
function text(name) { # a member that is a text
    return match($0, "\"" name "\":\"[^\"]*\"") ? substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 5) : ""
}
function say(what, n) {
    return ",\"prompt\":\"" what "\",\"num_characters\":" n
}
FNR == NR { phones[$1] = $2; next }
{
    event = text("event"); answer = ""
    match($0, /"call_id":[0-9]+/)
    call = substr($0, RSTART + 10, RLENGTH - 10)
    code = text("data"); sub(/\*$/, "", code)
    if (event == "setup")
        answer = say("Please enter your code, then the star key.", "\"*\"")
    else if (event == "data" && code in phones)
        answer = ",\"phone\":\"" phones[code] "\""
    else if (event == "data" && ++tries[call] < 3)
        answer = say("That is not a code. Once more, then the star key.", "\"*\"")
    else if (event == "data")
        answer = say("That is not a code. Goodbye.", 0)
    else if (event == "teardown")
        delete tries[call]
    print "{\"id\":\"" text("id") "\"" answer "}"
    fflush()
}
