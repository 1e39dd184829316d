# Sourced by bin/switchd and bin/test, with owner.sh. Finds a JDK by reading `release` files; no JVM is started.

JDK_WANTED=25

# Prints the path a chain of symbolic links ends at.
resolve_links() {
    _link=$1
    while [ -L "$_link" ]; do
        _to=$(readlink "$_link")
        case $_to in
            /*) _link=$_to ;;
            *) _link=$(dirname "$_link")/$_to ;;
        esac
    done
    printf '%s\n' "$_link"
}

# Prints the major version of the JDK in folder $1; nothing where there is none.
jdk_major() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release" | head -n 1
}

# Root runs no JDK that another user may change, but where the checkout ($root) is that user's to change as well.
jdk_is_trusted() {
    [ "$(id -u)" -ne 0 ] || is_foreign_root "$root" || [ "$(owner_id "$1/bin/java")" -eq 0 ]
}

jdk_is_new_enough() {
    _major=$(jdk_major "$1")
    [ -n "$_major" ] && [ "$_major" -ge "$JDK_WANTED" ] && jdk_is_trusted "$1"
}

# The home of the user behind sudo, else one's own.
user_home() {
    case ${SUDO_USER:-} in
        '' | *[!A-Za-z0-9._-]*) printf '%s\n' "${HOME:-/}" ;;
        *) eval "printf '%s\n' ~$SUDO_USER" ;;
    esac
}

# Sets and exports JAVA_HOME to a JDK that is new enough: the one it names, else that of `java` on the PATH, else
# the oldest that fits of those installed. Returns 1 where there is none.
find_jdk() {
    if [ -n "${JAVA_HOME:-}" ] && jdk_is_new_enough "$JAVA_HOME"; then
        export JAVA_HOME
        return 0
    fi
    _java=$(command -v java 2>/dev/null) || _java=
    if [ -n "$_java" ]; then
        _java=$(resolve_links "$_java")
        _dir=$(cd "$(dirname "$_java")/.." 2>/dev/null && pwd -P) || _dir=
        if [ -n "$_dir" ] && jdk_is_new_enough "$_dir"; then
            JAVA_HOME=$_dir
            export JAVA_HOME
            return 0
        fi
    fi
    _best=
    _best_major=
    for _dir in /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        "$(user_home)"/.sdkman/candidates/java/*; do
        jdk_is_new_enough "$_dir" || continue
        if [ -z "$_best" ] || [ "$_major" -lt "$_best_major" ]; then
            _best=$_dir
            _best_major=$_major
        fi
    done
    [ -n "$_best" ] || return 1
    JAVA_HOME=$_best
    export JAVA_HOME
}

# As find_jdk, but says how to get one and exits 69 (EX_UNAVAILABLE) where there is none.
need_jdk() {
    find_jdk && return 0
    {
        echo "switchd needs a JDK $JDK_WANTED or later and found none (JAVA_HOME, PATH, the usual folders)."
        [ "$(id -u)" -ne 0 ] || echo "Those of other users do not count for root in a checkout of its own."
        if [ "$(uname -s)" = Darwin ]; then
            echo "To get one: brew install --cask temurin"
        elif [ -e /etc/debian_version ]; then
            echo "To get one: apt-get install openjdk-$JDK_WANTED-jdk-headless where Debian has it,"
            echo "else Temurin's package temurin-$JDK_WANTED-jdk, see https://adoptium.net/installation/linux"
        else
            echo "To get one: your package manager, or https://adoptium.net"
        fi
        echo "If you have one elsewhere, set JAVA_HOME to it (with sudo: sudo JAVA_HOME=... command)."
    } >&2
    exit 69
}

# Says how to get Maven and exits 69 where there is none.
need_maven() {
    command -v mvn >/dev/null 2>&1 && return 0
    {
        echo "switchd is built with Maven 3.8.7 or later, and there is no mvn on the PATH."
        if [ "$(uname -s)" = Darwin ]; then
            echo "To get it: brew install maven"
        elif [ -e /etc/debian_version ]; then
            echo "To get it: apt-get install maven"
        else
            echo "To get it: your package manager, where it is called maven"
        fi
    } >&2
    exit 69
}
