-- Loyalty tiers over time: a higher tier is given at once, a lower one by rule.
CREATE FUNCTION tier_after_review(held bigint, earned bigint, rule text DEFAULT 'one_step') RETURNS integer
    AS 'MODULE_PATHNAME', 'cm_tier_after_review' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION tier_after_review(bigint, bigint, text) IS
    'rank of the tier held after a review: the earned one if it is higher, else one_step down, immediate (down to the earned one) or never down; held NULL is none';
CREATE FUNCTION tier_held(earned bigint, rule text DEFAULT 'one_step') RETURNS integer
    AS 'MODULE_PATHNAME', 'cm_tier_held' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION tier_held(bigint, text) IS
    'tier_after_review from review to review, OVER (PARTITION BY customer ORDER BY review); where earned is NULL nothing is reviewed';
