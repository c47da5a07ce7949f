# The examples of README.md as tests. An example is a block that opens with ```sql; the block that opens with ```text
# directly after it is what psql prints for it. A block that opens with "```sql skip: REASON" is not run.
#   perl readme.pl script README.md                 print the psql script that runs every example in order
#   perl readme.pl compare README.md TRANSCRIPT     print "ok - ..." or "not ok - ..." for each
#   perl readme.pl update README.md TRANSCRIPT      print README.md with the output psql really gave
use strict;
use warnings;

my ($mode, $readme, $transcript) = @ARGV;
my $marker = '@@@ example ';
my @lines = read_lines($readme);
my @examples = examples();
my %modes = (script => \&script, compare => \&compare, update => \&update);
$modes{$mode}->();

sub read_lines
{
    open(my $file, '<', $_[0]) or die "$_[0]: $!\n";
    my @read = <$file>;
    s/\s+$// for @read;
    return @read;
}

# Index of the line that closes the block opened at $at.
sub block_end
{
    my $end = my $at = shift;
    do { $end++ } while $end < @lines && $lines[$end] ne '```';
    die "$readme:" . ($at + 1) . ": this block is never closed\n" if $end == @lines;
    return $end;
}

# Each example: sql, the line number it starts on, the text it promises (undef: none), and where to put the output:
# in place of $lines[text_from .. text_to - 1].
sub examples
{
    my @found;
    for (my $at = 0; $at < @lines; $at++) {
        next if $lines[$at] !~ /^```(\S+)(.*)$/;
        my ($language, $rest) = ($1, $2);
        my $end = block_end($at);
        if ($language eq 'sql' && $rest =~ /^ skip(: \S.*)?$/) {
            die "$readme:" . ($at + 1) . ": skip needs a reason: ```sql skip: REASON\n" unless $1;
        } elsif ($language eq 'sql') {
            my %example = (line => $at + 1, sql => join("\n", @lines[ $at + 1 .. $end - 1 ]));
            my $next = $end + 1;
            $next++ while $next < @lines && $lines[$next] eq '';
            @example{qw(text_from text_to)} = ($end + 1, $end + 1);
            if ($next < @lines && $lines[$next] eq '```text') {
                my $text_end = block_end($next);
                $example{text} = join("\n", @lines[ $next + 1 .. $text_end - 1 ]);
                $example{text_to} = $text_end + 1;
                $end = $text_end;
            }
            push @found, \%example;
        }
        $at = $end;
    }
    return @found;
}

# The reader has installed the extension by the time of the first example, unless an example does it.
sub script
{
    print "CREATE EXTENSION customer_metrics;\n" unless grep { $_->{sql} =~ /CREATE\s+EXTENSION/i } @examples;
    print "\\echo $marker$_\n$examples[$_]{sql}\n;\n" for 0 .. $#examples;
}

# What psql printed for each example, without white space at line ends and empty lines around it.
sub outputs
{
    my (@outputs, $current);
    for my $line (read_lines($transcript)) {
        if ($line =~ /^\Q$marker\E(\d+)$/) {
            $current = $1;
            $outputs[$current] = '';
        } elsif (defined $current) {
            $outputs[$current] .= "$line\n";
        }
    }
    for (@outputs) { s/^\n+//; s/\n+$//; }
    return @outputs;
}

sub compare
{
    my @outputs = outputs();
    for my $i (0 .. $#examples) {
        my ($example, $printed) = ($examples[$i], $outputs[$i] // 'psql did not get this far');
        my $promised = $example->{text} // '';
        if ($printed eq $promised) {
            print "ok - README line $example->{line}\n";
        } else {
            print "not ok - README line $example->{line}\n";
            print indent("README.md promises:\n$promised\npsql prints:\n$printed\n(test/readme --update writes it there)\n");
        }
    }
    print "not ok - README has examples\n" unless @examples;
}

sub indent { return $_[0] =~ s/^/    /gmr; }

sub update
{
    my @outputs = outputs();
    for my $i (reverse 0 .. $#examples) {
        my ($from, $to) = @{ $examples[$i] }{qw(text_from text_to)};
        my @block = $outputs[$i] eq '' ? () : ('', '```text', split(/\n/, $outputs[$i]), '```');
        splice(@lines, $from, $to - $from, @block);
    }
    print map {"$_\n"} @lines;
}
