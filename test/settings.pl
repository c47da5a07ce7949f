# What psql printed for a regression test or a page, without what settings may change: how dates, times, intervals and the last
# digits of double precision are printed, and the width of columns. Reads one file, writes standard output.
use strict;
use warnings;

my %month = map { (qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec))[$_] => $_ + 1 } 0 .. 11;
my $time = qr/(\d\d):(\d\d):(\d\d)((?:\.\d+)?)/;
my %offset = (PST => -8, PDT => -7, '+0545' => 5.75, UTC => 0, '+0530' => 5.5);

# A moment in UTC, in minutes since 1970; dates by the algorithm of Fliegel and Van Flandern, for they may be before Christ.
sub days
{
    my ($y, $m, $d) = @_;
    my $a = int((14 - $m) / 12);
    my $years = $y + 4800 - $a;
    return $d + int((153 * ($m + 12 * $a - 3) + 2) / 5) + 365 * $years + int($years / 4) - int($years / 100) + int($years / 400) - 32045;
}

sub moment
{
    my ($date, $hours, $minutes, $seconds, $zone) = @_;
    return "<" . ($date * 1440 + $hours * 60 + $minutes - ($offset{$zone} // die "zone $zone?\n") * 60) . " $seconds>";
}

while (<>)
{
    # As pg_regress prints them: Postgres, MDY.
    s/(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z][a-z]) (\d\d) $time (\d{4,6})( BC)? (P[SD]T)\b/moment(days($7, $month{$1}, $2), $3, $4, "$5$6", $9)/ge;
    s/(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z][a-z]) (\d\d) $time (\d{4,6})\b/sprintf '%d-%02d-%02d %s:%s:%s%s', $7, $month{$1}, $2, $3, $4, $5, $6/ge;
    s/(?<![\w-])(\d\d)-(\d\d)-(\d{4,7})(?![\w-])/$3-$1-$2/g;
    # As psql prints them for the pages: ISO, in UTC.
    s/(?<![\w-])(\d{4})-(\d\d)-(\d\d) $time\+00(?![\d:])/moment(days($1, $2, $3), $4, $5, "$6$7", 'UTC')/ge;
    # And as the other settings print them: SQL, DMY.
    s{(?<![\w/])(\d\d)/(\d\d)/(\d{4,6}) $time ([+-]\d{4})}{moment(days($3, $2, $1), $4, $5, "$6$7", $8)}ge;
    s{(?<![\w/])(\d\d)/(\d\d)/(\d{4,7})(?![\w/])}{$3-$2-$1}g;
    s/(?<![\w.])(-?\d+\.\d{9,}(?:e[+-]?\d+)?)(?![\w.])/sprintf '%.10g', $1/ge;
    s/-{3,}/--/g; # below the titles
    s/[ \t]+/ /g;
    s/^ | $//g;
    print;
}
