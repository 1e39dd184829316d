# Reads surefire's and failsafe's XML reports, prints each skipped test with its reason and then one line of sums.
# With -v strict=1 exits 1 where a test was skipped for another reason than that it
# "needs macOS" or "needs Linux", which no machine can mend.

function attribute(line, name,    at, rest) {
    at = index(line, " " name "=\"")
    if (at == 0) return ""
    rest = substr(line, at + length(name) + 3)
    return plain(substr(rest, 1, index(rest, "\"") - 1))
}

function plain(text) {
    gsub(/&#10;/, " ", text)
    gsub(/&lt;/, "<", text)
    gsub(/&gt;/, ">", text)
    gsub(/&quot;/, "\"", text)
    gsub(/&apos;|&#39;/, "'", text)
    gsub(/&amp;/, "\\&", text)
    return text
}

# JUnit and AssertJ put their own words around a test's reason.
function reason_of(text) {
    sub(/^Assumption failed: /, "", text)
    sub(/^.* ==> /, "", text)
    if (sub(/^assumption was not met due to: \[/, "", text)) sub(/\] *$/, "", text)
    return text == "" || text == "assumption is not true" ? "no reason given" : text
}

/^<testsuite / {
    tests += attribute($0, "tests")
    failed += attribute($0, "failures") + attribute($0, "errors")
    skipped += attribute($0, "skipped")
}

/^ *<testcase / {
    class = attribute($0, "classname")
    name = attribute($0, "name")
}

# A condition's reason is an attribute; that of an assumption opens the stack trace, perhaps a line further down.
/^ *<skipped/ {
    if (index($0, "message=\"")) {
        report(attribute($0, "message"))
    } else {
        text = $0
        sub(/^[^>]*>/, "", text)
        sub(/^<!\[CDATA\[/, "", text)
        sub(/^[A-Za-z0-9_.$]+: */, "", text)
        open = 1
    }
}

open && !/^ *<skipped/ { text = $0 }

open && (text !~ /^ *$/ || /<\/skipped>/) {
    sub(/\]\]>.*/, "", text)
    sub(/^[ \t]+/, "", text)
    report(text)
    open = 0
}

function report(text,    reason) {
    reason = reason_of(text)
    if (reason !~ /^needs (macOS|Linux)/) unexpected++
    print "skipped: " class (name == "" ? "" : "." name) ": " reason
}

END {
    if (strict && unexpected) printf "%d skipped without need: this machine is expected to run them\n", unexpected
    printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped
    exit strict && unexpected ? 1 : 0
}
