-- Assembled by the Makefile from src/ROOM/*.sql: change those.
\echo Use "CREATE EXTENSION customer_metrics" to load this file. \quit

