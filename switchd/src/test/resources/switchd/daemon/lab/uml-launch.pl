# uml-launch.pl SERVER LOCAL COMMAND... - attaches to the datagram socket SERVER as vfkit does, from
# the path LOCAL, then becomes COMMAND, with the connected descriptor for each @FD@ in its arguments.
# perl-base is enough.
use strict;
use warnings;
use Socket;

$^F = 1000; # descriptors stay open across exec
my ( $server, $local, @command ) = @ARGV;
socket( my $vm, AF_UNIX, SOCK_DGRAM, 0 ) or die "socket: $!\n";
bind( $vm, pack_sockaddr_un($local) ) or die "bind $local: $!\n";
connect( $vm, pack_sockaddr_un($server) ) or die "connect $server: $!\n";
setsockopt( $vm, SOL_SOCKET, SO_SNDBUF, 1 << 20 ) or die "SO_SNDBUF: $!\n";
setsockopt( $vm, SOL_SOCKET, SO_RCVBUF, 4 << 20 ) or die "SO_RCVBUF: $!\n";
defined send( $vm, 'VFKT', 0 ) or die "send: $!\n";
my $fd = fileno $vm;
s/\@FD\@/$fd/ for @command;
exec { $command[0] } @command or die "exec $command[0]: $!\n";
