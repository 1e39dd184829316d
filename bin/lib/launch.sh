# How switchd becomes java: sourced by bin/switchd, and the head of the script that `switchd install` writes.

# `switchd run` becomes its command, which is to find all as the caller has it. Of what the JVM changes, only the caller's
# process can tell how it was: the descriptors it was given, and on Linux the signals it ignores.
jvm_options=
if [ "${1-}" = run ]; then
    descriptors=
    # A child does not see what the shell has for itself, the shell does not see what the child has.
    for descriptor in $(ls /dev/fd/ 2>/dev/null); do
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
for name in LD_PRELOAD JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH CDPATH; do
    hide "$name"
done
for name in $(env | sed -n 's/^\(DYLD_[A-Za-z0-9_]*\)=.*/\1/p'); do
    hide "$name"
done
callers_java_home=${JAVA_HOME-}
had_java_home=${JAVA_HOME+yes}

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
    # shellcheck disable=SC2086 # words
    exec "$java" $jvm_options \
        -XX:+UseSerialGC -Xms64m -Xmx64m -Xshare:auto -XX:-UsePerfData \
        --enable-native-access=switchd.posix,org.newsclub.net.unix \
        -Dfile.encoding=UTF-8 \
        -p "$image" -m switchd.daemon/switchd.daemon.cli.Main "$@"
}
