-- What is reported on.
SELECT format('A simulated business, %s to %s', to_char(min(signed_up_on), 'YYYY'), to_char(max(signed_up_on), 'YYYY')) AS what FROM shop.customers \gset
\qecho :document :what
SELECT format('%s customers, %s orders and refunds, %s answers to surveys, %s subscriptions, %s leads. Everything below is computed in SQL by customer_metrics %s on PostgreSQL %s; below each table stands what made it. The days are those of UTC unless said, and the data end with 2025.',
              (SELECT pg_temp.many(count(*)) FROM shop.customers), (SELECT pg_temp.many(count(*)) FROM shop.orders),
              (SELECT pg_temp.many(count(*)) FROM shop.surveys), (SELECT pg_temp.many(count(*)) FROM shop.subscriptions), (SELECT pg_temp.many(count(*)) FROM shop.leads),
              (SELECT extversion FROM pg_extension WHERE extname = 'customer_metrics'), split_part(current_setting('server_version'), ' ', 1)) AS what \gset
\qecho :note :what
