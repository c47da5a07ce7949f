# Landing exports in a database, and reading the figures of the views over them. Used by crm.pl.
package Crm;

use strict;
use warnings;
use utf8;
use Encode ();
use PostgreSQL::Test::Utils;
use Test::More;

our $folder = 'test/data/crm';
our %zone = (zoho => 'America/New_York', fxiaoke => 'Asia/Shanghai');
our @layouts = ([ 'zoho_csv', 'zoho', 'csv' ], [ 'zoho_airbyte', 'zoho', 'airbyte' ], [ 'zoho_fivetran', 'zoho', 'fivetran' ],
    [ 'fx_raw', 'fxiaoke', 'raw' ], [ 'fx_flat', 'fxiaoke', 'flat' ]);

# The samples outside of the repository, where they are.
sub samples { my $found = ($ENV{CM_DATA} // '') . '/../crm/samples'; return $ENV{CM_DATA} && -f "$found/expected.csv" ? $found : undef }

sub quoted { return '"' . $_[0] =~ s/"/""/gr . '"' }

sub land_csv # a table of texts for each file of a backup, the columns as its header names them
{
    my ($node, $database, $schema, $from) = @_;
    my $sql = "CREATE SCHEMA $schema;\n";
    for my $file (sort glob "$from/*.csv")
    {
        my ($table) = $file =~ m{([^/]+)\.csv$};
        my $rows = slurp_file($file);
        my ($header) = $rows =~ /\A([^\n]*)/;
        $sql .= "CREATE TABLE $schema." . quoted($table) . ' (' . join(', ', map { quoted($_) . ' text' } split /,/, $header) . ");\n"
            . "COPY $schema." . quoted($table) . " FROM STDIN WITH (FORMAT csv, HEADER);\n$rows\\.\n";
    }
    $node->safe_psql($database, $sql);
}

sub land_records # a table of one column of JSON for each file
{
    my ($node, $database, $schema, $from) = @_;
    my $sql = "CREATE SCHEMA $schema;\n";
    for my $file (sort glob "$from/*.jsonl")
    {
        my ($table) = $file =~ m{([^/]+)\.jsonl$};
        $sql .= "CREATE TABLE $schema." . quoted($table) . " (data jsonb);\nCOPY $schema." . quoted($table)
            . " FROM STDIN WITH (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02');\n" . slurp_file($file) . "\\.\n";
    }
    $node->safe_psql($database, $sql);
}

sub land # our own small business in five layouts, or the samples
{
    my ($node, $database, $from) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE $database");
    if (!$from)
    {
        land_csv($node, $database, 'zoho_csv', "$folder/zoho");
        land_records($node, $database, 'fx_raw', "$folder/fxiaoke");
        $node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database), '-f', "$folder/layouts.sql" ], 'the other layouts are landed');
        return;
    }
    land_csv($node, $database, 'zoho_csv', "$from/zoho_backup_csv");
    land_records($node, $database, 'fx_raw', "$from/fxiaoke_openapi");
    $node->safe_psql($database, slurp_file("$from/$_/load.sql")) for qw(zoho_airbyte zoho_fivetran fxiaoke_flat);
}

sub views # the call of crm_views for a layout, with more arguments
{
    my ($layout, $to, @more) = @_;
    my ($schema, $system) = @$layout;
    return "SELECT count(*) FROM crm_views('$schema', \$q\$$to\$q\$, '$zone{$system}', orders_from => '" . ($system eq 'zoho' ? 'invoices' : 'sales_orders') . "'" . join('', map {", $_"} @more) . ')';
}

sub figures # figure => value of the views in a schema
{
    my ($node, $database, $schema, $system, @user) = @_;
    my $sql = "SET search_path = public, " . quoted($schema) . ";\n" . slurp_file("$folder/figures_$system.sql");
    my ($status, $out, $err) = $node->psql($database, $sql, extra_params => \@user);
    return { error => $err } if $status;
    return { map { /^(.*)\|(.*)$/ ? ($1 => $2) : () } split /\n/, $out };
}

sub expected # [figure, value] of a layout; those of rows in approval apart
{
    my ($from, $layout) = @_;
    my (@all, @approval);
    for my $line (split /\n/, slurp_file("$from/expected.csv"))
    {
        my ($system, $layouts, $figure, $value) = $line =~ /^(\w+),("[^"]*"|[^,]*),("[^"]*"|[^,]*),([-\d.]+),/ or next;
        next if $system ne $layout->[1] || ($system eq 'zoho' && $layouts !~ /\b(all|$layout->[2])\b/) || $figure eq 'won_amount_own';
        if ($figure =~ s/_in_approval$//) { push @approval, [ $figure, $value ] }
        else { push @all, [ $figure, $value ] }
    }
    return (\@all, \@approval);
}

sub differ # the figures that are not as expected
{
    my ($found, $wanted) = @_;
    return "error: $found->{error}" if $found->{error};
    return join '; ', map { my ($f, $v) = @$_; my $is = $found->{$f};
        defined $is && $is ne '' && abs($is - $v) <= 1e-6 * (abs($v) > 1 ? abs($v) : 1) ? () : "$f is " . ($is // 'absent') . " and not $v" } @$wanted;
}

1;
