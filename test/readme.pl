# The examples of a page as tests. An example is a block that opens with ```sql; the block that opens with ```text
# directly after it is what psql prints for it. A block that opens with "```sql skip: REASON" is not run.
#   perl readme.pl script PAGE                 print the psql script that runs every example in order
#   perl readme.pl compare PAGE TRANSCRIPT     print "ok - ..." or "not ok - ..." for each
#   perl readme.pl update PAGE TRANSCRIPT      print the page with the output psql really gave
#   perl readme.pl same PAGE HERE ABROAD       print "not ok - ..." for each example that two transcripts have differently
#   perl readme.pl links PAGE...               print "not ok - ..." for each link that leads nowhere
#   perl readme.pl reference PAGE...           print "not ok - ..." for each public name that no reference has, and for each
#                                              signature of a reference that is not declared so
use strict;
use warnings;

use File::Basename;

my ($mode, $readme, $transcript, $abroad) = @ARGV;
my $marker = '@@@ example ';
my @lines = read_lines($readme);
my @examples = examples();
my %modes = (script => \&script, compare => \&compare, update => \&update, same => \&same, links => \&links, reference => \&reference);
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
    print "CREATE EXTENSION customer_metrics;\n" unless grep { $_->{sql} =~ /^\s*CREATE\s+EXTENSION/im } @examples;
    print "\\echo $marker$_\n$examples[$_]{sql}\n;\n" for 0 .. $#examples;
}

# What psql printed for each example, without white space at line ends and empty lines around it.
sub outputs
{
    my (@outputs, $current);
    for my $line (read_lines($_[0])) {
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
    my @outputs = outputs($transcript);
    for my $i (0 .. $#examples) {
        my ($example, $printed) = ($examples[$i], $outputs[$i] // 'psql did not get this far');
        my $promised = $example->{text} // '';
        if ($printed eq $promised) {
            print "ok - $readme:$example->{line}\n";
        } else {
            print "not ok - $readme:$example->{line}\n";
            print indent("$readme promises:\n$promised\npsql prints:\n$printed\n(test/readme --update writes it there)\n");
        }
    }
}

sub indent { return $_[0] =~ s/^/    /gmr; }

sub update
{
    my @outputs = outputs($transcript);
    for my $i (reverse 0 .. $#examples) {
        die "$readme:$examples[$i]{line}: psql did not get this far\n" unless defined $outputs[$i];
        my ($from, $to) = @{ $examples[$i] }{qw(text_from text_to)};
        my @block = $outputs[$i] eq '' ? () : ('', '```text', split(/\n/, $outputs[$i]), '```');
        splice(@lines, $from, $to - $from, @block);
    }
    print map {"$_\n"} @lines;
}

sub same
{
    my $different = 0;
    my @here = outputs($transcript);
    my @abroad = outputs($abroad);
    for my $i (0 .. $#examples) {
        my ($here, $there) = ($here[$i] // '', $abroad[$i] // 'psql did not get this far');
        next if $here eq $there;
        $different++;
        print "not ok - $readme:$examples[$i]{line} depends on the session's time zone or date style\n";
        print indent("$here\nand in another zone and style:\n$there\n");
    }
    print "ok - $readme is the same in another time zone and date style\n" unless $different;
}

# The anchors that GitHub gives to a page's headings.
sub anchors
{
    my %anchors;
    my $code = 0;
    for (read_lines($_[0])) {
        $code = !$code if /^```/;
        next unless !$code && /^#+ (.*)/;
        my $anchor = lc($1);
        utf8::decode($anchor);
        $anchor =~ s/[^\w\s-]//g;
        $anchor =~ s/ /-/g;
        utf8::encode($anchor);
        $anchors{$anchor} = 1;
    }
    return \%anchors;
}

sub links
{
    my ($code, $seen) = (0, 0);
    for my $page (@ARGV[ 1 .. $#ARGV ]) {
        my ($folder, $number) = ($page =~ m{^(.*/)} ? $1 : '', 0);
        for my $line (read_lines($page)) {
            $number++;
            $code = !$code if $line =~ /^```/;
            next if $code;
            while ($line =~ /\]\(([^)\s]+)\)/g) {
                my ($file, $anchor) = split(/#/, $1, 2);
                next if $file =~ m{^https?://};
                my $target = $file eq '' ? $page : $folder . $file;
                $seen++;
                if (!-e $target) { print "not ok - $page:$number: $target does not exist\n"; }
                elsif (defined $anchor && !anchors($target)->{$anchor}) { print "not ok - $page:$number: $target has no heading #$anchor\n"; }
            }
        }
    }
    print $seen ? "ok - $seen links of the pages\n" : "not ok - the pages have links\n";
}

# All of "name(arguments)" in a text, as [name, arguments]; $before is what stands before the name. Of each argument there is
# the first word, which is its name, or its type where it has none, and its default.
sub signatures
{
    my ($text, $before) = @_;
    my @found;
    while ($text =~ /$before([a-z]\w*)\(((?:[^()']|'[^']*')*)\)/g) {
        my ($name, $list, @arguments) = ($1, $2);
        for ($list =~ /(?:[^,']|'[^']*')+/g) {
            next if /^\s*OUT\b/;
            my ($first, $default) = /^\s*(\w+)[^=]*?(?:(?:\bDEFAULT\b|=)\s*(.*?))?\s*$/s or next;
            $default =~ s/::[\w ]+(?:\[\])?$// if defined $default;
            push @arguments, defined $default ? "$first = $default" : $first;
        }
        push @found, [ $name, join(', ', @arguments) ];
    }
    return @found;
}

# What the declarations of a folder make public: {name}{arguments} of functions and aggregates, and {type}{''}.
sub declared
{
    my %public;
    for my $file (glob "src/$_[0]/*.sql") {
        my $text = join("\n", map { s/\@(?:kind|id)\@//gr } read_lines($file));
        $public{$1}{''} = $file while $text =~ /^-- \@(?:type|argument) ([a-z]\w*)/mg;
        $public{ $_->[0] }{ $_->[1] } = $file for signatures($text, qr/^CREATE (?:FUNCTION|AGGREGATE) /m);
    }
    return \%public;
}

# What the reference of a page has: the names in its headings, and its signatures, which stand in blocks without a language.
sub referred
{
    my ($page) = @_;
    my ($text) = join("\n", read_lines($page)) =~ /^## Reference\n(.*)/ms;
    my (%names, %signatures);
    for my $section (split(/^(?=### )/m, $text // '')) {
        my ($heading) = $section =~ /^### (.*)/ or next;
        my @names = split(/, /, $heading);
        @names{@names} = ($heading) x @names;
        while ($section =~ /^```\n(.*?)^```/msg) {
            $signatures{ $_->[0] }{ $_->[1] } = $heading for signatures($1, qr/^/m);
        }
    }
    return (\%names, \%signatures);
}

# Every public function, aggregate and type of a room stands in a heading of its page's reference, with the signatures that
# it is declared with; those of core and states, which rooms share, in the reference of any room.
# The second extension has functions of its own.
sub reference
{
    my %common = (%{ declared('core') }, %{ declared('states') });
    my ($seen, %heading, %shown) = (0);
    for my $page (grep { m{^src/\w+/README\.md$} && !m{/crm/} } @ARGV[ 1 .. $#ARGV ]) {
        my ($names, $signatures) = referred($page);
        my $public = declared(basename(dirname($page)));
        for my $name (sort keys %$public) {
            print "not ok - $page: no heading of the reference has $name\n" unless $names->{$name};
            for my $arguments (grep { $_ ne '' } sort keys %{ $public->{$name} }) {
                $seen++;
                print "not ok - $page: the reference lacks $name($arguments)\n" unless $signatures->{$name}{$arguments};
            }
        }
        for my $name (sort keys %$names) {
            $heading{$name} = 1;
            print "not ok - $page: \"$names->{$name}\" names $name, which is not declared\n" unless $public->{$name} || $common{$name};
        }
        for my $name (sort keys %$signatures) {
            for my $arguments (sort keys %{ $signatures->{$name} }) {
                $shown{$name}{$arguments} = 1;
                print "not ok - $page: $name($arguments) is not declared so\n"
                    unless $public->{$name}{$arguments} || $common{$name}{$arguments};
            }
        }
    }
    for my $name (sort keys %common) {
        print "not ok - no page has $name in a heading of its reference\n" unless $heading{$name} || $name =~ /^metric_/;
        for my $arguments (grep { $_ ne '' } sort keys %{ $common{$name} }) {
            $seen++;
            print "not ok - no reference has $name($arguments)\n" unless $shown{$name}{$arguments};
        }
    }
    print $seen ? "ok - $seen signatures in the references of the pages\n" : "not ok - the pages have references\n";
}
