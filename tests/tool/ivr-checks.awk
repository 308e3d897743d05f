# From ivr-checks.txt to a folder for each block: N/name, N/in/FILE and N/want.
function begin(file) {
    path = folder "/in/" file
    if (match(path, /.*\//))
        system("mkdir -p '" substr(path, 1, RLENGTH) "'")
    printf "" >path
}
function end_block() {
    if (folder)
        print "jaxl-ivr-apply: " problems " problem" (problems == 1 ? "" : "s") " in ivr.ndjson" >(folder "/want")
}
/^## / {
    end_block()
    folder = sprintf("%s/%03d", out, ++n)
    problems = 0
    begin("ivr.ndjson")
    print substr($0, 4) >(folder "/name")
    next
}
!folder || $0 == "" { next }
/^== / { begin(substr($0, 4)); next }
/^> / {
    problems++
    $0 = substr($0, 3)
    print "jaxl-ivr-apply: " (/^[0-9]/ ? "ivr.ndjson, line " : "") $0 >(folder "/want")
    next
}
{ print >path }
END { end_block() }
