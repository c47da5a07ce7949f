-- One row per record of the user's file, everything as text: nothing is lost before it can be named.
DROP TABLE IF EXISTS input, answer;
CREATE TABLE input (kind text, line bigint, fields text[], problem text);
