# frames.pl BRIDGE SOCKET: a frame of a VM at the socket reaches the bridge's host, and one of the host reaches the VM.
use strict;
use warnings;
use Socket;

my ($bridge, $port) = @ARGV;
my ($packet, $raw, $experiments) = (17, 3, 0x88b5);
$SIG{ALRM} = sub { die "no frame within 10 s\n" };
alarm 10;

socket(my $host, $packet, $raw, unpack('S', pack('n', $experiments))) or die "socket: $!";
my $ifreq = pack('a16 x24', $bridge);
ioctl($host, 0x8933, $ifreq) or die "SIOCGIFINDEX: $!";
my $index = unpack('x16 i', $ifreq);
my $link = pack('S n i S C C x8', $packet, $experiments, $index, 0, 0, 0);
bind($host, $link) or die "bind: $!";

my $own = "$port.vm";
socket(my $vm, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
bind($vm, pack_sockaddr_un($own)) or die "bind: $!";
connect($vm, pack_sockaddr_un($port)) or die "connect: $!";

my $mac = pack('H*', '525400123456');
my $up = "\xff" x 6 . $mac . pack('n', $experiments) . 'to the LAN' . "\0" x 40;
send($vm, $up, 0) or die "send: $!";
my $got;
do { recv($host, $got, 2000, 0) // die "recv: $!" } until $got eq $up;

my $down = $mac . pack('H*', '020000000001') . pack('n', $experiments) . 'to the VM' . "\0" x 40;
send($host, $down, 0, $link) or die "send: $!";
do { recv($vm, $got, 2000, 0) // die "recv: $!" } until $got eq $down;
unlink $own;
