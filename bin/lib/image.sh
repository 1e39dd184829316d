# Sourced by bin/switchd: a folder that holds all that switchd needs, the JVM included.

# What the modules of switchd and of its libraries require.
image_modules=java.base,java.xml,jdk.unsupported

# make_image BUILT FOLDER [--no-cache]: makes FOLDER of what was built (lib, share) and a JVM linked from the JDK in
# JAVA_HOME, and the cache of its classes, which is good for this folder alone: one that is to be moved needs none.
make_image() {
    case $2 in
        /*) to=$2 ;;
        *) to=$PWD/$2 ;;
    esac
    if [ -e "$to" ] || [ -L "$to" ]; then
        echo "switchd: $to is there already: name a folder that is not" >&2
        return 73
    fi
    mkdir "$to" || return 73
    if ! fill_image "$1" "$to" >&2; then
        rm -rf "$to"
        echo "switchd: no image was made; what was said of that is above." >&2
        return 73
    fi
    # It does without, where that fails.
    [ "${3-}" = --no-cache ] || "$to/bin/switchd" cache || true
    printf '%s\n' "$to"
}

fill_image() {
    mkdir "$2/bin" \
        && "$JAVA_HOME/bin/jlink" --add-modules "$image_modules" --output "$2/jdk" \
            --strip-debug --no-header-files --no-man-pages --compress zip-6 \
        && cp -R "$1/lib" "$1/share" "$2" \
        && image_launcher >"$2/bin/switchd" \
        && chmod 755 "$2/bin/switchd"
}

# The command of the image: finds its folder, wherever that lies by then.
image_launcher() {
    cat <<'EOF'
#!/bin/sh
# Runs switchd by the JVM beside it.
set -eu

EOF
    cat "$root/bin/lib/launch.sh" || return 1
    cat <<'EOF'

self=$0
while [ -L "$self" ]; do
    link=$(readlink "$self")
    case $link in
        /*) self=$link ;;
        *) self=$(dirname "$self")/$link ;;
    esac
done
home=$(CDPATH='' cd "$(dirname "$self")/.." && pwd -P)
launch "$home/jdk/bin/java" "$home/lib" "$@"
EOF
}
