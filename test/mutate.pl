# The faults of test/mutate, and the tests that should catch them. Run in the top folder of the tree.
#   mutate.pl list SEED [FILE...]       one fault a line, drawn in an order that only the seed and the lines decide:
#                                       FILE, LINE, COLUMN, LENGTH, NEW TEXT, DESCRIPTION, TESTS, separated by tabs
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);

# Files that no metric is named after, where many metrics use them: a small set that reaches all of them.
my %stated = (
    'core/map' => 'customers cohorts rfm_map',
    'core/map_buffer' => 'mrr', # the only one that collects rows in it
    'core/months' => 'conversion funnel',
    'core/money' => 'purchases mrr amount_rate customers',
    'core/period' => 'activity cohorts mrr',
    'core/zone' => 'activity cohorts moment',
    'core/' => 'option moment nps points purchases cohorts customers',
    'crm/' => 'crm_convert crm_input',
    'math/bgbb_fit' => 'bgbb math/bgbb',
    'math/bgnbd_fit' => 'bgnbd math/bgnbd',
    'math/funnel_' => 'funnel funnels math/funnel_path',
    'math/linalg' => 'bgnbd drivers',
    'math/mean' => 'comparison means',
    'math/log_rank' => 'survival_curve math/survival',
    'math/pareto_nbd_fit' => 'pareto_nbd math/pareto_nbd',
    'math/power_integral' => 'pareto_nbd math/pareto_nbd',
    'math/special' => 'bgnbd pareto_nbd math/numerics',
    'subscription/mrr_ledgers' => 'mrr_retention',
    'states/customer' => 'customers purchases histories',
    'states/period_sums' => 'series cac',
    'states/survival' => 'survival survival_curve sbg',
    'states/' => 'customers purchases funnel stages sales_cycle',
);

sub slurp { my ($file) = @_; local (@ARGV, $/) = $file; return scalar <> }

# The text with comments, strings and characters blanked out, so that columns stay.
sub code_of
{
    my ($text) = @_;
    $text =~ s{(/\*.*?\*/|//[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)+')}{ my $t = $1; $t =~ s/[^\n]/ /g unless $t =~ /^"/; $t =~ s/[^\n"]/s/g if $t =~ /^"/; $t }gse;
    return $text;
}

# ---- faults ----

my %turned = ('<' => '<=', '<=' => '<', '>' => '>=', '>=' => '>', '==' => '!=', '!=' => '==');

# Lines whose fault no result shows: messages, allocations, hints for speed.
my $silent = qr/\b(?:\w*Assert\w*|ereport|errmsg|errdetail|errhint|errcode|elog|PG_FUNCTION_INFO_V1|CHECK_FOR_INTERRUPTS
    |pfree|PG_FREE_IF_COPY|likely|MemoryContext\w*|AllocSet\w*|palloc\w*|repalloc\w*|enlargeStringInfo|__builtin_prefetch|sizeof)\b
    |\(Datum\)\ 0;/x; # what a function returns that gives rows is not read

# Whether a number one larger only leaves more room: in the size of an array that is declared, whose length the file does not ask
# for, or in a capacity that is set; not as a divisor.
sub is_room
{
    my ($code, $column, $file) = @_;
    my $before = substr $code, 0, $column;
    return 0 if $before =~ m{(?:[/%-]|[=!<>]=) $};
    return 1 if $before =~ /\b\w*capacity = [^?]*$/ && $before !~ /, \w+ = /;
    my ($type, $name) = $before =~ /^\s+(?:static |const )*(\w+) \**(\w+)\[[^\]=;]*$/;
    return defined $name && $type ne 'return' && $code !~ /\b$name\[[^\]]*\]\[/ && $file !~ /\b(?:lengthof|sizeof)\(\Q$name\E\)/;
}

sub faults_of # FILE: [line, column, length, new, description]
{
    my ($file) = @_;
    my $all = slurp($file);
    my @text = split /\n/, $all;
    my @code = split /\n/, code_of($all);
    my ($type, $depth, $message, @found) = ('', 0, 0);
    for my $n (0 .. $#code)
    {
        my ($code, $before) = ($code[$n] // '', $n ? $code[ $n - 1 ] : '');
        my $add = sub {
            my ($column, $length, $new, $how) = @_;
            $how //= sprintf '`%s` became `%s` in `%s`', substr($text[$n], $column, $length), $new, $text[$n] =~ s/^\s+//r;
            push @found, [ $n + 1, $column, $length, $new, $how ];
        };
        if ($code =~ /^(?:static |extern |inline |pg_\w+ )*([a-z]\w*(?: \*+)?)$/) { $type = $1 }
        # Inside functions only, and not within a message of several lines.
        my $inside = $depth > 0 && $code !~ /^\s*#/;
        $depth += ($code =~ tr/{//) - ($code =~ tr/}//);
        $message = 1 if $code =~ /\b(?:ereport|elog|StaticAssert\w*|\w*Assert)\s*\(/;
        my $skip = $message || $code =~ $silent || !$inside || ($code[ $n + 1 ] // '') =~ /\bCHECK_FOR_INTERRUPTS\b/;
        $message = 0 if $code =~ /;\s*$/;
        next if $skip;

        while ($code =~ / (<=|>=|==|!=|<|>) (?!$)/g) { $add->($-[1], length $1, $turned{$1}) }
        while ($code =~ /[\w)\]] (\+|-) (?=[\w(])/g) { $add->($-[1], 1, $1 eq '+' ? '-' : '+') }
        while ($code =~ /[\w)\]] (\+=|-=) /g) { $add->($-[1], 2, $1 eq '+=' ? '-=' : '+=') }
        while ($code =~ /[\w)\]] (&&|\|\|)(?= |$)/g) { $add->($-[1], 2, $1 eq '&&' ? '||' : '&&') }
        while ($code =~ /(?<![\w.])(\d+)(?![\w.])/g) { $add->($-[1], length $1, $1 + 1) if !is_room($code, $-[1], $all) }
        while ($code =~ /(?<![\w.])(\d+\.\d+|\d+e-?\d+)(?![\w.])/g) { $add->($-[1], length $1, $1 == 0 ? '1.0' : "($1 * 1.5)") }
        while ($code =~ /\b[a-z]\w+\(([\w.\[\]]+(?:->\w+)*), ([\w.\[\]]+(?:->\w+)*)\)/g)
        {
            $add->($-[1], $+[2] - $-[1], "$2, $1") if $1 ne $2;
        }
        if (my ($value) = $code =~ /^\s+return (.+);$/)
        {
            my $column = index $code, $value, index $code, 'return ';
            my $plain = substr $text[$n], $column, length $value;
            my $negative = $type eq 'bool' ? "!($plain)" : $type =~ /^(?:u?int\d*|double|Size|int128)$/ ? "-($plain)" : undef;
            $add->($column, length $value, $negative, "`return $plain` was negated") if defined $negative && $value !~ /^(?:0|NULL)$/;
        }
        # A whole statement on its line that declares and returns nothing.
        my ($statement) = $code =~ /^\s+([A-Za-z_*+\-(].*;)$/;
        if (defined $statement && $statement !~ /\bpoll(?:\(| = )|^(?:return|goto|PG_RETURN|else|typedef|static|const|do)\b|^[A-Za-z_][\w ]*[ *]+\w+(?: =|;|\[|,)/
            && $before =~ /(?:[;{}:]|\)|\belse|^)\s*$/)
        {
            my $column = length($code) - length $statement;
            # A function that ends without a value gives what lies about, often the right one: it gives NULL.
            my $last = $statement =~ /^PG_RETURN_(?!NULL|VOID)/ && ($code[ $n + 1 ] // '') =~ /^}/;
            $add->($column, length $statement, $last ? 'PG_RETURN_NULL();' : ';', sprintf '`%s` %s',
                substr($text[$n], $column, length $statement), $last ? 'became NULL' : 'was left out');
        }
    }
    return map { [ $file, @$_, "$text[ $_->[0] - 1 ]" ] } @found;
}

# ---- tests ----

my @metrics = map { /^src\/(\w+)\/(\w+)\.sql$/ && -f "sql/$2.sql" ? [ $1, $2 ] : () } sort glob 'src/*/*.sql';

sub tests_of # FILE: names of regression tests, then math/NAME for a unit test
{
    my ($file) = @_;
    my ($room, $name) = $file =~ m{^src/(\w+)/(\w+)\.c$};
    my @unit = $room eq 'math' && -f "test/math/$name.c" ? ("math/$name") : ();
    return ($name, @unit) if -f "sql/$name.sql";
    for my $key (reverse sort keys %stated) { return split / /, $stated{$key} if index("$room/$name", $key) == 0 }
    return users_of("math/$name.h", @unit) if $room eq 'math';

    my @symbols = slurp($file) =~ /^(cm_\w+)\(/mg;
    my @found;
    for (grep { $_->[0] eq $room } @metrics)
    {
        my $metric = $_->[1];
        my $declared = slurp("src/$room/$metric.sql");
        my $source = -f "src/$room/$metric.c" ? slurp("src/$room/$metric.c") : '';
        push @found, $metric if index("${name}_", "${metric}_") == 0 || grep({ $declared =~ /'$_'/ } @symbols)
            || $source =~ m{"$room/$name\.h"};
    }
    @found = map { $_->[1] } grep { $_->[0] eq $room } @metrics if !@found;
    return @found;
}

# Tests named after a file that includes the header, or that includes a header of math which does.
sub users_of
{
    my ($header, @unit) = @_;
    my @found;
    for my $pass (1 .. 3)
    {
        my @direct = grep { slurp($_) =~ /"\Q$header\E"/ } glob 'src/*/*.[ch]';
        my @names = map { m{^src/(?!math/)\w+/(\w+)\.c$} && -f "sql/$1.sql" ? $1 : () } @direct;
        push @found, @names;
        push @unit, map { m{^src/math/(\w+)\.c$} && -f "test/math/$1.c" ? "math/$1" : () } @direct;
        last if @found || !@direct;
        ($header) = map { m{^src/(.*)\.[ch]$} ? "$1.h" : () } @direct;
    }
    my %seen;
    @found = grep { !$seen{$_}++ } @found;
    @unit = grep { !$seen{$_}++ } @unit;
    return (@found > 3 ? @found[ 0 .. 2 ] : @found, @unit > 2 ? @unit[ 0, 1 ] : @unit);
}

# ---- commands ----

my $command = shift // '';
if ($command eq 'list')
{
    my ($seed, @files) = @ARGV;
    @files = sort glob 'src/*/*.c' if !@files;
    my (%order, %seen, %named);
    for my $fault (map { faults_of($_) } @files)
    {
        my ($file, $line, $column, $length, $new, $how, $text) = @$fault;
        # Not the number of the line, so that a change elsewhere in the file draws the same faults. Equal lines are told apart.
        my $what = "$seed $file $text $column $new";
        my $before = $seen{$what}++;
        $how .= " ($named{\"$file $how\"})" if $named{"$file $how"}++;
        $order{ join "\t", $file, $line, $column, $length, $new, $how } = md5_hex("$what $before");
    }
    my %tests;
    for (sort { $order{$a} cmp $order{$b} || $a cmp $b } keys %order)
    {
        my ($file) = split /\t/;
        $tests{$file} //= join ' ', tests_of($file);
        print "$_\t$tests{$file}\n";
    }
}
else
{
    die "mutate.pl list SEED [FILE...]\n";
}
