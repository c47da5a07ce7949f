-- The table for src/README.md, and an error if a promise is not kept.
\pset format unaligned
\pset tuples_only on
SELECT E'| pair | workers | ms | against ms | ratio | promised |\n|---|---:|---:|---:|---:|---:|';
SELECT format('| %s | %s | %s | %s | %s | %s |', name, workers, round(a_ms::numeric, 1), round(b_ms::numeric, 1),
              round(ratio::numeric, 2), coalesce('at most ' || most, ''))
FROM bench_result ORDER BY place;
DO $$
BEGIN
    IF EXISTS (SELECT FROM bench_result WHERE ratio > most) THEN
        RAISE EXCEPTION 'a promised ratio was exceeded';
    END IF;
END $$;
