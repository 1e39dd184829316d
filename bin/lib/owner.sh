# Sourced by bin/switchd and bin/test. A build that root starts in another user's checkout must leave nothing there
# which that user cannot overwrite.

# Prints the numeric owner of $1. GNU first, then BSD.
owner_id() {
    stat -c %u "$1" 2>/dev/null || stat -f %u "$1"
}

# True where root works in a checkout ($1) that belongs to someone else.
is_foreign_root() {
    [ "$(id -u)" -eq 0 ] && [ "$(owner_id "$1")" -ne 0 ]
}

# Gives all build output of checkout $1 that belongs to root back to the checkout's owner. Links are not followed.
give_back() {
    is_foreign_root "$1" || return 0
    for _dir in "$1"/target "$1"/*/target; do
        if [ -d "$_dir" ] && [ ! -L "$_dir" ]; then
            find "$_dir" -user 0 -exec chown -h "$(owner_id "$1")" {} +
        fi
    done
}

# as_owner checkout command...: runs the command as the checkout's owner where root may become that user and the
# user can run the JDK in JAVA_HOME, else as oneself.
as_owner() {
    _checkout=$1
    shift
    if ! is_foreign_root "$_checkout"; then
        "$@"
        return
    fi
    give_back "$_checkout"
    _name=$(ls -ld "$_checkout" | awk '{ print $3 }')
    case $_name in
        '' | [0-9]* | *[!A-Za-z0-9._-]*) _home= ;; # no such account
        *) _home=$(eval "printf '%s\n' ~$_name") ;;
    esac
    if [ -d "$_home" ]; then
        _uid=$(owner_id "$_checkout")
        _gid=$(id -g "$_name")
        for _become in "setpriv --reuid=$_uid --regid=$_gid --init-groups" "sudo -n -u #$_uid"; do
            # Split on purpose: neither the words nor the ids hold blanks.
            # shellcheck disable=SC2086
            if $_become test -x "$JAVA_HOME/bin/javac" </dev/null >/dev/null 2>&1; then
                $_become env HOME="$_home" USER="$_name" LOGNAME="$_name" PATH="$PATH" \
                    JAVA_HOME="$JAVA_HOME" MAVEN_OPTS="${MAVEN_OPTS:-}" "$@"
                return
            fi
        done
    fi
    _status=0
    "$@" || _status=$?
    give_back "$_checkout"
    return $_status
}
