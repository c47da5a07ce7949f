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
            find "$work/tap/$name" -name 'regress_log_*' -exec tail -n 30 {} + -exec grep -h -A 12 'Failed test' {} + >>"$log" || true
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
    if quietly "simulation: the summary of the report" summary_agrees; then
        pass "simulation: the summary of the report says what plain SQL does"
    else
        fail "simulation: the summary of the report says what plain SQL does" "$failed_log"
    fi
}

summary_agrees() # phrases that the summary lacks are printed
{
    local phrase text missing=0 said=0 report=$work/tree/test/report database=simulation
    psql_run -c 'CREATE EXTENSION customer_metrics SCHEMA public' &&
        psql_report -f "$report/00-style.sql" -f "$report/05-summary.sql" >"$work/summary" || { cat "$work/errors" && return 1; }
    text=$(render text <"$work/summary" | tr -s ' \n' '  ')
    while IFS= read -r phrase; do
        ((++said))
        [[ ${text,,} == *"${phrase,,}"* ]] || { echo "missing: $phrase" && ((++missing)); }
    done < <(psql_run -At -f "$report/oracle/summary.sql")
    echo "$said phrases"
    ((said == 9 && !missing))
}

nasty_files() # what people send: see test/input/expected.out for what becomes of it
{
    printf '\357\273\277id;"The Score";Segment\r\n1;9;"a;""q"" \\ x"\r\n2;10;"two\r\nlines"\r\n3;7\r\n' >survey.csv
    printf '4;"8;never closed\r\n5; 6 ;b\r\n\r\n6;5,0;it'"'"'s "b"\r\n7;"8"x;b\r\n8;11;b\r\n9;7.5;b\r\n' >>survey.csv
    printf '10;;b\r\n11;"";b\r\n12;ten;b\r\n13;4;tab\there;and more\r\n14;3;b' >>survey.csv
    printf 'rating\n%s' "$(seq 1 5 && seq 1 5 && seq 1 5 && seq 1 5)" >stars.csv
    # title rows above the header, a name that stands twice, a name that is missing, markup, and a long name
    printf 'Survey export 2025,,,\nMade by:,"Kim, Lee",,\n\nid,score,score,\n1,9,2,<script>alert("a&b")</script>\n2,10,2,x\n3,2,4,x\n' >titles.csv
    echo '4,7,5,"a name that has more letters than a column, 而且没有空格的中文也要换行而不会超过一百列的宽度"' >>titles.csv
    printf 'Export\nscore|plan\n9|basic\n3|pro\n8|pro\n' >pipes.txt
    # decimal commas beside semicolons and no header
    printf '5,0;b\n9,0;a\n10,0;a\n' >decimals.csv
    # text that is not UTF-8, in order: simplified and traditional Chinese, German, French with the euro of Windows
    printf '客户,流失,地区\n1,是,北\n2,否,北\n3,否,\n4,maybe,南\n' | iconv -f UTF-8 -t GB18030 >gb18030.csv
    printf '客戶,評分,地區\n1,9,臺北\n2,10,高雄\n3,2,臺北\n' | iconv -f UTF-8 -t BIG5 >big5.csv
    printf 'Kunde;score;Region\nMüller;9;Köln\nÄrztehaus;3;Düsseldorf\nGroß & Söhne;10;Köln\n' | iconv -f UTF-8 -t LATIN1 >german.csv
    printf 'client;score;région;prix\nHélène;9;Nîmes;5 €\nZoé;10;Orléans;7 €\n' | iconv -f UTF-8 -t WINDOWS-1252 >french.csv
    printf '1\tyes\n2\tno\n3\tno\n' | iconv -f UTF-8 -t UTF-16 >utf16.tsv
    # the day on which they left
    printf 'id,churn_date,plan\n1,2025-03-01,basic\n2,,basic\n3,NULL,pro\n4,2025-11-30 10:00:00,pro\n5,,pro\n6,31.02.2025x,pro\n' >dates.csv
    printf 'id,churned,plan\n1,31.01.2025,basic\n2,no,basic\n3,,pro\n4,1/31/25,pro\n' >mixed.csv
    # what cannot be read
    printf 'id,satisfied,remark\n1,9,a\n' >unknown.csv
    printf 'id,score\n1,\n2,\n' >unanswered.csv
    printf 'id,score\n1,9\n\000\n' >binary.csv
    : >empty.csv
    printf 'id,score\n' >header.csv
}

# Reports on them as test/demo does. One that cannot be read says why, and the next is read.
read_nasty_files()
{
    mkdir "$work/nasty" && cd "$work/nasty" && nasty_files && create_database input &&
        psql_run -c 'CREATE EXTENSION customer_metrics' || return
    local files=(
        "survey survey.csv" "survey stars.csv" "survey titles.csv" "survey titles.csv score_2 column4" "survey pipes.txt" "survey decimals.csv column1"
        "churn gb18030.csv" "survey big5.csv" "survey german.csv" "survey french.csv" "churn utf16.tsv column2" "churn dates.csv" "churn mixed.csv"
        "survey unknown.csv" "survey unknown.csv Score" "survey unanswered.csv" "survey binary.csv" "survey empty.csv" "survey header.csv" "survey big5.csv 9 region UTF-8"
        "survey stars.csv") i kind file column segment encoding
    for i in "${!files[@]}"; do
        read -r kind file column segment encoding <<<"${files[i]}"
        ! look_at "$i" "$kind" "$file" "$column" "$segment" "$encoding" || file_report "$i" "$kind" "$file" || true
    done >"$work/nasty.report" 2>"$work/nasty.said"
    { cat "$work/nasty.report" && note 'What was said meanwhile:' && printf '%ssentences\nsaid\n' "$mark" && sed 's/"/""/g; s/.*/"&"/' "$work/nasty.said"; } >"$work/nasty.all"
    render text <"$work/nasty.all" >"$work/input.out" && narrow "$work/input.out" && { printf '%sdocument Files\n' "$mark" && cat "$work/nasty.all"; } | render html >"$work/nasty.html"
}

# Files of which none can be read: nothing is built, and psql does not speak.
read_only_bad_files()
{
    local status=0
    cd "$work/nasty"
    "$root/test/demo" --html page.html --survey unknown.csv --survey empty.csv >"$work/bad.out" 2>&1 || status=$?
    echo "exit status $status" >>"$work/bad.out"
    sed -i "s:$PWD/::" "$work/bad.out"
    cat >"$work/bad.expected" <<'TEXT'
· look at unknown.csv
demo: unknown.csv: which column has the answers? --score NAME says so. The columns are: id, satisfied, remark
· look at empty.csv
demo: empty.csv: there is no row in it
exit status 1
TEXT
}

good_page() # good_page FILE: what a browser would need to put right is printed
{
    perl "$work/tree/test/report/well_formed" "$1" && grep -q '&lt;script&gt;' "$1"
}

read_exports() # what a CRM exports, a small business in each of two systems
{
    create_database zoho && crm_report zoho "$work/tree/test/data/crm/zoho" America/New_York | render text >"$work/exports.out" &&
        create_database fxiaoke && crm_report fxiaoke "$work/tree/test/data/crm/fxiaoke" Asia/Shanghai | render text >>"$work/exports.out" &&
        narrow "$work/exports.out"
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
    compare_output "input: files that cannot be read are named before anything is built" read_only_bad_files "$work/bad.expected" "$work/bad.out"
    if quietly "input: the page of these files" good_page "$work/nasty.html"; then
        pass "input: the page is well-formed, and nothing of a file becomes markup"
    else
        fail "input: the page is well-formed, and nothing of a file becomes markup" "$failed_log"
    fi
}

# No line is wider than 100 columns; letters of Chinese take two. Perl's own tables say which do.
narrow()
{
    perl -CSD -ne 'chomp; my $width = length; $width++ while /\p{East_Asian_Width=W}|\p{East_Asian_Width=F}/g;
        if ($width > 100) { print "line $. has $width columns: $_\n"; $wide = 1 } END { $? = 1 if $wide }' "$1"
}

run_demo() { env PG_CONFIG="$pg_config" "$root/test/demo" --html "$work/demo.html" >"$work/demo.out"; }

# The report: fits, has a chapter with sentences first, and says under each table which functions made it, all of which there are.
good_report()
{
    local text=$work/demo.out tables made
    narrow "$text" || return
    ! grep -nE '(^|[^a-z])(psql:|ERROR:|FATAL:|0\.0000)' "$text" || return
    tables=$(grep -c '^┌' "$text") made=$(grep -cE '^  by [a-z_]+\(' "$text")
    echo "$tables tables, $made of which say what made them, $(grep -cE '^[1-9] +[A-Z]' "$text") chapters"
    ((tables > 40 && made == tables && $(grep -cE '^[1-9] +[A-Z]' "$text") >= 8)) || return
    (($(sed -n '/^1  Summary/,/^2  /p' "$text" | wc -l) <= 26)) || { echo "the summary is longer than a screen" && return 1; }
    grep -qE '^│ [a-z ]+ +│ improve ' "$text" || { echo "nothing says where to act" && return 1; }
    grep -ohE 'CREATE (FUNCTION|AGGREGATE) [a-z_0-9]+' "$work"/tree/src/*/*.sql | sed 's/.* //' | sort -u >"$work/functions"
    sed -nE '/^  by [a-z_]+\(/,/^$/p' "$text" | grep -ohE '[a-z_0-9]+\(' | tr -d '(' | sort -u | grep -vxE 'sum|count|array_agg' |
        comm -23 - "$work/functions" >"$work/unknown"
    [[ ! -s $work/unknown ]] || { echo "there is no function of these names:" && cat "$work/unknown" && return 1; }
    perl "$work/tree/test/report/well_formed" "$work/demo.html"
}

step_demo()
{
    if quietly "run test/demo" run_demo && quietly "look at the report" good_report; then
        pass "demo: the report of the simulated business"
    else
        fail "demo: the report of the simulated business" "$failed_log"
    fi
}
