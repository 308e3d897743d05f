# Every call goes on to one phone.
#   jaxl-events --listen :9919 --respond 'awk -v phone=+12015550123 -f send-to-phone.awk'
function text(name) { # a member that is a text
    return match($0, "\"" name "\":\"[^\"]*\"") ? substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 5) : ""
}
{
    answer = text("event") == "setup" ? ",\"phone\":\"" phone "\"" : ""
    print "{\"id\":\"" text("id") "\"" answer "}"
    fflush()
}
