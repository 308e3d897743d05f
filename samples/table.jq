# A line for each record, for a person: jq --unbuffered -rf table.jq
def column(n): (tostring + " " * n)[:n] + " ";

(.to | column(14)) + (.input.name | column(22)) + (.state | column(9))
    + (.disposition // .reason // "" | column(23)) + ("\(.duration // 0) s" | column(6))
    + (.costs[0] | if . then "\(.cost) \(.currency)" else "" end)
