-- What is reported on.
\pset title 'A simulated business, 2024 and 2025'
SELECT (SELECT pg_temp.many(count(*)) FROM shop.customers) AS customers,
       (SELECT pg_temp.many(count(*)) FROM shop.orders) AS orders,
       (SELECT pg_temp.many(count(*)) FROM shop.surveys) AS answers,
       'customer_metrics ' || (SELECT extversion FROM pg_extension WHERE extname = 'customer_metrics')
           || ' on PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) AS computed_by;
