-- Referrals.
SELECT stated_referral_rate(survey_agg(score)) AS two_of_five
FROM (VALUES (10), (9), (8), (3), (0), (NULL)) AS t(score);
SELECT referral_rate(30, 120) AS a_quarter, referrer_rate(15, 300) AS a_twentieth,
       referrals_per_customer(30, 300) AS a_tenth, referrals_per_customer(30, 20) AS one_and_a_half;
SELECT referral_rate(b) AS two_thirds, referrer_rate(b) AS two_thirds_2
FROM (VALUES (true), (false), (NULL), (true)) AS t(b);
SELECT referral_rate(0, 0) IS NULL AS nothing, referrer_rate(b) FILTER (WHERE false) IS NULL AS nothing_2,
       referrals_per_customer(0, 0) IS NULL AS nothing_3,
       stated_referral_rate('1:0,0,0,0,0,0,0,0,0,0,0') IS NULL AS nothing_4 FROM (VALUES (true)) AS t(b);
-- Counts of every type, sums of counts among them.
SELECT referral_rate(sum(part), sum(whole))
       = ALL (ARRAY[referral_rate(3::smallint, 12::numeric), referral_rate(3::real, 12::bigint)]) AS same,
       referrer_rate(sum(part), 12::float8) = referrer_rate(3, 12) AS same_referrers,
       referrals_per_customer(sum(whole), sum(part)) = referrals_per_customer(12, 3) AS same_referrals
FROM (VALUES (1, 4), (2, 8)) AS v(part, whole);
SELECT referral_rate(5, 4) AS error;
SELECT referrer_rate(5, 4) AS error;
SELECT referrer_rate(0.25, 4) AS error;
SELECT referrals_per_customer(-5, 4) AS error;
-- Conditions as words.
SELECT referral_rate(word) AS a_third, referrer_rate(word::varchar) AS a_third_2
FROM (VALUES ('Yes'), ('no'), ('f')) AS v(word);
