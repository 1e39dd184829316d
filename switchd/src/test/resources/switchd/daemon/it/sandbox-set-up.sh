# Makes the disk of a sandbox in the mount namespace that this runs in, says so, and stays. $1: the folder of scripts.
set -eu
mount -t tmpfs -o mode=755 none /mnt
cp -a /etc /mnt/etc
mount --bind /mnt/etc /etc
for folder in /opt /run /usr/local /var/lib; do
    mount -t tmpfs -o mode=755 none "$folder"
done
mkdir -p /usr/local/bin /usr/local/share/man/man8 /run/systemd/system
mount --bind "$1/systemctl" "$(readlink -f /usr/bin/systemctl)"
echo ready
exec cat
