-- Times two queries against each other in one run, taking turns, so that a busy machine troubles both alike.
--   CALL bench_pair('nps against count', 'SELECT nps(score) FROM survey', 'SELECT count(score) FROM survey', most => 1.1);
-- measures once without workers, in processor time of the server process, which others on the machine hardly touch, and once with
-- two, in time as it passes; it keeps the median times and the median ratio a / b in bench_result. `most` is the ratio that is
-- promised.
CREATE TABLE bench_result (
    place integer GENERATED ALWAYS AS IDENTITY, name text, workers integer, a_ms float8, b_ms float8, ratio float8, most float8);

-- Processor time of this process so far, its own and that of the system for it (Linux: nanoseconds, the first field).
CREATE FUNCTION bench_cpu_ms() RETURNS float8
LANGUAGE sql AS $$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6 $$;

CREATE FUNCTION bench_ms(query text, cpu boolean) RETURNS float8
LANGUAGE plpgsql AS $$
DECLARE
    started float8 := CASE WHEN cpu THEN bench_cpu_ms() ELSE 1000 * extract(epoch FROM clock_timestamp()) END;
BEGIN
    EXECUTE query;
    RETURN CASE WHEN cpu THEN bench_cpu_ms() ELSE 1000 * extract(epoch FROM clock_timestamp()) END - started;
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
        PERFORM bench_ms(a, false), bench_ms(b, false); -- warm
        SELECT array_agg(bench_ms(a, workers = 0)), array_agg(bench_ms(b, workers = 0)) INTO a_ms, b_ms FROM generate_series(1, runs);
        INSERT INTO bench_result (name, workers, a_ms, b_ms, ratio, most)
        SELECT name, workers, percentile_cont(0.5) WITHIN GROUP (ORDER BY x),
               percentile_cont(0.5) WITHIN GROUP (ORDER BY y), percentile_cont(0.5) WITHIN GROUP (ORDER BY x / nullif(y, 0)), most
        FROM unnest(a_ms, b_ms) AS pair(x, y)
        RETURNING * INTO result;
        RAISE INFO '%, % workers: % ms / % ms = % %', name, workers, round(result.a_ms::numeric, 1),
            round(result.b_ms::numeric, 1), round(result.ratio::numeric, 2),
            CASE WHEN result.ratio > most THEN format('(promised: at most %s)', most) ELSE '' END;
    END LOOP;
END $$;

-- How much faster two workers make one query: its time with them, against without.
CREATE PROCEDURE bench_workers(name text, query text, runs integer DEFAULT 3, most float8 DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
    serial float8[];
    parallel float8[];
    result bench_result;
BEGIN
    PERFORM set_config('jit', 'off', false), set_config('work_mem', '512MB', false);
    FOR run IN 0 .. runs LOOP
        PERFORM set_config('max_parallel_workers_per_gather', '0', false);
        serial[run] = bench_ms(query, false);
        PERFORM set_config('max_parallel_workers_per_gather', '2', false);
        parallel[run] = bench_ms(query, false);
    END LOOP;
    INSERT INTO bench_result (name, workers, a_ms, b_ms, ratio, most)
    SELECT name, 2, percentile_cont(0.5) WITHIN GROUP (ORDER BY x), percentile_cont(0.5) WITHIN GROUP (ORDER BY y),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY x / y), most
    FROM unnest(parallel[1:], serial[1:]) AS pair(x, y)
    RETURNING * INTO result;
    RAISE INFO '%, two workers against none: % ms / % ms = %', name, round(result.a_ms::numeric, 1), round(result.b_ms::numeric, 1),
        round(result.ratio::numeric, 2);
END $$;
