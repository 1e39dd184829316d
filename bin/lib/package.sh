# shellcheck shell=bash disable=SC2154
# Sourced by bin/package: the program as it is packaged, archives, and what macOS takes.
# Uses root, work, out, version, epoch, url.

made() {
    printf '%s\n' "$out/$1"
}

in_git() {
    # The checkout may be another user's.
    git -c safe.directory="$root" -C "$root" "$@"
}

# The commit's time in seconds, or SOURCE_DATE_EPOCH.
commit_time() {
    if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
        printf '%s\n' "$SOURCE_DATE_EPOCH"
    else
        in_git log -1 --format=%ct
    fi
}

# day_of SECONDS FORMAT: in UTC, by GNU's date or BSD's.
day_of() {
    date -u -d "@$1" "+$2" 2>/dev/null || date -u -r "$1" "+$2"
}

# Prints the section of CHANGELOG.md for a version; a snapshot's is Unreleased.
notes() {
    local wanted=$1
    case $wanted in *-SNAPSHOT) wanted=Unreleased ;; esac
    awk -v wanted="[$wanted]" '
        /^## / { found = ($2 == wanted); if (found) any = 1; next }
        found { print }
        END { if (!any) { print "CHANGELOG.md has no section " wanted >"/dev/stderr"; exit 1 } }
    ' "$2"
}

# Builds the commit in a folder of its own. Leaves the program with its JVM in $work/image, what is in it in
# $work/sbom.cdx.json.
build() {
    local source=$work/source
    [ -z "$(in_git status --porcelain)" ] || echo "bin/package: what is not committed is not packaged" >&2
    mkdir "$source"
    in_git archive HEAD | tar -x --no-same-permissions -C "$source" -f -
    echo "building $(in_git rev-parse --short HEAD)…" >&2
    (cd "$source" && mvn -q -B -ntp -pl switchd -am -P '!quality' -Dmaven.test.skip=true -Dcache.skip=true \
        -Dproject.build.outputTimestamp="$(day_of "$epoch" %Y-%m-%dT%H:%M:%SZ)" \
        -Dbuild.date="$(day_of "$epoch" %Y-%m-%d)" \
        package org.cyclonedx:cyclonedx-maven-plugin:makeBom) </dev/null >&2
    "$source/bin/switchd" image "$work/image" --no-cache </dev/null >&2
    cp "$source/LICENSE" "$work/image"
    "$JAVA_HOME/bin/java" -p "$work/image/lib" --add-modules tools.jackson.databind "$source/switchd/src/build/java/Sbom.java" \
        "$source/switchd/target/bom.json" "$work/image/lib" "$JAVA_HOME/release" >"$work/sbom.cdx.json"
    chmod -R u=rwX,go=rX "$work/image"
}

# native_for FOLDER PATTERN: leaves junixsocket's libraries for one system there.
native_for() {
    find "$1/lib/native/lib" -mindepth 1 -maxdepth 1 ! -name "$2" -exec rm -r {} +
}

# The same for the system this runs on.
native_for_this() {
    case $(uname -m) in
        x86_64) native_for "$1" 'amd64-Linux-*' ;;
        aarch64) native_for "$1" 'aarch64-Linux-*' ;;
        *) echo "bin/package: no package is made for $(uname -m)" >&2 && return 69 ;;
    esac
}

# archive FOLDER NAME: $out/NAME of $work/FOLDER/switchd, root's, each file of the commit's time.
archive() {
    tar -C "$work/$1" --sort=name --format=gnu --owner=root:0 --group=root:0 --mtime="@$epoch" -cf - switchd \
        | gzip -9n >"$out/$2"
    made "$2"
}

make_tarball() {
    local folder=$work/tarball
    mkdir "$folder"
    cp -a "$work/image" "$folder/switchd"
    native_for_this "$folder/switchd"
    archive tarball "switchd-$version-linux-$(uname -m).tar.gz"
}

# Without a JVM: one for macOS is linked on a Mac only.
make_tarball_for_macos() {
    local folder=$work/macos
    mkdir "$folder"
    cp -a "$work/image" "$folder/switchd"
    rm -rf "$folder/switchd/jdk"
    native_for "$folder/switchd" '*-MacOSX-*'
    {
        printf '#!/bin/sh\n# Runs switchd by the JVM beside it, else by a JDK of this machine.\nset -eu\n\n'
        cat "$work/source/bin/lib/launch.sh" "$work/source/bin/lib/owner.sh" "$work/source/bin/lib/find-jdk.sh" \
            "$work/source/packaging/macos/launch-by-any-jdk.sh"
    } >"$folder/switchd/bin/switchd"
    archive macos "switchd-$version-macos.tar.gz"
}

# Not run yet: there was no Mac.
make_pkg() {
    command -v pkgbuild >/dev/null || { echo "bin/package: pkg: pkgbuild is macOS's: run this on a Mac" >&2; return 69; }
    local name folder=$work/pkg
    name=switchd-$version-macos-$(uname -m).pkg
    mkdir -p "$folder/root/opt" "$folder/parts"
    cp -R "$work/image" "$folder/root/opt/switchd"
    native_for "$folder/root/opt/switchd" '*-MacOSX-*'
    find "$folder/root" -exec touch -h -t "$(day_of "$epoch" %Y%m%d%H%M.%S)" {} +
    pkgbuild --root "$folder/root" --identifier switchd.daemon --version "${version%-SNAPSHOT}" \
        --ownership recommended --scripts "$work/source/packaging/macos/scripts" "$folder/parts/switchd.pkg" >&2
    # SWITCHD_SIGN is the name of a "Developer ID Installer" certificate.
    productbuild --distribution "$work/source/packaging/macos/distribution.xml" --package-path "$folder/parts" \
        ${SWITCHD_SIGN:+--sign "$SWITCHD_SIGN"} "$out/$name" >&2
    made "$name"
}

make_formula() {
    local file=$out/switchd-$version-macos.tar.gz sum
    [ -n "$url" ] || { echo "bin/package: formula: say by --url where the archives lie" >&2; return 64; }
    [ -f "$file" ] || make_tarball_for_macos
    sum=$(sha256sum "$file")
    sed -e "s|@URL@|${url%/}|; s|@VERSION@|$version|; s|@SHA256@|${sum%% *}|" "$work/source/packaging/homebrew/switchd.rb" \
        >"$out/switchd.rb"
    made switchd.rb
}
