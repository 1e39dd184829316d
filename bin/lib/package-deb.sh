# shellcheck shell=bash disable=SC2154
# Sourced by bin/package: the Debian package. The program is in /usr/lib/switchd, as /opt is for what `switchd install`
# and archives put there. Uses root, work, out, version, epoch.

# 0.1.0-SNAPSHOT comes before 0.1.0, and after snapshots of commits that are older.
debian_version() {
    case $version in
        *-SNAPSHOT) printf '%s~%s\n' "${version%-SNAPSHOT}" "$(day_of "$epoch" %Y%m%d%H%M%S)" ;;
        *) printf '%s\n' "$version" ;;
    esac
}

# As Debian's own tools are told it.
maintainer() {
    printf '%s <%s>\n' "${DEBFULLNAME:-switchd}" "${DEBEMAIL:-switchd@localhost}"
}

make_deb() {
    command -v dpkg-deb >/dev/null || { echo "bin/package: deb: there is no dpkg-deb: apt-get install dpkg" >&2; return 69; }
    local tree=$work/deb arch name
    arch=$(dpkg --print-architecture)
    name=switchd_$(debian_version)_$arch.deb
    deb_tree "$tree"
    deb_control "$tree" "$arch"
    find "$tree" -type d -exec chmod 755 {} +
    find "$tree" -exec touch -h -d "@$epoch" {} +
    # One thread, as more of them cut the same data elsewhere.
    dpkg-deb --root-owner-group --threads-max=1 -Zxz --build "$tree" "$out/$name" >&2
    made "$name"
}

# What is installed, below the folder $1.
deb_tree() {
    local tree=$1 share=$1/usr/share program=$1/usr/lib/switchd doc=$1/usr/share/doc/switchd
    mkdir -p "$tree/usr/lib" "$tree/usr/bin" "$doc" "$share/man" "$share/bash-completion/completions" \
        "$share/zsh/vendor-completions" "$share/fish/vendor_completions.d" "$share/lintian/overrides"
    cp -a "$work/image" "$program"
    native_for_this "$program"
    ln -s ../lib/switchd/bin/switchd "$tree/usr/bin/switchd"

    mv "$program"/share/man/* "$share/man"
    mv "$program"/share/bash-completion/completions/* "$share/bash-completion/completions"
    mv "$program"/share/zsh/site-functions/* "$share/zsh/vendor-completions"
    mv "$program"/share/fish/vendor_completions.d/* "$share/fish/vendor_completions.d"
    rm -r "$program/share" "$program/LICENSE"
    cp "$work/sbom.cdx.json" "$doc/switchd.cdx.json"
    cp "$work/source/packaging/debian/copyright" "$doc/copyright"
    cp "$work/source/CHANGELOG.md" "$doc"
    printf 'switchd (%s) unstable; urgency=medium\n\n  * What changed is in CHANGELOG.md.gz.\n\n -- %s  %s\n' \
        "$(debian_version)" "$(maintainer)" "$(day_of "$epoch" '%a, %d %b %Y %H:%M:%S +0000')" >"$doc/changelog"
    cp "$work/source/packaging/debian/lintian-overrides" "$share/lintian/overrides/switchd"
    find "$share/man" -type f -exec gzip -9n {} +
    gzip -9n "$doc/changelog" "$doc/CHANGELOG.md"
    "$work/image/bin/switchd" units --write "$tree"
    chmod -R u=rwX,go=rX "$tree"
}

# What dpkg reads.
deb_control() {
    local control=$1/DEBIAN script
    mkdir "$control"
    sed -e "s|@VERSION@|$(debian_version)|; s|@ARCH@|$2|" \
        -e "s|@MAINTAINER@|$(maintainer)|" \
        -e "s|@SIZE@|$(du -k --apparent-size -s "$1/usr" | cut -f 1)|" \
        "$work/source/packaging/debian/control" >"$control/control"
    for script in preinst postinst prerm postrm; do
        install -m 755 "$work/source/packaging/debian/$script" "$control/$script"
    done
    (cd "$1" && find etc -type f | sort | sed 's|^|/|') >"$control/conffiles"
    (cd "$1" && find usr -type f | sort | xargs -d '\n' md5sum) >"$control/md5sums"
    chmod 644 "$control/conffiles" "$control/md5sums"
}
