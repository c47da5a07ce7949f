# Text and binary input of every type under mutation: an error of class 22 or 54, or a value that prints back to
# itself; never a crash. CM_MUTATIONS sets how many values are tried for each type and form.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $tries = $ENV{CM_MUTATIONS} // 4000;
my $node = Surface::start('inputs');
Surface::make_data($node, 400);
Surface::make_values($node);
$node->safe_psql('postgres', qq{
    CREATE FUNCTION receive_value(regtype, bytea) RETURNS text AS '$ENV{CM_MODULES}/receive' LANGUAGE C STRICT});
$node->safe_psql('postgres', q{
    CREATE TYPE outcome AS (tried int, accepted int, wrong int, example text);
    -- Bytes of a value with one to four changes: flipped, removed, doubled, replaced by bytes that matter.
    CREATE FUNCTION mutated(bytes bytea) RETURNS bytea LANGUAGE plpgsql AS $$
    DECLARE
        at int; words bytea[] = '{"\\x00","\\xff","\\x2d","\\x2c","\\x3a","\\x30","\\x39","\\x22","\\x7b","\\x7d","\\x7fffffffffffffff","\\x8000000000000000","\\x39393939393939393939","\\x4e614e","\\x31653939"}';
    BEGIN
        FOR change IN 1 .. 1 + floor(random() * 4)::int LOOP
            at = floor(random() * length(bytes))::int;
            EXIT WHEN length(bytes) = 0;
            CASE floor(random() * 5)::int
                WHEN 0 THEN bytes = set_byte(bytes, at, get_byte(bytes, at) # (1 << floor(random() * 8)::int));
                WHEN 1 THEN bytes = substr(bytes, 1, at) || substr(bytes, at + 2);
                WHEN 2 THEN bytes = substr(bytes, 1, at) || substr(bytes, greatest(1, at - 3));
                WHEN 3 THEN bytes = substr(bytes, 1, at) || words[1 + floor(random() * 15)::int] || substr(bytes, at + 1);
                ELSE bytes = substr(bytes, 1, at) || words[1 + floor(random() * 15)::int] || substr(bytes, at + 2);
            END CASE;
        END LOOP;
        RETURN bytes;
    END $$;
    CREATE FUNCTION try_mutations(type regtype, form text, tries int) RETURNS outcome LANGUAGE plpgsql AS $$
    DECLARE
        seeds bytea[]; sender regproc = (SELECT typsend FROM pg_type WHERE oid = type);
        seen outcome = (0, 0, 0, NULL); bytes bytea; printed text; again text;
    BEGIN
        PERFORM setseed(0.4242);
        IF form = 'text' THEN
            SELECT array_agg(convert_to(value, 'UTF8')) INTO seeds FROM values_of AS v WHERE v.type = try_mutations.type::text AND length(value) < 2000;
        ELSE
            EXECUTE format('SELECT array_agg(%s(value::%s)) FROM values_of WHERE type = %L AND length(value) < 2000', sender, type, type::text) INTO seeds;
        END IF;
        FOR try IN 1 .. tries LOOP
            seen.tried = seen.tried + 1;
            bytes = mutated(seeds[1 + floor(random() * array_length(seeds, 1))::int]);
            BEGIN
                IF form = 'text' THEN
                    EXECUTE format('SELECT $1::%s::text', type) INTO printed USING convert_from(bytes, 'UTF8');
                ELSE
                    printed = receive_value(type, bytes);
                END IF;
                seen.accepted = seen.accepted + 1;
                EXECUTE format('SELECT $1::%s::text', type) INTO again USING printed;
                IF again IS DISTINCT FROM printed THEN
                    seen.wrong = seen.wrong + 1;
                    seen.example = format('%s prints as %s', printed, again);
                END IF;
            EXCEPTION WHEN OTHERS THEN
                IF sqlstate !~ '^(22|54|08P01|42804)' THEN
                    seen.wrong = seen.wrong + 1;
                    seen.example = format('%s: %s %s', encode(bytes, 'escape'), sqlstate, sqlerrm);
                END IF;
            END;
        END LOOP;
        RETURN seen;
    END $$;
});
for my $type (Surface::types($node))
{
    for my $form ('text', 'binary')
    {
        my ($tried, $accepted, $wrong, $example) =
          split /\|/, $node->safe_psql('postgres', "SELECT * FROM try_mutations('$type', '$form', $tries)"), 4;
        is($wrong, 0, "$type, $form: $tried values tried, $accepted accepted") or diag($example);
    }
}
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server lives');
done_testing();
