# shellcheck shell=bash disable=SC2015,SC2016,SC2046
# Run by bin/test-packages, as root of a system that ends with it. The packages are in /mnt/packages.
set -euo pipefail
cd /mnt/packages

passed=0
pass() {
    passed=$((passed + 1))
    echo "ok      $1"
}
fail() {
    echo "failed  $1" >&2
    exit 1
}
# expect WORDS TEXT PATTERN: the text has the pattern of bash in it.
expect() {
    # shellcheck disable=SC2053 # a pattern
    [[ $2 == *$3* ]] && pass "$1" || fail "$1: expected $3 in: $2"
}
# refused WORDS PATTERN COMMAND...
refused() {
    local words=$1 pattern=$2 said
    shift 2
    ! said=$("$@" 2>&1) || fail "$words: it was not: $said"
    expect "$words" "$said" "$pattern"
}
one() {
    [ $# -eq 1 ] && [ -e "$1" ] || fail "one file, not: $*"
    printf '%s\n' "$1"
}
# But for the file of groups: a group stays, as Debian has it.
disk() {
    find /etc /opt /usr $(ls -d /var/lib/switchd /var/lib/systemd 2>/dev/null || true) ! -path '/usr/share/mime*' \
        ! -path '/etc/group*' ! -path '/etc/gshadow*' ! -path '/etc/.pwd.lock' ! -name '*.cache' \
        ! -type d -printf '%m %u %p %l\n' | sort
}
mine() {
    local others
    others=$(find "$1" ! -type l \( ! -user root -o ! -group root -o -perm /022 \))
    [ -z "$others" ] && pass "$1 is root's alone" || fail "$1 is root's alone: $others"
}

# The service as its unit starts it, on a bridge: frames pass both ways.
serve() {
    local config=$1 exec daemon
    shift
    exec=$(sed -n 's/^ExecStart=//p' "$1")
    ip link show br0 >/dev/null 2>&1 || ip link add br0 up type bridge
    cat >"$config" <<'EOF'
// mine
{"networks": [{"name": "lan", "kind": "bridge", "bridge": "br0"}],
 "ports": [{"name": "web", "network": "lan"}]}
EOF
    switchd config check >/dev/null || fail "config check"
    $exec >/run/ready 2>/run/said &
    daemon=$!
    for _ in $(seq 300); do
        [ ! -s /run/ready ] || break
        kill -0 "$daemon" 2>/dev/null || break
        sleep 0.1
    done
    [ -s /run/ready ] || fail "the daemon is ready: $(cat /run/said)"
    perl /mnt/lib/frames.pl br0 /run/switchd/web/net.sock || fail "frames pass"
    pass "frames pass"
    expect "status" "$(switchd status)" "web"
    switchd stop >/dev/null
    wait "$daemon" || fail "the daemon ends: $(cat /run/said)"
    pass "the daemon ends"
}

before=$(disk)
deb=$(one switchd_*.deb)
dpkg -i "$deb" >/run/said 2>&1 || fail "install: $(cat /run/said)"
version=$(dpkg-query -W -f '${Version}' switchd)
pass "installed $deb"
expect "the command runs" "$(switchd --version)" "switchd ${version%%[~]*}"
expect "its manual is found" "$(man -w 8 switchd)" "/usr/share/man/man8/switchd.8.gz"
expect "its group is there" "$(getent group switchd)" "switchd:"
expect "it starts with the machine" "$(readlink /etc/systemd/system/multi-user.target.wants/switchd.service)" \
    /systemd/system/switchd.service
[ -f /usr/lib/switchd/switchd.aot ] && pass "the cache is made" || fail "the cache is made: $(cat /run/said)"
[ -z "$(dpkg --verify switchd)" ] && pass "nothing is changed" || fail "nothing is changed: $(dpkg --verify switchd)"
said=$(systemd-analyze verify switchd.service switchd.socket 2>&1 | grep -i switchd || true)
[ -z "$said" ] && pass "systemd understands the units" || fail "systemd understands the units: $said"
mine /usr/lib/switchd
expect "doctor knows it" "$(switchd doctor 2>&1 || true)" "/usr/lib/switchd/jdk: JDK: nobody else may change it"
refused "a second one by install" "a package has brought the service" switchd install
refused "uninstall" "apt-get purge switchd" switchd uninstall
serve /etc/switchd/switchd.json /usr/lib/systemd/system/switchd.service

dpkg-deb -R "$deb" /tmp/next
sed -i 's/^Version: .*/&+next/' /tmp/next/DEBIAN/control
sed -i '1i // of the next version' /tmp/next/etc/switchd/switchd.json
mv /tmp/next/usr/lib/switchd/lib/core-*.jar /tmp/next/usr/lib/switchd/lib/core-next.jar
dpkg-deb --root-owner-group -Znone --build /tmp/next /tmp/next.deb >/dev/null
dpkg -i --force-confdef --force-confold /tmp/next.deb >/run/said 2>&1 || fail "upgrade: $(cat /run/said)"
expect "upgraded" "$(dpkg-query -W -f '${Version}' switchd)" "$version+next"
expect "the configuration stays as it was changed" "$(head -n 1 /etc/switchd/switchd.json)" "// mine"
expect "jars of the old version are gone" "$(echo /usr/lib/switchd/lib/core-*)" "/usr/lib/switchd/lib/core-next.jar"
serve /etc/switchd/switchd.json /usr/lib/systemd/system/switchd.service

dpkg -r switchd >/run/said 2>&1 || fail "remove: $(cat /run/said)"
[ ! -e /usr/lib/switchd ] && [ ! -e /usr/bin/switchd ] && pass "removed" || fail "removed: $(find /usr/lib/switchd)"
expect "its configuration stays" "$(head -n 1 /etc/switchd/switchd.json)" "// mine"
dpkg -P switchd >/run/said 2>&1 || fail "purge: $(cat /run/said)"
left=$(diff <(echo "$before") <(disk) || true)
[ -z "$left" ] && pass "purged: nothing is left" || fail "purged: nothing is left: $left"

mkdir -p /var/lib/switchd
echo '{}' >/var/lib/switchd/installed.json
refused "the package beside an installation" "run 'switchd uninstall' first" dpkg -i "$deb"
[ ! -e /usr/lib/switchd ] && pass "and nothing is unpacked" || fail "and nothing is unpacked"
dpkg -P switchd >/dev/null 2>&1 || true
rm -r /var/lib/switchd

# No systemd runs here: the archive's installation gets one that says yes, and a service that does not run yet.
mkdir -p /run/systemd/system
printf '#!/bin/sh\n[ "$1" != is-active ]\n' >/usr/bin/systemctl
before=$(disk)
tar -xzf "$(one switchd-*-linux-*.tar.gz)" -C /opt
mine /opt/switchd
expect "the archive's command runs" "$(/opt/switchd/bin/switchd --version)" "switchd "
hash -r
/opt/switchd/bin/switchd install >/run/said 2>&1 || fail "install: $(cat /run/said)"
pass "the archive is a service"
serve /etc/switchd/switchd.json /etc/systemd/system/switchd.service
/usr/local/bin/switchd uninstall --purge >/run/said 2>&1 || fail "uninstall: $(cat /run/said)"
rm -r /opt/switchd
left=$(diff <(echo "$before") <(disk) || true)
[ -z "$left" ] && pass "and leaves nothing" || fail "and leaves nothing: $left"

for archive in switchd-*-macos.tar.gz; do
    [ -f "$archive" ] || continue
    mkdir /tmp/mac
    tar -xzf "$archive" -C /tmp/mac
    mine /tmp/mac/switchd
    expect "what is for macOS finds a JDK" "$(/tmp/mac/switchd/bin/switchd --version)" "switchd "
done
if [ -f SHA256SUMS ]; then
    sha256sum --quiet -c SHA256SUMS && pass "the checksums are right" || fail "the checksums are right"
fi
echo "$passed passed, 0 failed"
