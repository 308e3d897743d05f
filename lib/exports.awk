# Prints the name of every JAXL_API declaration in the headers given, one a line.
{
    line = $0
    if (line ~ /^#/ || directive) { # preprocessor lines, continued ones too
        directive = line ~ /\\$/
        next
    }
    text = text " " line
}

END {
    while (match(text, /\/\*/)) { # comments
        rest = substr(text, RSTART + 2)
        text = substr(text, 1, RSTART - 1)
        if (!match(rest, /\*\//))
            break
        text = text " " substr(rest, RSTART + 2)
    }
    n = split(text, statement, ";")
    for (i = 1; i <= n; i++) {
        if (!match(statement[i], /(^|[^A-Za-z0-9_])JAXL_API[^A-Za-z0-9_]/))
            continue
        name = substr(statement[i], RSTART + RLENGTH)
        sub(/\(.*/, "", name) # a function: what stands before its first parenthesis
        sub(/[ \t]+$/, "", name)
        sub(/.*[^A-Za-z0-9_]/, "", name)
        print name
    }
}
