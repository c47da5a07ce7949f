-- Chance without random(): helper functions for the generators beside this file, gone when the session ends.
--
-- The same bytes on every machine and version rest on two rules:
--   1. Every draw is a hash of (row id, stream, k) made of bigint *, +, % and #, which are exact. Core's own hash
--      functions promise nothing across major versions, and md5 costs ten times as much.
--   2. Real numbers pass only through + - * / and sqrt, which IEEE 754 rounds correctly everywhere. ln, exp, power, sin
--      and cos come from the C library and may differ in the last bit, so the two we need are written out as series.
--      Hence no rounding to cents, seconds or days can fall on the other side on another machine.
--
-- Speed: the planner copies a function's body into the query only where an argument that the body uses more than once
-- is cheap. So the queries work in layers, subqueries closed by OFFSET 0: uniforms first, then what is made of them.

-- A number strictly between 0 and 1, for id < 2^31 and stream, k < 2^20. Products modulo five primes below 2^31
-- alternate with xor because each alone would be linear; every value is used once, so the chain is copied, not called.
CREATE FUNCTION pg_temp.uniform(id bigint, stream bigint, k bigint) RETURNS double precision
IMMUTABLE PARALLEL SAFE
RETURN (((((((((id * 1178126941 + stream * 1597334677) % 2147483647 # 1430532899) * 1950391207
        + k * 1284865837) % 2147483629 # 766139321) * 1812433253) % 2147483587 # 1640531527) * 1103515245)
        % 2147483579 # 1779033703) * 1566083941 % 2147483563 + 0.5::double precision) / 2147483563;

-- 1 - u^(1/4096), small enough for the short series of neg_ln even where u is a product of several uniforms.
CREATE FUNCTION pg_temp.step(u double precision) RETURNS double precision
IMMUTABLE PARALLEL SAFE
RETURN 1 - sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(sqrt(u))))))))))));

-- -ln(u) from s = step(u): -4096 ln(1 - s), by Mercator's series. The minus logarithm of a uniform is an exponential
-- draw of mean 1, that of a product of n uniforms a gamma draw of shape n.
CREATE FUNCTION pg_temp.neg_ln(s double precision) RETURNS double precision
IMMUTABLE PARALLEL SAFE
RETURN 4096 * s * (1 + s * (1.0 / 2 + s * (1.0 / 3 + s * (1.0 / 4 + s / 5))));

-- (1 - cos x) / 2 by Taylor's series in z = x^2, for x up to pi; the next term is below 1e-10.
CREATE FUNCTION pg_temp.half_cosine(z double precision) RETURNS double precision
IMMUTABLE PARALLEL SAFE
RETURN z / 4 * (1 - z / 12 * (1 - z / 30 * (1 - z / 56 * (1 - z / 90 * (1 - z / 132 * (1 - z / 182 * (1 - z / 240
       * (1 - z / 306 * (1 - z / 380)))))))));

-- sin(pi v / 2)^2 of a uniform v is a Beta(1/2, 1/2) draw (the arcsine law). Times an exponential it is Gamma(1/2),
-- times a Beta(1, c) it is Beta(1/2, 1/2 + c); and 1 - v^(1/c) is Beta(1, c).
CREATE FUNCTION pg_temp.arcsine(v double precision) RETURNS double precision
IMMUTABLE PARALLEL SAFE
RETURN pg_temp.half_cosine(v * v * 9.8696044010893586);

-- Nearly normal, of mean 0 and deviation 1: three uniforms, from three streams.
CREATE FUNCTION pg_temp.noise(id bigint, stream bigint, k bigint) RETURNS double precision
IMMUTABLE PARALLEL SAFE
RETURN 2 * (pg_temp.uniform(id, stream, k) + pg_temp.uniform(id, stream + 1, k)
            + pg_temp.uniform(id, stream + 2, k)) - 3;

-- The business counts seconds since it began, on 2024-01-01 in UTC.
CREATE FUNCTION pg_temp.moment(second double precision) RETURNS timestamptz
IMMUTABLE PARALLEL SAFE
RETURN to_timestamp(1704067200 + floor(second));
