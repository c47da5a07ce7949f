-- Times two queries against each other in one run, taking turns, so that a busy machine troubles both alike.
--   CALL bench_pair('nps against count', 'SELECT nps(score) FROM survey', 'SELECT count(score) FROM survey', most => 1.1);
-- measures once without workers and once with two, and keeps the median times and the median ratio a / b in
-- bench_result. `most` is the ratio that is promised.
CREATE TABLE bench_result (
    place integer GENERATED ALWAYS AS IDENTITY, name text, workers integer, a_ms float8, b_ms float8, ratio float8, most float8);

CREATE FUNCTION bench_ms(query text) RETURNS float8
LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz := clock_timestamp();
BEGIN
    EXECUTE query;
    RETURN 1000 * extract(epoch FROM clock_timestamp() - started);
END $$;

CREATE PROCEDURE bench_pair(name text, a text, b text, runs integer DEFAULT 5, most float8 DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
    workers integer;
    a_ms float8[];
    b_ms float8[];
    result bench_result;
BEGIN
    PERFORM set_config('jit', 'off', false), set_config('work_mem', '512MB', false);
    FOREACH workers IN ARRAY ARRAY[0, 2] LOOP
        PERFORM set_config('max_parallel_workers_per_gather', workers::text, false);
        PERFORM bench_ms(a), bench_ms(b); -- warm
        SELECT array_agg(bench_ms(a)), array_agg(bench_ms(b)) INTO a_ms, b_ms FROM generate_series(1, runs);
        INSERT INTO bench_result (name, workers, a_ms, b_ms, ratio, most)
        SELECT name, workers, percentile_cont(0.5) WITHIN GROUP (ORDER BY x),
               percentile_cont(0.5) WITHIN GROUP (ORDER BY y), percentile_cont(0.5) WITHIN GROUP (ORDER BY x / y), most
        FROM unnest(a_ms, b_ms) AS pair(x, y)
        RETURNING * INTO result;
        RAISE INFO '%, % workers: % ms / % ms = % %', name, workers, round(result.a_ms::numeric, 1),
            round(result.b_ms::numeric, 1), round(result.ratio::numeric, 2),
            CASE WHEN result.ratio > most THEN format('(promised: at most %s)', most) ELSE '' END;
    END LOOP;
END $$;
