# Stands in for systemd: starts the command that is given, holds the descriptors that it stores (FDSTORE=1 of
# sd_notify(3)) and hands them to the next one when it is killed. Arguments: where to listen, then the command.
use strict;
use POSIX qw(dup2 WNOHANG);
use Socket;

my ($path, @command) = @ARGV;
$| = 1;
my %number = (x86_64 => 47, aarch64 => 212);
chomp(my $machine = `uname -m`);
my $recvmsg = $number{$machine};
socket(my $notify, AF_UNIX, SOCK_DGRAM, 0) or die "socket: $!";
bind($notify, pack_sockaddr_un($path)) or die "bind: $!";
my @held;    # [name, descriptor]
my $child = 0;
$SIG{TERM} = sub { kill 'TERM', $child; waitpid $child, 0; exit 0 };

sub start {
    $child = fork;
    return if $child;
    $ENV{NOTIFY_SOCKET} = $path;
    if (@held) {
        # First out of the way of those that are to be 3, 4 …
        my @fds = map { $_->[1] } @held;
        dup2($fds[$_], 50 + $_) for 0 .. $#fds;
        dup2(50 + $_, 3 + $_) for 0 .. $#fds;
        POSIX::close($_) for 3 + @fds .. 80;
        $ENV{LISTEN_PID} = $$;
        $ENV{LISTEN_FDS} = scalar @held;
        $ENV{LISTEN_FDNAMES} = join ':', map { $_->[0] } @held;
    }
    exec @command or die "exec: $!";
}

sub message {
    my $text = "\0" x 4096;
    my $control = "\0" x 64;
    my $vector = pack 'PQ', $text, 4096;
    my $header = pack 'QLx4PQPQlx4', 0, 0, $vector, 1, $control, 64, 0;
    my $length = syscall $recvmsg, fileno $notify, $header, 0;
    return if $length < 0;
    $text = substr $text, 0, $length;
    my ($name) = $text =~ /^FDNAME=(.*)$/m;
    if ($text =~ /^FDSTORE=1$/m) {
        my ($size, $level, $type, $fd) = unpack 'QllL', $control;
        push @held, [$name, $fd] if $size == 20 && $type == 1;
    } elsif ($text =~ /^FDSTOREREMOVE=1$/m) {
        POSIX::close($_->[1]) for grep { $_->[0] eq $name } @held;
        @held = grep { $_->[0] ne $name } @held;
    }
    $text =~ s/\n/ /g;
    print "held ", scalar @held, " after $text\n";
}

start();
while (1) {
    my $ready = '';
    vec($ready, fileno $notify, 1) = 1;
    message() if select($ready, undef, undef, 0.02) > 0;
    start() if waitpid($child, WNOHANG) == $child;
}
