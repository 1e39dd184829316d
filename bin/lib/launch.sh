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

# launch JAVA IMAGE [argument...]: becomes JAVA with the jars in IMAGE.
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
    # shellcheck disable=SC2086 # words
    exec $limits "$java" $jvm_options \
        -XX:+UseSerialGC -Xms64m -Xmx64m -XX:+ExitOnOutOfMemoryError -XX:+DisplayVMOutputToStderr \
        -Xshare:auto -XX:-UsePerfData \
        --enable-native-access=switchd.posix,org.newsclub.net.unix \
        -Dfile.encoding=UTF-8 \
        -p "$image" -m switchd.daemon/switchd.daemon.cli.Main "$@"
}
