# Running the examples of the pages. Sourced by test/check and test/readme.

# Every page that a user reads.
pages() { (cd "$root" && ls README.md src/*.md src/*/README.md test/README.md); }

# One psql for all examples of a page, in a database of its own: what one example sets up, a later one of the page may use, and no
# other page may. Errors stand where they happen (stdbuf), because an example may show one.
run_page() # run_page FILE: the file $work/pages/FILE.out holds what psql printed
{
    local out=$work/pages/$1
    mkdir -p "$(dirname "$out")" && in_tree perl test/readme.pl script "$1" >"$out.sql" || return
    database=postgres
    psql_run -c 'DROP DATABASE IF EXISTS page' -c 'CREATE DATABASE page TEMPLATE pages' -c "ALTER DATABASE page SET search_path = public, shop" || return
    database=page
    clean stdbuf -oL psql -X -q <"$out.sql" >"$out.out" 2>&1
}

run_pages()
{
    local page
    create_database pages && load_business 1 || return
    for page in $(pages); do
        run_page "$page" || return
    done
    database=postgres
}
