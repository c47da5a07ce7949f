# The steps of test/check, in the order in which they run. Each reports through pass, fail, skip and count.

step_layout() { count < <(in_tree bash test/layout); }

step_math()
{
    local name log
    [[ -z $math ]] || clean mkdir -p "$work/math"
    for name in $math; do
        if ! quietly "compile test/math/$name.c with sanitizers" \
            in_tree make -j"$(nproc)" -f test/math/Makefile OUT="$work/math" "$work/math/$name"; then
            fail "math $name" "$failed_log"
            continue
        fi
        log=$work/math.$name.log
        if in_tree "$work/math/$name" >"$log" 2>&1 && grep -q '^ok' "$log" && ! grep -q '^not ok' "$log"; then
            pass "math $name ($(grep -c '^ok' "$log") assertions)"
            show_skips "$log"
        else
            fail "math $name" "$log"
        fi
    done
}

show_skips() { grep -i '# *skip' "$1" | sed 's/^/    /' || true; }

step_build() # -isystem: PostgreSQL's own headers are not free of warnings
{
    if build "-Wall -Wextra -Werror -isystem $("$pg_config" --includedir-server)"; then
        pass "build without a warning"
    else
        fail "build without a warning" "$failed_log"
        return 1
    fi
}

# pg_regress says "test x ... ok" up to 15 and "ok 1 - x" from 16 on.
regress_results()
{
    awk '/^test .* \.\.\. / { result = /\.\.\. ok/ ? "ok" : "not ok"; print result " - regress " $2 }
         /^(not )?ok [0-9]+ / { sub(/ +[0-9]+ ms.*/, ""); name = $NF; print ($1 == "not" ? "not ok" : "ok") " - regress " name }
         { fflush() }'
}

step_regress()
{
    local program out=$work/regress before=$((passed + failed)) names=($regress)
    ((${#names[@]})) || return 0
    program=$(dirname "$("$pg_config" --pgxs)")/../test/regress/pg_regress
    clean mkdir -p "$out"
    [[ $("$program" --help) != *--expecteddir* ]] || out+=" --expecteddir=."
    count < <(in_tree "$program" --inputdir=. --outputdir=$out --bindir="$bindir" --host="$work/socket" --port=5432 \
        --user=postgres --dbname=regression --load-extension=customer_metrics "${names[@]}" 2>&1 |
        tee "$work/log.regress" | regress_results)
    [[ ! -f $work/regress/regression.diffs ]] || sed 's/^/    /' "$work/regress/regression.diffs" | head -n 200
    ((passed + failed - before == ${#names[@]})) || fail "regress: every test has a result" "$work/log.regress"
}

step_tap()
{
    local name perl log seconds
    [[ -n $tap ]] || return 0
    perl=$(dirname "$("$pg_config" --pgxs)")/../test/perl
    if [[ ! -f $perl/PostgreSQL/Test/Cluster.pm ]]; then
        skip tap "this PostgreSQL was built without its modules for TAP"
        return 0
    fi
    for name in $tap; do
        log=$work/log.tap.$name
        seconds=$SECONDS
        if in_tree mkdir -p "$work/tap/$name" && in_tree env TESTDIR="$work/tap/$name" TESTDATADIR="$work/tap/$name/data" \
            TESTLOGDIR="$work/tap/$name/log" PG_REGRESS="${perl%/perl}/regress/pg_regress" top_builddir="$work/tap/$name" \
            prove -v -I "$perl" -I test/t "test/t/$name.pl" >"$log" 2>&1; then
            pass "tap $name ($(grep -cE '^ok' "$log") assertions, $((SECONDS - seconds)) s)"
            show_skips "$log"
        else
            fail "tap $name" "$log"
        fi
    done
}

step_readme()
{
    if quietly "run the examples of README.md" readme_session; then
        count < <(in_tree perl test/readme.pl compare README.md "$work/readme.out")
    else
        fail "readme: the examples can be run" "$failed_log"
    fi
}

simulate() # and print sums over every table
{
    create_database simulation && load_business 1 && psql_run -f "$work/tree/test/data/checksum.sql" >"$work/checksum.out"
}

step_simulation()
{
    local title="simulation gives the known rows"
    if ! quietly "simulate a business" simulate; then
        fail "$title" "$failed_log"
    elif diff -u "$work/tree/test/data/checksum.out" "$work/checksum.out" >"$work/log.checksum"; then
        pass "$title"
    else
        fail "$title" "$work/log.checksum"
    fi
}

step_demo()
{
    if quietly "run test/demo" env PG_CONFIG="$pg_config" "$root/test/demo" &&
        ! grep -nE '^(psql:.*)?(ERROR|FATAL|PANIC)' "$work/log.$quiet_count" >"$work/log.demo"; then
        pass "demo: the report of the simulated business"
    else
        fail "demo: the report of the simulated business" "${failed_log:-$work/log.demo}"
    fi
}
