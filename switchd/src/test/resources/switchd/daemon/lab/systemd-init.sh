#!/bin/sh
# The first process of a machine that systemd runs. Its root is the host's own, read-only: what is to be written to is
# in memory, and units that need what is not there are masked. The console carries commands then, as in uml-init.sh.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs -o mode=755 none /mnt
cp -a /etc /mnt/etc
mount --bind /mnt/etc /etc
mkdir /mnt/image
cp -r "$SWITCHD_IMAGE" /mnt/image/lib
chmod -R go-w /mnt/image
for folder in /home /opt /usr/local /var; do
    mount -t tmpfs -o mode=755 none "$folder"
done
mkdir -p /var/lib /var/log /var/cache /usr/local/bin /usr/local/share
mount -t tmpfs -o mode=1777 none /tmp
ln -s /tmp /var/tmp
ln -s /run /var/run
modules=/usr/lib/uml/modules/$(uname -r)/kernel
for module in lib/crc-ccitt net/ipv6/ipv6 net/llc/llc net/802/stp net/bridge/bridge drivers/net/tun; do
    busybox insmod "$modules/$module.ko"
done
: >/etc/fstab
cd /etc/systemd/system || exit
rm -rf ./*.wants
for unit in systemd-udevd systemd-udev-trigger systemd-hwdb-update systemd-random-seed systemd-update-utmp \
    systemd-binfmt systemd-sysusers systemd-tmpfiles-setup systemd-tmpfiles-setup-dev systemd-machine-id-commit \
    systemd-journal-flush systemd-firstboot systemd-update-done systemd-pcrphase systemd-pcrphase-sysinit systemd-sysctl \
    systemd-modules-load systemd-logind systemd-timesyncd dbus apparmor ldconfig systemd-journal-catalog-update \
    systemd-remount-fs kmod-static-nodes systemd-boot-system-token; do
    ln -sf /dev/null "$unit.service"
done
for unit in systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-initctl.socket dbus.socket \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
    sys-kernel-config.mount proc-sys-fs-binfmt_misc.automount systemd-ask-password-console.path \
    systemd-ask-password-wall.path systemd-tmpfiles-clean.timer; do
    ln -sf /dev/null "$unit"
done
cat >/mnt/commands.sh <<'X'
exec </dev/console >/dev/console 2>&1
cd /tmp
stty raw -echo
echo guest-is-ready
while IFS=' ' read -r tag command; do
    (eval "$command") </dev/null 2>&1
    echo "$tag=$?"
done
X
cat >lab.service <<'X'
[Unit]
After=basic.target
[Service]
ExecStart=/bin/sh /mnt/commands.sh
TimeoutStopSec=1
X
cat >lab.target <<'X'
[Unit]
Wants=lab.service
Requires=basic.target
X
exec /lib/systemd/systemd --system --unit=lab.target --log-target=null --show-status=0
