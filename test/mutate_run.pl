# Plants the faults of test/mutate.pl one after another and runs the tests that execute their lines. Called by test/mutate, which
# has built everything:  mutate_run.pl WORK MODULE COUNT SEED SKIP LOG [FILE...]
use strict;
use warnings;
use Cwd;
use IO::Select;
use POSIX ();
use Time::HiRes qw(time sleep);

my ($work, $module, $count, $seed, $skip, $again, @files) = @ARGV;
my $tree = getcwd;
$ENV{PGDATABASE} = 'mutant';
$ENV{PG_ABS_SRCDIR} = $tree;
$ENV{CM_MODULES} = "$work/modules";
$| = 1;

sub slurp { my ($file) = @_; local $/; open my $in, '<', $file or die "$file: $!"; return scalar <$in> }
sub spew { my ($file, $text) = @_; open my $out, '>', $file or die "$file: $!"; print $out $text; close $out or die $! }
sub shell { my ($command) = @_; return system("$command >$work/log.shell 2>&1") == 0 }
sub control { my ($sql) = @_; return shell("PGOPTIONS='-c client_min_messages=error' psql -X -q -v ON_ERROR_STOP=1 -c \"$sql\"") }

# ---- compiling ----

my ($compile, $link) = map { my $what = $_; grep { /$what/ } split /\n/, slurp("$work/commands") } ' -c -o src/core/check.o', ' -shared ';
my @math = glob 'src/math/*.o';

sub compile_object # FILE.c: into mutant.o
{
    my ($file) = @_;
    my $command = $compile =~ s{src/core/check\.c}{$file}gr =~ s{src/core/check\.o}{$work/mutant.o}gr;
    return shell($command);
}

sub link_module # the module, in which mutant.o stands in place of FILE.o
{
    my ($file) = @_;
    (my $object = $file) =~ s/\.c$/.o/;
    my $command = $link =~ s{\Q $object }{ $work/mutant.o }r =~ s{-o customer_metrics\.so}{-o $work/mutant.so}r;
    shell($command) or die "$command: " . slurp("$work/log.shell");
    install_module("$work/mutant.so");
}

sub install_module # a new file: backends that run keep the old one mapped
{
    my ($from) = @_;
    shell("cp $from $module.new && mv $module.new $module") or die slurp("$work/log.shell");
}

sub link_unit # NAME, OBJECTS of math: the program $work/unit
{
    my ($name, @objects) = @_;
    return shell("cc -std=gnu11 -Isrc -O1 -w -c test/math/$name.c -o $work/unit_$name.o") if !@objects;
    return shell("cc $work/unit_$name.o @objects -lm -lgcov -o $work/unit.new && mv $work/unit.new $work/unit");
}

# ---- running ----

my (%base, %processor, %expected);
my %script = (map({ m{sql/(\w+)\.sql} ? ($1 => $_) : () } glob 'sql/*.sql'), types => 'test/mutate_types.sql');

# A program that loops must not outlive us.
my $running;
$SIG{$_} = sub { exit 1 } for 'TERM', 'INT', 'HUP';
END { kill 'KILL', -$running if $running }

# Runs a test until it prints something else than it should. Gives '' where it passes, else the reason.
sub run_test
{
    my ($test) = @_;
    my $unit = $test =~ m{^math/};
    my $pid = open(my $out, '-|') // die $!;
    if (!$pid)
    {
        POSIX::setpgid(0, 0);
        open STDERR, '>&', \*STDOUT;
        if ($unit) { exec "$work/unit" or POSIX::_exit(99) }
        open STDIN, '<', $script{$test} or POSIX::_exit(99);
        @ENV{qw(PGTZ PGDATESTYLE)} = ('PST8PDT', 'Postgres, MDY');
        exec qw(psql -X -a -q -v HIDE_TABLEAM=on -v HIDE_TOAST_COMPRESSION=on) or POSIX::_exit(99);
    }
    $running = $pid;
    my $verdict = watch($test, $out, $unit, $pid);
    kill 'KILL', -$pid if $verdict ne '';
    close $out;
    undef $running;
    $verdict = 'it fails' if $verdict eq '' && $unit && $?;
    clean_up() if !$unit;
    return $verdict;
}

my $measured; # processor seconds of a test without a fault

sub watch
{
    my ($test, $out, $unit, $pid) = @_;
    my ($select, $began, $at, $text) = (IO::Select->new($out), time, 0, '');
    my ($limit, $used) = ($base{$test} // 120, $processor{$test} // 30);
    while (1)
    {
        if ($select->can_read($base{$test} ? 0.25 : 0.05))
        {
            my $read = sysread $out, my $piece, 65536;
            last if !$read;
            if ($unit)
            {
                $text .= $piece;
                return 'it fails' if $text =~ /^not ok/m;
                next;
            }
            return 'it fails' if substr($expected{$test}, $at, $read) ne $piece;
            $at += $read;
        }
        my $time = time - $began;
        return 'it hangs' if $time > 20 + 10 * $limit;
        next if $base{$test} && $time < 1 + 2 * $used;
        my $now = used($unit ? $pid : 0);
        return 'it hangs' if $now > 2 + 4 * $used;
        $measured = $now if $now;
    }
    return $unit || $at == length $expected{$test} ? '' : 'it fails';
}

sub used # processor seconds of a process, or of the one that works in our database
{
    my ($pid) = @_;
    my $most = 0;
    for my $stat ($pid ? "/proc/$pid/stat" : map { "/proc/$_/stat" } backends())
    {
        my @field = split ' ', (eval { slurp($stat) } // '') =~ s/^.*\) //sr;
        $most = ($field[11] + $field[12]) / 100 if @field > 12 && ($field[11] + $field[12]) / 100 > $most;
    }
    return $most;
}

sub backends # those of our own server that work in our database
{
    my ($postmaster) = split /\n/, slurp("$work/data/postmaster.pid");
    my @children = split ' ', `ps -o pid= --ppid $postmaster`;
    return grep { (eval { slurp("/proc/$_/cmdline") } // '') =~ /^postgres: postgres mutant/ } @children;
}

# All schemas, also those that a test made itself and did not get to drop, with the second extension, which some tests make in them.
my $drop_all = q{DO 'DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ ''^(pg_|public|information_schema)''
    LOOP EXECUTE format(''DROP SCHEMA %I CASCADE'', s); END LOOP; END'; CREATE SCHEMA mutant};

sub clean_up # no session is left in the database, and nothing that a test has made
{
    for my $try (1 .. 200)
    {
        my @left = backends();
        if (!@left && control($drop_all)) { return }
        # A loop without a check for interrupts ends only so, and the server begins anew.
        kill $try < 10 ? 'TERM' : 'KILL', @left if @left && $try > 1;
        sleep($try < 10 ? 0.02 : 0.2);
    }
    die "the server does not come back\n";
}

# ---- what each test executes, and how long it takes ----

my $all = 0; # seconds of all of them
my %reaches; # file, line: tests; the line is there, without one, where no test executes it

sub measure
{
    # Not the catalogue, which reads declarations that no fault of C changes.
    my @sql = grep { $_ ne 'catalog' } sort keys %script;
    my @unit = map { m{test/(math/\w+)\.c} } sort glob 'test/math/*.c';
    $expected{$_} = slurp($script{$_} =~ s/^sql/expected/r =~ s/sql$/out/r) for @sql;
    install_module("$work/counting/customer_metrics.so");
    for my $test (@sql, @unit)
    {
        if (my ($name) = $test =~ m{^math/(\w+)})
        {
            next if !-f "test/math/$name.c";
            link_unit($name) && link_unit($name, map { "$work/counting/$_" } @math) or die slurp("$work/log.shell");
        }
        unlink glob "$work/counting/src/*/*.gcda";
        my $began = time;
        $measured = 0;
        my $verdict = run_test($test);
        $verdict eq '' or die "$test fails without a fault: $verdict\n";
        $base{$test} = time - $began;
        read_counts($test);
        $processor{$test} = $measured;
        $all += $base{$test};
    }
    printf "%d tests without a fault: %.1f s\n", scalar keys %base, $all;
}

sub read_counts
{
    my ($test) = @_;
    my @counts = glob "$work/counting/src/*/*.gcda" or return;
    open my $in, '-|', "cd $work/counting && gcov -t @counts 2>/dev/null" or die $!;
    my $file = '';
    while (<$in>)
    {
        if (/^ +-: +0:Source:(.*)/) { $file = $1 =~ s{^.*/counting/}{}r }
        elsif (/^ *(#####|=====|\d+)\*?: *(\d+):/)
        {
            my $tests = $reaches{$file}{$2} //= {};
            $tests->{$test} = 1 if $1 !~ /[#=]/;
        }
    }
}

# Tests that are named after the file, and those that execute a line, or what stands next to a line that has no code of its own,
# and do not take more than a twentieth of all the time. The fastest first, where those of the name are worth five times as long.
sub tests_of
{
    my ($file, $line, @named) = @_;
    my $lines = $reaches{$file} // {};
    my (%tests, %cost);
    $tests{$_} = 1 for grep { $base{$_} } @named;
    for my $step (-1, 1)
    {
        my $at = $line;
        $at += $step while $at > 0 && $at < 500 && !$lines->{$at};
        $tests{$_} = 1 for grep { $base{$_} < $all / 20 } keys %{ $lines->{$at} // {} };
    }
    my %named = map { $_ => 1 } @named;
    $cost{$_} = $base{$_} / ($named{$_} ? 5 : 1) for keys %tests;
    return sort { $cost{$a} <=> $cost{$b} || $a cmp $b } keys %tests;
}

# ---- faults ----

my %number = map { $_ => 0 } qw(planted caught survived equivalent broken same);
my @survivors;
my %equivalent = map { /^(src\/\S+: .*)/ ? ($1 => 1) : () } split /\n/, -f 'test/equivalents' ? slurp('test/equivalents') : '';

sub try_fault
{
    my ($file, $line, $column, $length, $new, $how, $named) = @_;
    my $what = "$file:$line: $how";
    if ($equivalent{"$file: $how"}) { $number{equivalent}++; return }
    my $source = slurp($file);
    my @text = split /\n/, $source, -1;
    substr($text[ $line - 1 ], $column, $length) = $new;
    spew($file, join "\n", @text);
    my $compiled = compile_object($file);
    spew($file, $source);
    if (!$compiled) { $number{broken}++; return }
    if (slurp("$work/mutant.o") eq slurp($file =~ s/c$/o/r)) { $number{same}++; return }
    $number{planted}++;
    link_module($file);
    for my $test (tests_of($file, $line, split / /, $named))
    {
        if (my ($name) = $test =~ m{^math/(\w+)})
        {
            my $object = $file =~ s/c$/o/r;
            link_unit($name, map { $_ eq $object ? "$work/mutant.o" : $_ } @math) or die slurp("$work/log.shell");
        }
        my $verdict = run_test($test) or next;
        $number{caught}++;
        print "ok - $what, caught by $test", $verdict eq 'it hangs' ? " ($verdict)\n" : "\n";
        return;
    }
    $number{survived}++;
    $what .= ' (no test executes it)' if $reaches{$file}{$line} && !%{ $reaches{$file}{$line} };
    push @survivors, $what;
    print "not ok - $what\n";
}

# Code that no test executes, but for what only an error or a lack of memory needs.
sub list_unreached
{
    for my $file (sort grep { -f && /^src.*\.c$/ } keys %reaches)
    {
        my @text = split /\n/, slurp($file);
        for my $line (sort { $a <=> $b } grep { !%{ $reaches{$file}{$_} } } keys %{ $reaches{$file} })
        {
            print "$file:$line: ", $text[ $line - 1 ] =~ s/^\s+//r, "\n" if $text[ $line - 1 ] !~ /\b(ereport|elog|err\w+|CHECK_FOR_INTERRUPTS|cm_\w+_error|cm_\w+_fail)\b/;
        }
    }
}

measure();
if (!$count && !$again)
{
    list_unreached();
    exit 0;
}
my @faults = map { chomp; [ split /\t/ ] } `perl test/mutate.pl list $seed @files`;
my @again;
if ($again)
{
    my %tried = map { /^not ok - (src\S+):\d+: (.*?)(?: \(no test executes it\))?$/ ? ("$1: $2" => 1) : () } split /\n/, slurp($again);
    @again = grep { $tried{"$_->[0]: $_->[5]"} } @faults;
}
printf "%d faults can be planted; %d are drawn by seed %d%s%s\n", scalar @faults, $count, $seed, $skip ? ", after the first $skip" : '',
  $again ? ', and before them ' . @again . ' that survived once' : '';
try_fault(@$_) for @again;
my $drawn = $skip;
my $before = $number{planted};
for my $fault (@faults[ $skip .. $#faults ])
{
    last if $number{planted} >= $before + $count;
    $drawn++;
    try_fault(@$fault);
    control('VACUUM') if $number{planted} % 100 == 50;
}
# A test that had failed without a fault would have caught everything.
install_module('customer_metrics.so');
for my $test (grep { !m{^math/} } sort keys %base)
{
    my $verdict = run_test($test);
    $verdict eq '' or die "$test fails without a fault, at the end: $verdict\n";
}
print join("\n    ", 'survived:', @survivors), "\n" if @survivors;
print "$drawn drawn: $number{planted} planted, $number{caught} caught, $number{survived} survived",
  " ($number{equivalent} equivalent, $number{broken} did not compile, $number{same} gave the same machine code)\n";
print "$number{caught} passed, $number{survived} failed\n";
exit($number{survived} || !$number{planted} ? 1 : 0);
