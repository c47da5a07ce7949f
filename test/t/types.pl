# What a column may be. Every public aggregate, every function of counts and every reader with a moment is called with
# columns of each type that README's table names for an argument, with literals, NULL and parameters without a type: each
# gives what the declared type gives, or an error that says what to do. The calls come from the catalogue; where PostgreSQL
# itself says that there is no such function, this file names the argument. All of it under two settings of a session.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use Calls;
use PostgreSQL::Test::Utils;
use Test::More;

# Where the rule says that nothing stands beside the declared type: argument => types for which there is no function.
my %no_such = (
    DAY => [ 'timestamptz' ],                                              # has a form with a zone
    NUMBER => [ 'money' ],                                                 # is cast to numeric by who has it
    BIGINT => [ 'numeric', 'real', 'double precision', 'money' ],            # a step, class or score, a key or a number of periods
);
my %integers = map { $_ => 1 } qw(step steps stage stages bins rank r_low r_high f_low f_high m_low m_high recency_score frequency_score
    monetary_score held earned order_key x t_x n shards customer_id);

my $node = Surface::start('types');
sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

# One database in which citext and a collation that calls spellings equal exist, as far as the server has them.
my $has_citext = ($node->psql('postgres', 'CREATE EXTENSION citext'))[0] == 0;
my $has_icu = ($node->psql('postgres', q{CREATE COLLATION "same letters" (provider = icu, locale = 'und-u-ks-level2', deterministic = false)}))[0] == 0;
note('there is ' . ($has_citext ? '' : 'no ') . 'citext, and ' . ($has_icu ? '' : 'no ') . 'ICU');

Surface::make_data($node, 60, 23);
Surface::make_values($node);
Calls::make_big($node);
my %own = map { $_ => 1 } Surface::types($node);

# How a statement ends: a row of state, result, message and hint. With literals, they are the parameters of a prepared one.
query(q{
    CREATE TABLE cases (id int PRIMARY KEY, title text, statement text, literals text);
    CREATE FUNCTION outcome(statement text, literals text, OUT state text, OUT result text, OUT message text, OUT hint text) LANGUAGE plpgsql AS $$
    BEGIN
        state = '00000';
        IF literals IS NULL THEN
            EXECUTE statement INTO result;
        ELSE
            DEALLOCATE ALL;
            EXECUTE 'PREPARE tried AS ' || statement;
            EXECUTE 'EXECUTE tried(' || literals || ')' INTO result;
        END IF;
        result = coalesce(result, 'NULL');
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
    END $$});

my (@cases, @tests);

sub add_case # add_case TITLE, STATEMENT [, LITERALS]: its number
{
    my ($title, $statement, $literals) = @_;
    push @cases, [ $title, $statement, $literals ];
    return $#cases;
}

# Names that read a state and also take a value of the same number of arguments: PostgreSQL cannot tell what a bare literal is.
my %reads_state = map { $_ => 1 } split /\n/, query(q{
    SELECT DISTINCT p.proname || '/' || p.pronargs - p.pronargdefaults FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics' WHERE p.proargtypes[0]::regtype::text LIKE '%\_state'});

# ---- what each type of argument is tried with ----

my @numbers = ('smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision');

sub family
{
    my ($name, $type, $types) = @_; # the types of all overloads for this argument
    return 'ID' if $name =~ /^customer_id$/ && $type =~ /^(bigint|uuid|text)$/;
    return 'KEY' if $name =~ /^(brand_\w+|hold_key)$/ && $type eq 'text';
    return 'OPTION' if $type eq 'metric_option';
    return 'DURATION' if $type eq 'metric_duration';
    return 'MOMENT' if $type eq 'metric_moment';
    return 'DAY' if $type eq 'timestamp without time zone';
    return 'NUMBER' if grep { $_ eq $type } @numbers and grep { /^(numeric|double precision)$/ } @$types;
    return 'BIGINT' if $type eq 'bigint' && $integers{$name};
    return 'NUMBER' if grep { $_ eq $type } @numbers;
    return 'BOOLEAN' if $type eq 'boolean';
    return 'INTERVAL' if $type eq 'interval';
    return 'OTHER';
}

# Variants of an expression: label, expression, what it must be like (an expression, "refused", "missing" or "clear").
sub variants
{
    my ($family, $type, $e) = @_;
    my $instant = "($e->{instant})";
    my @found;
    if ($family eq 'ID' || $family eq 'KEY')
    {
        push @found, map { [ $_, "($e->{given})::$_", $e->{declared} ] } 'smallint', 'integer', 'bigint' if $type eq 'bigint';
        push @found, [ 'uuid', "($e->{given})::uuid", $e->{declared} ] if $type eq 'uuid';
        push @found, map { [ $_, "($e->{given})::$_", $e->{declared} ] } 'text', 'varchar', 'varchar(30)' if $type eq 'text';
        push @found, [ 'citext', "($e->{given})::citext", 'refused' ] if $type eq 'text' && $has_citext;
        push @found, [ 'text of another collation', qq{($e->{given})::text COLLATE "same letters"}, 'refused' ] if $type eq 'text' && $has_icu;
    }
    if ($family =~ /^(NUMBER|BIGINT)$/)
    {
        my %missing = map { $_ => 1 } @{ $no_such{$family} };
        push @found, map { [ $_, "($e->{whole})::$_", $missing{$_} ? 'missing' : $e->{declared} ] } @numbers;
        push @found, [ 'money', "($e->{whole})::numeric::money", 'missing' ];
        push @found, [ 'money cast to numeric', "($e->{whole})::numeric::money::numeric", "($e->{whole})::numeric(20,2)" ] if $family eq 'NUMBER';
    }
    if ($family eq 'DAY')
    {
        push @found, [ 'timestamp', "($instant AT TIME ZONE 'UTC')", $e->{declared} ], [ 'date', "($instant AT TIME ZONE 'UTC')::date", $e->{declared} ],
          [ 'timestamptz', $instant, 'missing' ];
    }
    if ($family eq 'DURATION')
    {
        push @found, map { [ $_, "($e->{whole})::$_", $e->{declared} ] } @numbers if $e->{had} ne 'interval';
        push @found, [ 'interval', $e->{had} eq 'interval' ? $e->{given} : "(($e->{whole})::float8 * interval '1 day')", 'clear' ];
    }
    push @found, [ 'text', "($e->{given})::text", $e->{declared} ], [ 'varchar', "($e->{given})::varchar", $e->{declared} ] if $family eq 'OPTION';
    push @found, [ lc $family, "($e->{given})::$family", $e->{declared} ] if $family =~ /^(BOOLEAN|INTERVAL)$/;
    return @found;
}

# ---- aggregates, over 60 rows ----

my @aggregates = Surface::aggregates($node);
my %names;
for my $row (split /\n/, query(q{
    SELECT p.oid::regprocedure, n, coalesce(p.proargnames[n], '') FROM pg_proc AS p, generate_series(1, pronargs) AS n
    WHERE p.prokind IN ('a', 'f') AND p.proname NOT LIKE '\_%'}))
{
    my ($signature, $n, $name) = split /\|/, "$row|";
    $names{$signature}[ $n - 1 ] = $name;
}
my %positions; # name of an aggregate and number of arguments => types at each place
for my $aggregate (@aggregates)
{
    my $types = $aggregate->{types};
    push @{ $positions{ $aggregate->{name} . @$types }[$_] }, $types->[$_] for 0 .. $#$types;
}
my %type_of; # of an expression over data
sub type_of { my ($e) = @_; return $type_of{$e} //= query("SELECT pg_typeof($e) FROM data LIMIT 1") }

# The forms of a sane expression for an argument of this type.
sub forms
{
    my ($expression, $type, $family) = @_;
    my $given = $expression =~ s/::metric_\w+$//r;
    my $had = type_of($given);
    my %form = (given => $given, had => $had, declared => "($given)::$type", instant => 'NULL', whole => $given);
    $form{instant} = $had =~ /^(date|unknown)$/ ? "($given)::timestamp AT TIME ZONE 'UTC'" : $had eq 'timestamp without time zone' ? "($given) AT TIME ZONE 'UTC'" : $given;
    if ($family =~ /^(NUMBER|BIGINT)$/ || $family eq 'DURATION' && $had ne 'interval')
    {
        $form{whole} = "ceil(($given)::numeric)";
        $form{declared} = "($form{whole})::$type";
    }
    $form{declared} = "($form{instant}) AT TIME ZONE 'UTC'" if $family eq 'DAY';
    $form{declared} = "($form{instant})::metric_moment" if $family eq 'MOMENT';
    return \%form;
}

sub row_call { my ($name, @arguments) = @_; return "SELECT ($name(" . join(', ', @arguments) . '))::text FROM data' }

# The same where the n-th argument is a column of its own, whose type no cast in the call tells.
sub column_call
{
    my ($name, $n, $e, @arguments) = @_;
    $arguments[$n] = 'tried';
    return row_call($name, @arguments) =~ s/FROM data$/FROM (SELECT *, $e AS tried FROM data OFFSET 0) AS data/r;
}

# A constant for an argument, as text: of the first row in which it is not NULL.
my %constant;
sub constant { my ($expression) = @_; return $constant{$expression} //= query("SELECT quote_literal(($expression)::text) FROM data WHERE ($expression) IS NOT NULL ORDER BY i LIMIT 1") }

my %tried;
for my $aggregate (@aggregates)
{
    my ($name, $types, $signature) = @$aggregate{qw(name types signature)};
    next unless grep { !$own{$_} } @$types;
    my @given = Surface::split_arguments($aggregate->{sane});
    my @argument_names = @{ $names{$signature} };
    my @families = map { family($argument_names[$_], $types->[$_], $positions{ $name . @$types }[$_]) } 0 .. $#$types;
    my @forms = map { forms($given[$_], $types->[$_], $families[$_]) } 0 .. $#$types;
    my @declared = map { $_->{declared} } @forms;
    my $base = add_case("$signature as declared", row_call($name, @declared));
    push @tests, [ 'works', $base ];

    my $moments = 0;
    for my $n (0 .. $#$types)
    {
        my $family = $families[$n];
        my $title = "$signature, $argument_names[$n]";
        next if $family eq 'OTHER';
        # Overloads for other ids share everything else.
        next if $types->[0] =~ /^(uuid|text)$/ && $families[0] eq 'ID' && $n > 0;
        $tried{$family}++;
        $moments += $family eq 'MOMENT';
        my $with = sub { my ($e) = @_; return row_call($name, map { $_ == $n ? $e : $declared[$_] } 0 .. $#$types) };
        for my $variant (variants($family, $types->[$n], $forms[$n]))
        {
            my ($label, $e, $like) = @$variant;
            my $case = add_case("$title of type $label", column_call($name, $n, $e, @declared));
            push @tests, $like eq 'refused' || $like eq 'missing' ? [ $like, $case ]
              : $like eq 'clear' ? [ $like, $case ]
              : [ 'like', $case, $like eq $declared[$n] ? $base : add_case("$title as $like", $with->($like)) ];
        }
        my $literal = $reads_state{ $name . '/' . @$types } ? 'literal' : ''; # see there
        push @tests, [ "clear$literal", add_case("$title NULL", $with->('NULL')) ];

        # The same constant as a literal, as a parameter and of its type. A literal of an instant has its offset; one of an id
        # is a text.
        my $constant = constant($family eq 'DAY' ? $declared[$n] : $family eq 'MOMENT' ? "to_char(($forms[$n]{instant}) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"+00\"')"
              : $family =~ /^(NUMBER|INTEGER|BIGINT|DURATION)$/ ? $forms[$n]{whole} : $forms[$n]{given});
        my $typed = add_case("$title, a typed constant", $with->($constant . '::' . ($family eq 'MOMENT' ? 'timestamptz' : $family eq 'ID' ? 'text' : $types->[$n])));
        push @tests, [ "like$literal", add_case("$title, a literal $constant", $with->($constant)), $typed ];
        push @tests, [ "like$literal", add_case("$title, a parameter $constant", $with->('$1'), $constant), $typed ];
    }
    next unless $moments;

    # Moments all local, as timestamps and dates and literals, or one of them: what the instants give, or an error of ours.
    my $all = sub { my ($f) = @_; return row_call($name, map { $families[$_] eq 'MOMENT' ? $f->($forms[$_]{instant}) : $declared[$_] } 0 .. $#$types) };
    my $local = add_case("$signature, all moments timestamps", $all->(sub { "($_[0]) AT TIME ZONE 'UTC'" }));
    push @tests, [ 'clear', $local, $base ];
    push @tests, [ 'like', add_case("$signature, all moments timestamptz", $all->(sub { $_[0] })), $base ];
    my $midnights = add_case("$signature, all moments timestamps at midnight", $all->(sub { "date_trunc('day', ($_[0]) AT TIME ZONE 'UTC')" }));
    push @tests, [ 'like', add_case("$signature, all moments dates", $all->(sub { "(($_[0]) AT TIME ZONE 'UTC')::date" })), $midnights ];
    push @tests, [ 'clear', $midnights ];
    for my $n (grep { $families[$_] eq 'MOMENT' && $moments > 1 } 0 .. $#$types)
    {
        my $e = "($forms[$n]{instant}) AT TIME ZONE 'UTC'";
        push @tests, [ 'mixed', add_case("$signature, $argument_names[$n] alone a timestamp", row_call($name, map { $_ == $n ? $e : $declared[$_] } 0 .. $#$types)) ];
    }
}

# ---- functions of numbers alone ----

my %number = map { $_ => 1 } @numbers;
my %share = (retention => 0.5, discount => 0.25, confidence => 0.5, margin => 0.5, rate => 0.25, win_rate => 0.5, share => 0.5, quantile => 0.5);
for my $function (Calls::functions($node))
{
    my @arguments = @{ $function->{arguments} };
    my @needed = grep { !$_->{default} } @arguments;
    next if $function->{kind} ne 'f' || $function->{set} || !@needed || grep { !$number{ $_->{type} } } @needed;
    my ($name, $signature) = @$function{qw(name signature)};
    my $values; # the first sane ones: part and whole in either order
    for my $try ([ 2, 3, 5, 7, 9, 11, 13, 15 ], [ 9, 7, 5, 3, 2, 1, 1, 1 ], [ 4, 4, 4, 4, 4, 4, 4, 4 ], [ 1, 2, 1, 2, 1, 2, 1, 2 ],
        [ 20, 2, 3, 4, 5, 6, 7, 8 ], [ 0.5, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 0.5 ], [ 0.5, 0.25, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5 ])
    {
        my @try = map { $share{ $needed[$_]{name} } // $try->[$_] } 0 .. $#needed;
        my $state = query('SELECT state FROM outcome($q$SELECT ' . "$name(" . join(', ', map { "$try[$_]::$needed[$_]{type}" } 0 .. $#needed) . ')::text$q$, NULL)');
        next if $state ne '00000';
        $values = \@try;
        last;
    }
    ok($values, "$signature: this test knows values for its arguments") or next;
    my @declared = map { "$values->[$_]::$needed[$_]{type}" } 0 .. $#needed;
    my $call = sub { return "SELECT ($name(" . join(', ', @_) . '))::text' };
    my $base = add_case("$signature as declared", $call->(@declared));
    for my $n (0 .. $#needed)
    {
        my ($type, $argument) = @{ $needed[$n] }{qw(type name)};
        my $whole = $values->[$n] == int $values->[$n];
        my $with = sub { my ($e) = @_; return $call->(map { $_ == $n ? $e : $declared[$_] } 0 .. $#needed) };
        my $title = "$signature, $argument";
        my @same = grep { $_->{name} eq $name } Calls::functions($node);
        my $family = $type eq 'bigint' && $integers{$argument} ? 'BIGINT' : 'NUMBER';
        my %missing = map { $_ => 1 } @{ $no_such{$family} };
        $tried{COUNT}++;
        for my $other (grep { $whole || !/int/ } @numbers)
        {
            my $case = add_case("$title of type $other", $with->("$values->[$n]::$other"));
            push @tests, $missing{$other} ? [ 'missing', $case ] : [ 'like', $case, $base ];
        }
        push @tests, [ 'like', add_case("$title, a sum of integers", $with->("(SELECT sum(v) FROM (VALUES ($values->[$n]), (0)) AS s(v))")), $base ] if $whole && $family eq 'NUMBER';
        push @tests, [ 'like', add_case("$title, a sum of bigints", $with->("(SELECT sum(v) FROM (VALUES ($values->[$n]::bigint), (0)) AS s(v))")), $base ] if $whole && $family eq 'NUMBER';
        push @tests, [ 'like', add_case("$title, a literal", $with->("'$values->[$n]'")), $base ];
        push @tests, [ 'like', add_case("$title, a parameter", $with->('$1'), "'$values->[$n]'"), $base ];
        push @tests, [ 'clear', add_case("$title NULL", $with->('NULL')) ];
    }
}

# ---- readers of states with a day or a moment, such as as_of ----

for my $function (Calls::functions($node))
{
    my @needed = grep { !$_->{default} || $_->{type} =~ /^(timestamp without time zone|metric_moment)$/ } @{ $function->{arguments} };
    next if $function->{kind} ne 'f' || !grep { $_->{type} =~ /^(timestamp without time zone|metric_moment)$/ } @needed;
    my %call = %$function;
    $call{arguments} = [ map { { %$_, default => 0 } } @needed ];
    my $sane = Calls::call_of(\%call, %own) or next;
    my ($inside) = $sane->{call} =~ /^[^(]*\((.*)\)$/s;
    my @values = Surface::split_arguments($inside);
    my $statement = sub {
        my $call = "$function->{name}(" . join(', ', map { $needed[$_]{default} ? "$needed[$_]{name} => $_[$_]" : $_[$_] } 0 .. $#needed) . ')';
        my $from = join ', ', @{ $sane->{from} }, $function->{set} ? "$call AS r" : "LATERAL (SELECT $call AS r) AS s";
        return "SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) FROM $from";
    };
    for my $n (grep { $needed[$_]{type} =~ /^(timestamp without time zone|metric_moment)$/ } 0 .. $#needed)
    {
        my $family = $needed[$n]{type} eq 'metric_moment' ? 'MOMENT' : 'DAY';
        my $with = sub { my ($e) = @_; return $statement->(map { $_ == $n ? $e : $values[$_] } 0 .. $#needed) };
        my $title = "$function->{signature}, $needed[$n]{name}";
        my ($day) = $values[$n] =~ /'(\d{4}-\d\d-\d\d)/;
        $tried{AS_OF}++;
        if ($family eq 'DAY')
        {
            my $typed = add_case("$title as declared", $with->("timestamp '$day 00:00'"));
            push @tests, [ 'clear', $typed ];
            push @tests, [ 'like', add_case("$title of type date", $with->("date '$day'")), $typed ];
            push @tests, [ 'like', add_case("$title, a literal", $with->("'$day'")), $typed ];
            push @tests, [ 'like', add_case("$title, a parameter", $with->('$1'), "'$day'"), $typed ];
            push @tests, [ 'missing', add_case("$title of type timestamptz", $with->("timestamptz '$day 00:00+00'")) ];
        }
        else
        {
            my $instant = add_case("$title an instant", $with->("timestamptz '$day 00:00+00'"));
            my $local = add_case("$title local", $with->("timestamp '$day 00:00'"));
            push @tests, [ 'clear', $instant ], [ 'clear', $local ];
            push @tests, [ 'like', add_case("$title of type date", $with->("date '$day'")), $local ];
            push @tests, [ 'like', add_case("$title, a literal without offset", $with->("'$day'")), $local ];
            push @tests, [ 'like', add_case("$title, a parameter without offset", $with->('$1'), "'$day'"), $local ];
            push @tests, [ 'like', add_case("$title, a literal with offset", $with->("'$day 00:00+00'")), $instant ];
            push @tests, [ 'like', add_case("$title, a parameter with offset", $with->('$1'), "'$day 08:00+08'"), $instant ];
        }
        push @tests, [ 'clear', add_case("$title NULL", $with->('NULL')) ];
    }
}

# ---- all of it, under two settings ----

append_to_file("$node->{_basedir}/cases.tsv", join '', map { my $n = $_; join("\t", $n, map { defined ? s/\\/\\\\/gr =~ s/\t/ /gr =~ s/\n/ /gr : '\N' } @{ $cases[$n] }[ 0, 1, 2 ]) . "\n" } 0 .. $#cases);
query("COPY cases FROM '$node->{_basedir}/cases.tsv'");
my @sessions = ("SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'", "SET TimeZone = 'Asia/Shanghai'; SET DateStyle = 'German, DMY'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = -3");
my @outcomes;
for my $session (@sessions)
{
    my %outcome;
    for my $row (split /\x1e/, query("$session; \\pset recordsep_zero off\n\\pset recordsep '\x1e'\n\\pset fieldsep '\x1f'\nSELECT c.id, o.* FROM cases AS c, outcome(statement, literals) AS o ORDER BY c.id"))
    {
        my ($id, @fields) = split /\x1f/, $row, -1;
        $id =~ s/^\s+//;
        $outcome{$id} = \@fields;
    }
    push @outcomes, \%outcome;
}

sub as_text { my ($o) = @_; return $o->[0] eq '00000' ? $o->[1] : "$o->[0] $o->[2]" . ($o->[3] ? " (hint: $o->[3])" : '') }

# Numbers of exact and inexact overloads differ in their form, also within a row of results. (States have other texts.)
sub alike
{
    my ($a, $b) = @_;
    return $a->[0] eq $b->[0] if $a->[0] ne '00000' || $b->[0] ne '00000';
    return 1 if $a->[1] eq $b->[1];
    my $number = qr/-?\d+(?:\.\d+)?(?:e[+-]\d+)?/;
    return 0 if $a->[1] !~ /^(?:\(.*\)|$number)$/ || $a->[1] =~ s/$number/#/gr ne $b->[1] =~ s/$number/#/gr;
    my @a = $a->[1] =~ /$number/g;
    my @b = $b->[1] =~ /$number/g;
    return !grep { abs($a[$_] - $b[$_]) > 1e-9 * abs $b[$_] } 0 .. $#a;
}

# A result, or an error that blames the argument and says what to do, which of NULL need not be said.
sub is_clear { my ($o) = @_; return $o->[0] eq '00000' || $o->[0] =~ /^(22|0A)/ && $o->[3] ne '' || $o->[0] eq '22004' }

my %count;
for my $session (0 .. $#sessions)
{
    my (%wrong, %asked);
    for my $test (@tests)
    {
        my ($kind, $case, $like) = @$test;
        my ($o, $title) = ($outcomes[$session]{$case}, $cases[$case][0]);
        my $unclear = $kind =~ s/literal$// && $o->[0] eq '42725'; # not unique
        my $good = $unclear ? 1 : $kind eq 'works' ? $o->[0] eq '00000'
          : $kind eq 'like' ? alike($o, $outcomes[$session]{$like})
          : $kind eq 'refused' ? $o->[0] =~ /^(22|0A)/ && $o->[3] ne ''
          : $kind eq 'missing' ? $o->[0] eq '42883'
          : $kind eq 'mixed' ? $o->[0] =~ /^(22|0A)/ && $o->[3] ne ''
          : is_clear($o);
        $asked{$kind}++;
        push @{ $wrong{$kind} }, "$title: " . as_text($o) . (defined $like ? ', and not ' . as_text($outcomes[$session]{$like}) : '') unless $good;
    }
    my %said = (
        works => 'as declared', like => 'of another type that PostgreSQL casts, a literal or a parameter: the same', refused => 'what is compared otherwise is refused with a hint',
        missing => 'what the rule has nothing for: no such function', mixed => 'an instant and a local moment are not mixed', clear => 'a result or an error with a hint',
    );
    for my $kind (sort keys %said)
    {
        my @wrong = @{ $wrong{$kind} // [] };
        is(scalar @wrong, 0, "$said{$kind} ($sessions[$session])") or diag(join "\n", @wrong);
        $count{$kind} = $asked{$kind} // 0;
    }
}
note(join ', ', map { "$_ $count{$_}" } sort keys %count);
note('arguments tried: ' . join ', ', map { "$_ $tried{$_}" } sort keys %tried);
my @differ = grep { !alike($outcomes[0]{$_}, $outcomes[1]{$_}) && $cases[$_][1] !~ /string_agg/ } 0 .. $#cases; # (those are checked in each)
is(join("\n", map { "$cases[$_][0]: " . as_text($outcomes[0]{$_}) . ' and ' . as_text($outcomes[1]{$_}) } @differ), '', 'no setting of the session changes a result');

# No public function takes a date or a timestamptz beside the one signature that takes all of them.
is(query(q{
    SELECT string_agg(p.oid::regprocedure::text, E'\n' ORDER BY p.oid::regprocedure::text COLLATE "C") FROM pg_proc AS p
    JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
    WHERE p.proname NOT LIKE '\_%' AND (p.proargtypes::oid[] && ARRAY['date'::regtype, 'timestamptz'::regtype]::oid[])}), '', 'no function takes a date or a timestamptz alone');
done_testing();
