# A database that came to this version by updates has the same objects as one where it was installed at once. Every
# path that PostgreSQL knows from a released version (src/upgrade) is walked. Because there is none before 1.0, the
# comparison itself is tested on a version 0.0 made here: this version without its last metric, and the rest as update.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = Surface::start('upgrade');

sub query { my ($sql, $database) = @_; return $node->safe_psql($database // 'postgres', $sql) }

# All members, and of those with a definition that definition, in words without object numbers.
my $members = q{
    SELECT pg_describe_object(d.classid, d.objid, 0)
           || coalesce(' ' || (SELECT row(p.prosrc, p.probin, p.provolatile, p.proisstrict, p.proparallel, p.prorows, p.procost, p.proretset, p.proargnames,
                                          p.proargmodes, p.prosecdef, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), pg_get_function_sqlbody(p.oid))
                               FROM pg_proc AS p WHERE p.oid = d.objid AND d.classid = 'pg_proc'::regclass), '')
           || coalesce(' ' || (SELECT row(a.aggkind, a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn, a.aggtranstype::regtype,
                                          a.aggtransspace, a.aggmtransspace, a.agginitval, a.aggminitval, a.aggfinalmodify)
                               FROM pg_aggregate AS a WHERE a.aggfnoid = d.objid AND d.classid = 'pg_proc'::regclass), '')
           || coalesce(' ' || (SELECT row(t.typlen, t.typbyval, t.typalign, t.typstorage, t.typinput, t.typoutput, t.typreceive, t.typsend, t.typcategory)
                               FROM pg_type AS t WHERE t.oid = d.objid AND d.classid = 'pg_type'::regclass), '')
           || coalesce(' ' || (SELECT row(o.oprcode, o.oprrest, o.oprjoin, o.oprcom::regoperator, o.oprnegate::regoperator, o.oprcanhash, o.oprcanmerge)
                               FROM pg_operator AS o WHERE o.oid = d.objid AND d.classid = 'pg_operator'::regclass), '')
           || coalesce(' ' || obj_description(d.objid, d.classid::regclass::name), '') AS member
    FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid AND d.deptype = 'e' AND e.extname = 'customer_metrics'
    ORDER BY 1};
my $fresh = query($members);
cmp_ok(scalar(split /\n/, $fresh), '>', 100, 'the members are listed');
my $number = 0;

sub differences # after a walk from a version
{
    my ($from, $to) = @_;
    my $database = 'walk' . $number++;
    query("CREATE DATABASE $database");
    query("CREATE EXTENSION customer_metrics VERSION '$from'; ALTER EXTENSION customer_metrics UPDATE TO '$to'", $database);
    my %here = map { $_ => 1 } split /\n/, query($members, $database);
    my %there = map { $_ => 1 } split /\n/, $fresh;
    return join "\n", sort map({"missing: $_"} grep { !$here{$_} } keys %there), map({"superfluous: $_"} grep { !$there{$_} } keys %here);
}

my $version = query(q{SELECT default_version FROM pg_available_extensions WHERE name = 'customer_metrics'});
my @older = split /\n/, query(qq{SELECT source FROM pg_extension_update_paths('customer_metrics') JOIN pg_available_extension_versions AS v ON v.name = 'customer_metrics' AND v.version = source
    WHERE target = '$version' AND path IS NOT NULL});
is(differences($_, $version), '', "from $_") for @older;

# The comparison tested: the install script cut before its last aggregate and all that follows it.
my $folder = `pg_config --sharedir` =~ s/\s+$//r . '/extension';
SKIP:
{
    skip "$folder is not ours to write", 3 unless -w $folder && -w "$folder/customer_metrics--$version.sql";
    my $script = slurp_file("$folder/customer_metrics--$version.sql");
    my $cut = rindex($script, 'CREATE FUNCTION');
    my ($first, $rest) = (substr($script, 0, $cut), substr($script, $cut));
    write_script("$folder/customer_metrics--0.0.sql", $first);
    write_script("$folder/customer_metrics--0.0--$version.sql", $rest);
    is(differences('0.0', $version), '', 'a full update gives what a fresh installation has');
    write_script("$folder/customer_metrics--0.0--$version.sql", $rest =~ s/^COMMENT ON .*?';$//msr);
    like(differences('0.0', $version), qr/\Amissing: .*\nsuperfluous: .*\z/, 'an update that forgets a comment is noticed');
    write_script("$folder/customer_metrics--0.0--$version.sql", $rest =~ s/PARALLEL SAFE/PARALLEL UNSAFE/r);
    like(differences('0.0', $version), qr/\Amissing: .*\nsuperfluous: .*\z/, 'and so is one that declares a function otherwise');
    unlink "$folder/customer_metrics--0.0.sql", "$folder/customer_metrics--0.0--$version.sql";
}

sub write_script
{
    my ($file, $text) = @_;
    open my $out, '>', $file or die "$file: $!";
    print $out $text;
    close $out;
}
done_testing();
