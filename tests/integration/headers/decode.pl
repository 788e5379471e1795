# Prints what Perl's Encode reads in headers: JSON of heads from stdin, JSON of what was read to stdout.
use strict;
use warnings;
use Encode qw(decode);
use JSON::PP;

my $heads = JSON::PP->new->utf8->decode(do { local $/; <STDIN> });
my @read;
for my $head (@$heads) {
    my ($subject) = $head =~ /^Subject: ?(.*?)\r\n(?![ \t])/ms;
    my ($name)    = $head =~ /^From: ?(.*?)\s*<[^<>]*>\r\n(?![ \t])/ms;
    s/\r\n(?=[ \t])//g for $subject, $name;
    if ($name =~ s/^"(.*)"$/$1/s) { $name =~ s/\\(.)/$1/gs }
    push @read, { subject => [ decode("MIME-Header", $subject) ], name => [ decode("MIME-Header", $name) ] };
}
print JSON::PP->new->ascii->encode(\@read);
