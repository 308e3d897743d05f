# Answers every request on a free port of loopback with the file $ARGV[0], as it is; prints the
# port, and appends the first line of each request to the file $ARGV[1]. DATE+N in it becomes the
# time of N seconds later.
use strict;
use warnings;
use IO::Socket::INET;
use POSIX qw(strftime);

local $/;
open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!";
my $answer  = <$file>;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16) or die "listen: $!";
$| = 1;
print $server->sockport, "\n";
while (my $client = $server->accept) {
    sysread $client, my $request, 65536;
    open my $log, '>>', $ARGV[1] or die "$ARGV[1]: $!";
    print $log $request =~ /^(.*?)\r\n/ ? "$1\n" : "cut off\n";
    close $log;
    (my $dated = $answer) =~
        s/DATE([+-]\d+)/strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime(time + $1))/e;
    print $client $dated;
    close $client;
}
