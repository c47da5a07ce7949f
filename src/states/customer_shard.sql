-- customer_shard: which of so many shards a customer belongs to, for ever. A value of all customers that would be too large, or
-- that has to be on one machine, becomes one value for each shard; reports over the shards are exact, as every customer is
-- whole in one of them:
--
--     SELECT customer_shard(customer_id, 64) AS shard, customers_agg(customer_id, ordered_on, amount) FROM orders GROUP BY 1
--
-- shard = XXH64(id, seed 0) modulo shards, unsigned, of the id as 8 bytes, least significant first (integers of all sizes: 5 is
-- 5), as the 16 bytes of a uuid, or as a text in UTF-8. The text '5' is another id than the number 5, and mostly in another
-- shard: cast one to the type of the other. With twice as many shards, each splits into two: shard and shard + old shards.
-- The hash is xxHash by Yann Collet (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md), which never changes.
-- @ids
CREATE FUNCTION customer_shard(customer_id @id@, shards bigint) RETURNS integer
    AS 'MODULE_PATHNAME', 'cm_customer_shard_@id@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customer_shard(@id@, bigint) IS
    'the shard of a customer, from 0 to shards - 1: XXH64 of the id modulo shards, the same on every machine and in every version; of a number its 8 bytes, the least significant first, of a uuid its 16, of a text its UTF-8: 5 and ''5'' are two ids';
-- @end
