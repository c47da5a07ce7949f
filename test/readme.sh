# Running README.md's examples in a database of their own. Sourced by test/check and test/readme.

# One psql for all examples: what one example sets up, a later one may use. Errors stand where they happen (stdbuf),
# because an example may show one.
readme_session()
{
    create_database readme && load_business 1 &&
        in_tree perl test/readme.pl script README.md >"$work/readme.sql" &&
        clean stdbuf -oL psql -X -q <"$work/readme.sql" >"$work/readme.out" 2>&1
}
