# Running the examples of the pages. Sourced by test/check and test/readme.

# Every page that a user reads.
pages() { (cd "$root" && ls README.md src/*.md src/*/README.md test/README.md); }

# One psql for all examples of a page, in a database of its own: what one example sets up, a later one of the page may use, and no
# other page may. Errors stand where they happen (stdbuf), because an example may show one.
run_page() # run_page FILE DATABASE TRANSCRIPT [SETTING...]: what psql printed goes to the file TRANSCRIPT
{
    local page=$1 name=$2 transcript=$3
    shift 3
    : >"$transcript" # also where it cannot be run
    database=postgres
    psql_run -c "CREATE DATABASE $name TEMPLATE pages" -c "ALTER DATABASE $name SET search_path = public, shop"
    database=$name
    clean env "$@" stdbuf -oL psql -X -q <"$work/pages/$page.sql" >"$transcript" 2>&1
    database=postgres
    psql_run -c "DROP DATABASE $name"
}

# Every page is run in two sessions, as many at a time as there are processors: FILE.out is what the page shows; FILE.abroad is printed in
# another time zone and date style. Where a run breaks off, the examples that it did not reach are failures.
run_pages() # run_pages FILE...
{
    local page number=0
    create_database pages && load_business 1 || return
    for page; do
        clean mkdir -p "$(dirname "$work/pages/$page")"
        in_tree perl test/readme.pl script "$page" >"$work/pages/$page.sql" || return
        number=$((number + 1))
        a_processor
        run_page "$page" "page_$number" "$work/pages/$page.out" &
        a_processor
        run_page "$page" "abroad_$number" "$work/pages/$page.abroad" PGTZ=Asia/Kathmandu PGDATESTYLE="SQL, DMY" &
    done
    wait
}

a_processor() { [[ ! $(jobs -pr | wc -l) -ge $(nproc) ]] || wait -n || true; } # wait until there is one for another job

same_abroad() # same_abroad FILE: both sessions of a page gave the same, but for how dates are printed (test/settings.pl knows that)
{
    local session
    for session in out abroad; do
        in_tree perl test/settings.pl "$work/pages/$1.$session" >"$work/pages/$1.$session.same"
    done
    in_tree perl test/readme.pl same "$1" "$work/pages/$1.out.same" "$work/pages/$1.abroad.same"
}
