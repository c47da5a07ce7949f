-- Tiers over time.
SELECT held, earned, tier_after_review(held, earned) AS one_step,
       tier_after_review(held, earned, 'immediate') AS immediate,
       tier_after_review(held, earned, rule => 'never') AS never
FROM (VALUES (NULL, 2), (0, 3), (3, 3), (3, 4), (3, 2), (3, 1), (3, 0), (1, 0), (3, NULL)) AS t(held, earned);
-- Row by row it is the same, for every customer on its own.
SELECT customer, review, earned, tier_held(earned) OVER w AS one_step,
       tier_held(earned, 'immediate') OVER w AS immediate, tier_held(earned, 'never') OVER w AS never
FROM (VALUES ('a', 1, 2), ('a', 2, 4), ('a', 3, 1), ('a', 4, NULL), ('a', 5, 1), ('a', 6, 1), ('a', 7, 0),
        ('b', 1, NULL), ('b', 2, 1), ('b', 3, 0)) AS t(customer, review, earned)
WINDOW w AS (PARTITION BY customer ORDER BY review) ORDER BY customer, review;
WITH RECURSIVE earned AS (
    SELECT c, i, (c * 7 + i * i * 13 + i) % 5 AS earned FROM generate_series(1, 100) AS c, generate_series(1, 12) AS i
), step AS (
    SELECT c, i, earned AS held FROM earned WHERE i = 1
    UNION ALL SELECT e.c, e.i, tier_after_review(held, earned) FROM step AS s JOIN earned AS e ON e.c = s.c
        AND e.i = s.i + 1
)
SELECT count(*) AS reviews, bool_and(held = w.tier_held) AS same, bool_or(w.tier_held > w.earned) AS some_are_held
FROM step JOIN (SELECT c, i, earned, tier_held(earned) OVER (PARTITION BY c ORDER BY i) FROM earned) AS w USING (c, i);
SELECT tier_after_review(-1, 2) AS error;
SELECT tier_after_review(1, -2) AS error;
SELECT tier_after_review(1, 2, 'slowly') AS error;
SELECT tier_held(-1) OVER () AS error;
