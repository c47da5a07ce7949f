# The steps of test/check, in the order in which they run. Each reports through pass, fail, skip and count.

step_layout() { count < <(in_tree env PG_CONFIG="$pg_config" bash test/layout); }

step_math()
{
    local name log
    [[ -z $math ]] || clean mkdir -p "$work/math"
    for name in $math; do
        log=$work/log.$((quiet_count + 1))
        if quietly "test/math/$name.c with sanitizers" run_math "$name" && grep -q '^ok' "$log" &&
            ! grep -q '^not ok' "$log"; then
            pass "math $name ($(grep -c '^ok [0-9]' "$log") assertions)"
            show_skips "math $name" "$log"
        else
            fail "math $name" "$log"
        fi
    done
}

run_math() # run_math NAME
{
    in_tree make -s -j"$(nproc)" -f test/math/Makefile OUT="$work/math" "$work/math/$1" && in_tree "$work/math/$1"
}

show_skips() # show_skips NAME LOG: single assertions that were skipped
{
    local what why
    while IFS=$'\t' read -r what why; do
        skip "$1, $what" "$why"
    done < <(sed -nE 's/^ok [0-9]+ (- )?(.*) *# *[Ss][Kk][Ii][Pp] *(.*)$/\2\t\3/p' "$2" | sed 's/ *\t/\t/; s/^\t/an assertion\t/')
}

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

# The same results in a session that prints otherwise, east of Greenwich, in a database that sorts by a language. What is
# printed is compared by test/settings.pl, which knows the two ways of printing.
settings_tests="activity cac cohorts customers funnel moment mrr nps points rfm_map segment survey survival"

language_locale() # how CREATE DATABASE is told another locale than C; fails where there is none
{
    local name
    name=$(locale -a 2>/dev/null | grep -iE '^[a-z]{2}_[A-Z]{2}\.utf-?8$' | awk '!n++ || /^en_US/ { found = $0 } END { print found }')
    if [[ -n $name ]]; then
        echo "LOCALE '$name'"
    elif [[ $(psql_run -At -c "SELECT count(*) FROM pg_collation WHERE collprovider = 'i'") != 0 ]]; then
        echo "LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
    else
        return 1
    fi
}

run_settings() # each test in a database of its own: its results in $work/settings
{
    local name
    database=postgres psql_run -c "CREATE DATABASE settings TEMPLATE template0 $1" || return
    database=settings psql_run -c 'CREATE EXTENSION customer_metrics' || return
    for name in $settings_tests; do
        psql_run -c "CREATE DATABASE settings_$name TEMPLATE settings" || return
        [[ ! $(jobs -pr | wc -l) -ge $(nproc) ]] || wait -n
        in_tree env PGDATABASE="settings_$name" PGTZ=Asia/Kathmandu PGDATESTYLE="SQL, DMY" \
            PGOPTIONS="-c intervalstyle=sql_standard -c extra_float_digits=0" \
            psql -X -a -q -v HIDE_TABLEAM=on -v HIDE_TOAST_COMPRESSION=on <"$work/tree/sql/$name.sql" >"$work/settings/$name.out" 2>&1 &
    done
    wait
}

step_settings()
{
    local name where
    mkdir "$work/settings"
    if ! where=$(language_locale); then
        skip "settings, another locale" "there is none here but C, and this PostgreSQL has no ICU"
    fi
    if ! quietly "some regression tests under other settings${where:+ and $where}" run_settings "$where"; then
        fail "settings: the tests can be run" "$failed_log"
        return 0
    fi
    for name in $settings_tests; do
        in_tree perl test/settings.pl "$work/tree/expected/$name.out" >"$work/settings/$name.expected"
        in_tree perl test/settings.pl "$work/settings/$name.out" >"$work/settings/$name.printed"
        if diff -u "$work/settings/$name.expected" "$work/settings/$name.printed" >"$work/log.diff"; then
            pass "settings $name"
        else
            fail "settings $name" "$work/log.diff"
        fi
    done
}

compile_modules() # server modules that only the tests use
{
    local file
    clean mkdir -p "$work/modules"
    for file in "$work"/tree/test/modules/*.c; do
        in_tree cc -shared -fPIC -O1 -Wall -Werror -Isrc -isystem "$("$pg_config" --includedir-server)" "$file" \
            -o "$work/modules/$(basename "$file" .c).so" || return
    done
}

step_tap()
{
    local name perl log reason
    [[ -n $tap ]] || return 0
    perl=$(dirname "$("$pg_config" --pgxs)")/../test/perl
    if [[ ! -f $perl/PostgreSQL/Test/Cluster.pm ]]; then
        skip tap "this PostgreSQL was built without its modules for TAP"
        return 0
    fi
    if ! quietly "compile test/modules" compile_modules; then
        fail "tap: test/modules compile" "$failed_log"
        return 0
    fi
    quietly "test/t, $(nproc) files at a time" run_taps "$perl" 3>&2 || true
    for name in $tap; do
        log=$work/tap/$name.log
        if [[ $(cat "$work/tap/$name.status") != 0 ]]; then
            find "$work/tap/$name" -name 'regress_log_*' -exec tail -n 30 {} + >>"$log"
            fail "tap $name" "$log"
            continue
        fi
        reason=$(sed -n 's/^.* skipped: //p' "$log")
        if [[ -n $reason ]]; then
            skip "tap $name" "$reason"
            continue
        fi
        pass "tap $name ($(grep -c '^ok [0-9]' "$log") assertions)"
        show_skips "tap $name" "$log"
    done
}

run_taps() # run_taps PERL: every file of $tap, each with a server of its own; 3 is where their ends are told
{
    local name
    clean mkdir -p "$work/tap"
    for name in $tap; do
        [[ ! $(jobs -pr | wc -l) -ge $(nproc) ]] || wait -n || true
        run_one_tap "$name" "$1" &
    done
    wait
}

run_one_tap() # run_one_tap NAME PERL: its log and its exit status beside its folder
{
    local started=$SECONDS status=0
    run_tap "$1" "$2" >"$work/tap/$1.log" 2>&1 || status=$?
    echo "$status" >"$work/tap/$1.status"
    printf ' %s %d s ' "$1" $((SECONDS - started)) >&3
}

run_tap() # run_tap NAME PERL: the folder of PostgreSQL's modules
{
    local out=$work/tap/$1
    clean mkdir -p "$out"
    in_tree env TESTDIR="$out" TESTDATADIR="$out/data" TESTLOGDIR="$out/log" PG_REGRESS="${2%/perl}/regress/pg_regress" \
        CM_MODULES="$work/modules" CM_LONG="${CM_LONG:-}" ${CM_HOSTILE:+CM_HOSTILE="$CM_HOSTILE"} \
        ${CM_MUTATIONS:+CM_MUTATIONS="$CM_MUTATIONS"} ${CM_SEED:+CM_SEED="$CM_SEED"} ${CM_FIXTURES:+CM_FIXTURES="$CM_FIXTURES"} \
        top_builddir="$out" prove -v -I "$2" -I test/t "test/t/$1.pl"
}

step_readme()
{
    local page before
    count < <(in_tree perl test/readme.pl links $(pages))
    if quietly "run the examples of the pages, in two sessions" run_pages $(pages); then
        before=$((passed + failed))
        for page in $(pages); do
            count < <(in_tree perl test/readme.pl compare "$page" "$work/pages/$page.out")
            count < <(same_abroad "$page")
        done
        ((passed + failed > before)) || fail "readme: the pages have examples"
    else
        fail "readme: the examples can be run" "$failed_log"
    fi
}

compare_output() # compare_output TITLE COMMAND EXPECTED PRINTED: the command writes the file PRINTED
{
    if ! quietly "$1" "$2"; then
        fail "$1" "$failed_log"
    elif diff -u "$3" "$4" >"$work/log.diff"; then
        pass "$1"
    else
        fail "$1" "$work/log.diff"
    fi
}

simulate() # and print sums over every table
{
    create_database simulation && load_business 1 && psql_run -f "$work/tree/test/data/checksum.sql" >"$work/checksum.out"
}

step_simulation()
{
    compare_output "simulation: the known rows come out" simulate "$work/tree/test/data/checksum.out" "$work/checksum.out"
}

nasty_files() # what people send: see test/input/expected.out for what becomes of it
{
    printf '\357\273\277id;"The Score";Segment\r\n1;9;"a;""q"" \\ x"\r\n2;10;"two\r\nlines"\r\n3;7\r\n' >"$1/survey.csv"
    printf '4;"8;never closed\r\n5; 6 ;b\r\n\r\n6;5,0;it'"'"'s "b"\r\n7;"8"x;b\r\n8;11;b\r\n9;7.5;b\r\n' >>"$1/survey.csv"
    printf '10;;b\r\n11;"";b\r\n12;ten;b\r\n13;4;tab\there;and more\r\n14;3;b' >>"$1/survey.csv"
    printf '客户,流失,地区\n1,是,北\n2,否,北\n3,否,\n4,maybe,南\n' | iconv -f UTF-8 -t GB18030 >"$1/gb18030.csv"
    printf '1\tyes\n2\tno\n3\tno\n' | iconv -f UTF-8 -t UTF-16 >"$1/utf16.tsv"
    printf 'rating\n%s' "$(seq 1 5 && seq 1 5 && seq 1 5 && seq 1 5)" >"$1/stars.csv"
}

read_nasty_files()
{
    mkdir "$work/nasty" && nasty_files "$work/nasty" && create_database input &&
        psql_run -c 'CREATE EXTENSION customer_metrics' &&
        {
            file_report survey "$work/nasty/survey.csv" "" "" "" &&
                file_report survey "$work/nasty/stars.csv" "" "" "" &&
                file_report churn "$work/nasty/gb18030.csv" "" "" GB18030 &&
                file_report churn "$work/nasty/utf16.tsv" column2 "" ""
        } >"$work/input.out"
}

read_exports() # what a CRM exports, a small business in each of two systems
{
    create_database zoho && crm_report zoho "$work/tree/test/data/crm/zoho" America/New_York >"$work/exports.out" &&
        create_database fxiaoke && crm_report fxiaoke "$work/tree/test/data/crm/fxiaoke" Asia/Shanghai >>"$work/exports.out"
}

read_samples() # larger exports, where they lie beside the public data
{
    create_database zoho_sample && crm_report zoho "$samples/zoho_backup_csv" America/New_York &&
        create_database fxiaoke_sample && crm_report fxiaoke "$samples/fxiaoke_openapi" Asia/Shanghai
}

step_input() # files of the user's own
{
    local samples=${data:+$data/../crm/samples}
    compare_output "input: exports of a CRM are reported on" read_exports "$work/tree/test/input/crm.out" "$work/exports.out"
    if [[ -z $samples || ! -d $samples ]]; then
        skip "input: larger exports of a CRM" "there is no folder crm/samples beside the public data"
    elif quietly "input: larger exports of a CRM" read_samples; then
        pass "input: larger exports of a CRM"
    else
        fail "input: larger exports of a CRM" "$failed_log"
    fi
    compare_output "input: bad rows are named and the rest is used" read_nasty_files "$work/tree/test/input/expected.out" \
        "$work/input.out"
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
