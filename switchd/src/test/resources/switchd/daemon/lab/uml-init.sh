#!/bin/sh
# The guest's first process. Its root is the machine's own, read-only; its console carries commands:
# each line is a tag and a command, answered by the command's output and "TAG=EXIT-STATUS".
# (dash, not busybox: that runs its applets by /proc/self/exe, which is linux.uml before the mount.)
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
echo 1 >/proc/sys/kernel/printk
ip link set lo up
cat >/tmp/dhcp <<'DHCP'
#!/bin/sh
case $1 in
deconfig) ip addr flush dev "$interface" ;;
bound | renew)
    ip addr replace "$ip/$mask" dev "$interface"
    [ -z "$router" ] || ip route replace default via "${router%% *}"
    ;;
esac
DHCP
chmod +x /tmp/dhcp
cd /tmp
stty raw -echo
echo guest-is-ready
while IFS=' ' read -r tag command; do
    (eval "$command") </dev/null 2>&1
    echo "$tag=$?"
done
