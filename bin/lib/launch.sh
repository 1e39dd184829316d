# How switchd becomes java: sourced by bin/switchd, and the head of the script that `switchd install` writes.

# `switchd run` becomes its command, which is to find all as the caller has it. Of what the JVM changes, only the caller's
# process can tell how it was: the descriptors it was given, and on Linux the signals it ignores.
jvm_options=
if [ "${1-}" = run ]; then
    descriptors=
    # A child does not see what the shell has for itself, the shell does not see what the child has.
    for descriptor in $(PATH=/usr/bin:/bin:$PATH && ls /dev/fd/ 2>/dev/null); do
        [ ! -e "/dev/fd/$descriptor" ] || descriptors=$descriptors,$descriptor
    done
    # No thread of the JVM's is to have a file open when the process becomes the command.
    jvm_options=-XX:-UseDynamicNumberOfCompilerThreads
    ignored=0
    if [ -r /proc/self/status ]; then
        jvm_options="$jvm_options -XX:-UseContainerSupport"
        while read -r key value; do
            [ "$key" != SigIgn: ] || ignored=$value
        done </proc/self/status
    fi
    jvm_options="$jvm_options -Xrs -XX:-MaxFDLimit -Dswitchd.run.descriptors=$descriptors -Dswitchd.run.ignored=$ignored"
fi

# Nothing of the caller's may end up in the daemon's process. For `switchd run`, it is put aside.
hide() {
    eval "value=\${$1-}; is_set=\${$1+yes}"
    if [ "$is_set" = yes ]; then
        unset "$1"
        [ -z "$jvm_options" ] || export "_switchd_$1=$value"
    fi
}
# What the dynamic linker obeys first, for what finds the others. A linker's and a JVM's are known by their prefixes.
for name in LD_PRELOAD LD_AUDIT LD_LIBRARY_PATH CLASSPATH CDPATH GCONV_PATH LOCPATH NLSPATH GLIBC_TUNABLES; do
    hide "$name"
done
for name in $(PATH=/usr/bin:/bin:$PATH && env \
    | sed -n -E 's/^((LD|DYLD|MALLOC|_?JAVA|JDK|IBM|OPENJ9)_[A-Za-z0-9_]*)=.*/\1/p'); do
    [ "$name" = JAVA_HOME ] || hide "$name"
done
callers_java_home=${JAVA_HOME-}
had_java_home=${JAVA_HOME+yes}

# Prints the words of a command that runs the daemon by $1, its JDK's launcher, with no more of root's rights than it
# keeps (docs/security.md); nothing where there is no such command, or this user may not.
daemons_limits() {
    setpriv=$(PATH=/usr/bin:/bin && command -v setpriv) || return 0
    keep=+chown,+dac_read_search,+setgid,+setuid,+net_admin,+net_raw
    set -- "$1" "$setpriv" --no-new-privs --inh-caps=-all --bounding-set=-all,$keep
    java=$1
    shift
    ! "$@" test -x "$java" 2>/dev/null || echo "$@"
}

# True for a file that only root and the caller can have written: its code runs as the program's own.
is_own_file() {
    [ -f "$1" ] && [ -n "$(PATH=/usr/bin:/bin:$PATH && find "$1" -prune -type f \( -user 0 -o -user "$(id -u)" \) \
        ! -perm -020 ! -perm -002 -print 2>/dev/null)" ]
}

# launch JAVA IMAGE [argument...]: becomes JAVA with the jars in IMAGE. Beside that folder may lie a cache of their classes,
# loaded and linked, for that JAVA: of other jars or another JAVA it is not used. The one argument `cache` makes it.
launch() {
    hide MAVEN_OPTS
    java=$1
    image=$2
    shift 2
    if [ "$had_java_home" = yes ]; then
        JAVA_HOME=$callers_java_home
    else
        unset JAVA_HOME
    fi
    limits=
    case ${1-} in
        # It measures; the others are over before a second compiler pays.
        demo) ;;
        [a-z]*) jvm_options="$jvm_options -XX:TieredStopAtLevel=1" ;;
        # The daemon gives up what it does not need, but cannot for threads that the JVM starts before it.
        *) limits=$(daemons_limits "$java") ;;
    esac
    cache=${image%/*}/switchd.aot
    if [ $# -eq 1 ] && [ "$1" = cache ]; then
        make_cache
        return
    fi
    set -- -m switchd.daemon/switchd.daemon.cli.Main "$@"
    if is_own_file "$cache"; then
        # Where it does not fit, that is no news.
        set -- "-XX:AOTCache=$cache" -Xlog:aot=off "$@"
    fi
    become_java "$@"
}

become_java() {
    # shellcheck disable=SC2086 # words
    exec $limits "$java" $jvm_options \
        -XX:+UseSerialGC -Xms8m -Xmx64m -XX:+ExitOnOutOfMemoryError -XX:+DisplayVMOutputToStderr \
        -XX:-UsePerfData \
        --enable-native-access=switchd.posix,org.newsclub.net.unix \
        -Dfile.encoding=UTF-8 \
        -p "$image" "$@"
}

# Has the JVM note what a daemon and its commands need, in a folder of their own. As a command, by the first compiler
# alone: profiles for the second one have it compile half a second long at each start of a daemon.
make_cache() {
    next=${image%/*}/.switchd.aot.$$
    work=$(mktemp -d "${TMPDIR:-/tmp}/switchd-cache.XXXXXX") || return 1
    status=0
    (
        umask 022
        for name in $(env | sed -n 's/^\(SWITCHD_[A-Z_]*\)=.*/\1/p'); do
            unset "$name"
        done
        become_java "-XX:AOTCacheOutput=$next" -Xlog:disable \
            -m switchd.daemon/switchd.daemon.cli.Rehearsal "$work"
    ) </dev/null >"$work/said" 2>&1 || status=$?
    if [ "$status" -eq 0 ] && [ -f "$next" ]; then
        mv -f "$next" "$cache" || status=73
    else
        cat "$work/said" >&2
        echo "switchd: no $cache was made: switchd runs without it, and starts slower" >&2
        status=73
    fi
    rm -rf "$work" "$next" "$next.config"
    return "$status"
}
