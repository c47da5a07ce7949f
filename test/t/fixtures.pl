# Values written by earlier versions are read for ever. A line of test/fixtures/VERSION.txt is a type, a value as text,
# in binary and as it lies on disk (in hex), with tabs between. From the release of a version on its lines are never
# changed. CM_FIXTURES=FILE writes the lines of types that no version has yet to the end of a copy; see test/fixtures/write.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = Surface::start('fixtures');
$node->safe_psql('postgres', qq{
    CREATE FUNCTION receive_value(regtype, bytea) RETURNS text AS '$ENV{CM_MODULES}/receive' LANGUAGE C STRICT;
    CREATE FUNCTION stored_bytes("any") RETURNS bytea AS '$ENV{CM_MODULES}/stored' LANGUAGE C STRICT;
    CREATE FUNCTION stored_value(regtype, bytea) RETURNS text AS '$ENV{CM_MODULES}/stored' LANGUAGE C STRICT});
my @types = Surface::types($node);
my $version = $node->safe_psql('postgres', q{SELECT extversion FROM pg_extension WHERE extname = 'customer_metrics'});
my $little_endian = unpack('h*', pack('s', 1)) =~ /^1/;

sub says # or what went wrong
{
    my ($status, $out, $err) = $node->psql('postgres', $_[0]);
    return $status ? $err : $out;
}

sub quoted { return "'" . $_[0] =~ s/'/''/gr . "'" }

# Up to eight values of different lengths, with an empty one where there is one.
sub lines_of
{
    my ($type) = @_;
    return $node->safe_psql('postgres', qq{
        SELECT concat_ws(E'\\t', '$type', value, encode(_${type}_send(value::$type), 'hex'), encode(stored_bytes(value::$type), 'hex'))
        FROM (SELECT DISTINCT ON (length(value), left(md5(value), 1) < '5') * FROM values_of WHERE type = '$type' AND length(value) BETWEEN 1 AND 600 AND value !~ E'[\\t\\n\\r]'
              ORDER BY length(value), left(md5(value), 1) < '5', value COLLATE "C" LIMIT 8) AS v
        ORDER BY length(value), value COLLATE "C"});
}

my (%has_lines, @lines);
for my $file (sort glob 'test/fixtures/*.txt')
{
    my ($name) = $file =~ m{([^/]+)\.txt$};
    for my $line (split /\n/, slurp_file($file))
    {
        push @lines, [ $name, split /\t/, $line, -1 ]; # fields may be empty
        $has_lines{ $lines[-1][1] }++;
    }
}
if (my $file = $ENV{CM_FIXTURES})
{
    Surface::make_data($node, 60, 7);
    Surface::make_values($node);
    append_to_file($file, join '', map { lines_of($_) . "\n" } grep { !$has_lines{$_} } @types);
    pass("written to $file");
}
for (@lines)
{
    my ($name, $type, $text, $binary, $stored) = @$_;
    my $short = length $text > 60 ? substr($text, 0, 60) . '...' : $text;
    is(says('SELECT ' . quoted($text) . "::${type}::text"), $text, "$name: $type $short");
    is(says("SELECT receive_value('$type', '\\x$binary')"), $text, "$name: $type in binary");
    next unless $little_endian;
    is(says("SELECT stored_value('$type', '\\x$stored')"), $text, "$name: $type from disk");
}
# A version that this server does not know, as text, in binary and on disk, where it follows two bytes that say the type.
my %tried;
for (grep { !$tried{ $_->[1] }++ } @lines)
{
    my ($name, $type, $text, $binary, $stored) = @$_;
    my $refused = qr/ERROR:  (?:this (?:binary )?value of type \w+ has version 2\b|invalid value of type \w+)/;
    next unless $text =~ s/^1:/2:/ && $binary =~ s/^01/02/;
    like(says('SELECT ' . quoted($text) . "::$type"), $refused, "$type: another version as text");
    like(says("SELECT receive_value('$type', '\\x$binary')"), $refused, "$type: another version in binary");
    next unless $little_endian && $stored =~ /^([4-6].[4-6].)01/;
    for my $bytes ("${1}00", "${1}02")
    {
        like(says("SELECT stored_value('$type', '\\x$bytes" . substr($stored, 6) . "')"), $refused, "$type: another version on disk");
    }
}
is(join(' ', grep { !$has_lines{$_} } @types), '', "every type of $version has lines (test/fixtures/write adds them)")
  unless $ENV{CM_FIXTURES};
done_testing();
