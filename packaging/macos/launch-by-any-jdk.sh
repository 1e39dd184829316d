
self=$0
while [ -L "$self" ]; do
    link=$(readlink "$self")
    case $link in
        /*) self=$link ;;
        *) self=$(dirname "$self")/$link ;;
    esac
done
# Root runs no JDK of another user, but where all of this is that user's.
root=$(CDPATH='' cd "$(dirname "$self")/.." && pwd -P)
if [ -x "$root/jdk/bin/java" ]; then
    JAVA_HOME=$root/jdk
else
    need_jdk
fi
launch "$JAVA_HOME/bin/java" "$root/lib" "$@"
