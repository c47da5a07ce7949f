-- customer_shard: the published values of XXH64 with seed 0, by their remainders, which together tell the whole hash.
CREATE TABLE shard_moduli AS SELECT n FROM (VALUES (1000000), (999983), (999979), (999961)) AS v(n);
CREATE FUNCTION shard_matches(id text, hash numeric) RETURNS boolean STABLE
    RETURN (SELECT bool_and(customer_shard(id, n) = hash % n) FROM shard_moduli);
SELECT id, shard_matches(id, hash) FROM (VALUES
    ('', 17241709254077376921), ('a', 15154266338359012955), ('abc', 4952883123889572249),
    ('The quick brown fox jumps over the lazy dog', 802816344064684476)) AS v(id, hash);
-- As python3-xxhash has it, of lengths around 4, 8 and 32.
SELECT bool_and(shard_matches(
           left('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ客', length), hash))
FROM (VALUES (3, 2030502532415280957), (4, 5490740253123968459), (5, 3804218074556952421),
    (7, 10947775587556478458), (8, 16481523876683619647), (9, 4894508053845540128),
    (15, 5455295319615892045), (16, 6655072042875317515), (17, 9238833853840889093),
    (31, 9272344410417401657), (32, 13798076798106715874), (33, 16822109978983855028),
    (40, 1962690110642631947), (62, 8519073377718193901), (63, 7517673701401553254)) AS v(length, hash);
-- Numbers are hashed as 8 bytes, the least significant first, uuids as their 16 bytes.
SELECT id, bool_and(customer_shard(id, n) = hash % n) FROM shard_moduli, (VALUES
    (0::bigint, 3803688792395291579), (5::bigint, 9925382920258869565),
    (-1, 9642548396912002761), (9223372036854775807, 18406436390665352972),
    (-9223372036854775808, 4558309869707674848)) AS v(id, hash)
GROUP BY id ORDER BY id;
SELECT id, bool_and(customer_shard(id, n) = hash % n) FROM shard_moduli, (VALUES
    ('00000000-0000-0000-0000-000000000000'::uuid, 12612883901365648434),
    ('c4ca4238-a0b9-2382-0dcc-509a6f75849b'::uuid, 4864220830700932698)) AS v(id, hash)
GROUP BY id ORDER BY id;
-- Integers of all sizes are one kind of id; the text of a number is another id.
SELECT customer_shard(5::smallint, 1000) AS smallint, customer_shard(5, 1000) AS integer,
       customer_shard(5::bigint, 1000) AS bigint, customer_shard('5'::text, 1000) AS text,
       customer_shard('5'::varchar(9), 1000) AS varchar;
-- Twice as many shards split each in two.
SELECT bool_and(customer_shard(i, 64) % 32 = customer_shard(i, 32)) FROM generate_series(-1000, 1000) AS i;
-- Shards are alike in size, also of ids from a sequence and of multiples: chi-square with 63 degrees of freedom is
-- below 117 in all but 4 of 100,000.
SELECT step, sum((n - 1000.0) ^ 2 / 1000) < 117 AS even
FROM (SELECT step, customer_shard(i * step, 64), count(*) AS n
      FROM generate_series(1, 64000) AS i, (VALUES (1::bigint), (64), (1000000007)) AS v(step) GROUP BY 1, 2) AS s
GROUP BY step ORDER BY step;
SELECT customer_shard(NULL::bigint, 8), customer_shard('a'::text, NULL), customer_shard(7, 1);
SELECT customer_shard(7, 0);
SELECT customer_shard(7, 1000001);
-- A collation by which different bytes are equal would put one customer into two shards.
CREATE COLLATION shard_ignores_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT customer_shard('a' COLLATE shard_ignores_case, 8);
DROP COLLATION shard_ignores_case;
DROP FUNCTION shard_matches;
DROP TABLE shard_moduli;
