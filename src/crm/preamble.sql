-- Assembled by the Makefile from src/crm/*.sql: change those.
\echo Use "CREATE EXTENSION customer_metrics_crm CASCADE" to load this file. \quit

