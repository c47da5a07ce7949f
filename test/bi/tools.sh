# What test/bi/run does for each client: which packages it needs, and how it is run.

# ---- packages ------------------------------------------------------------------------------------------------

need_module() # need_module PYTHON_MODULE PACKAGE: with lib.sh's PATH, so that it is Debian's python3 that is asked
{
    python3 -c "import $1" 2>/dev/null || wanted+=("$2")
}

want() # want CLIENT: ask for the Debian packages it needs
{
    case $1 in
        psycopg-*) need_module psycopg python3-psycopg ;;
        odbc)
            need_module pyodbc python3-pyodbc
            compgen -G '/usr/lib/*/odbc/psqlodbcw.so' >/dev/null || wanted+=(odbc-postgresql)
            ;;
        jdbc)
            need javac default-jdk-headless # java runs a source file only with the compiler beside it
            [[ -e $jdbc ]] || wanted+=(libpostgresql-jdbc-java)
            ;;
        dashboard)
            need chromium chromium
            [[ -z $screenshot ]] || compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null || wanted+=(fonts-noto-cjk)
            ;;
        dbt) need_module ensurepip python3-venv ;;
        superset)
            need_module ensurepip python3-venv
            need chromium chromium
            ;;
    esac
    case $1 in
        node | dashboard | cube) command -v npm >/dev/null || wanted+=(nodejs npm) ;;
        dbt | superset) ;;
        *) need_module psycopg2 python3-psycopg2 ;; # calls.py, which writes the list, is at work for each of these
    esac
}
jdbc=/usr/share/java/postgresql.jar

packages() # packages CLIENT: what it needs from npm, in a directory of its own; no package may run a script
{
    case $1 in
        node) npm_install pg ;;
        # A version that needs no program downloaded from elsewhere; from 0.35 on it does.
        cube) npm_install pg @cubejs-backend/server-core@0.29.57 @cubejs-backend/postgres-driver@0.29.57 express@4 ;;
        # From version 2 on the package fetches a program from elsewhere.
        dbt) quietly "pip install dbt-postgres dbt-metricflow" install_dbt ;;
        superset) quietly "pip install apache-superset" install_superset ;;
    esac
}

install_dbt() { clean python3 -m venv "$work/venv" && clean "$work/venv/bin/pip" install -q --no-cache-dir 'dbt-core<1.11' 'dbt-postgres<1.11' 'dbt-metricflow<0.14'; }

# What it needs and does not name (rich, cachetools), and the last version of what it names too widely (flask-caching).
install_superset()
{
    clean python3 -m venv "$work/superset" &&
        clean "$work/superset/bin/pip" install -q --no-cache-dir 'apache-superset==6.1.0' 'flask-caching<2.4' rich cachetools psycopg2-binary
}

npm_install() # npm_install PACKAGE...: for $client
{
    mkdir -p "$work/npm/$client" && own "$work/npm"
    quietly "npm install $*" clean env -C "$work/npm/$client" npm install --no-audit --no-fund --no-package-lock --ignore-scripts "$@"
}

# ---- the server ----------------------------------------------------------------------------------------------

# Java connects by TCP only, the others by the socket. On the loopback everybody on this machine could connect, so a password
# is asked for there, which Java finds where PostgreSQL's own clients do.
start_server_on_loopback()
{
    local password
    free_port
    start_server -c listen_addresses=127.0.0.1
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    psql_run <<<"ALTER ROLE postgres PASSWORD '$password'"
    (umask 077 && echo "127.0.0.1:$port:*:postgres:$password" >"$work/.pgpass") && own "$work/.pgpass"
}

free_port() # sets port to one of the loopback that nobody listens on
{
    port=$((20000 + RANDOM % 10000))
    ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || free_port
}

# In production, where Cube starts no store of its own beside it. Times without a zone are UTC's.
node_run() { clean env NODE_PATH="$work/npm/$client/node_modules" NODE_ENV=production TZ=UTC node "$@"; }

# ---- every function ------------------------------------------------------------------------------------------

list_calls() # the list of calls.py, once for all clients
{
    local version
    version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" "$root/customer_metrics.control")
    create_database calls && psql_run -c 'CREATE EXTENSION customer_metrics' &&
        clean python3 "$bi/calls.py" "$work/tree/test/fixtures/$version.txt" >"$work/calls.part" &&
        mv "$work/calls.part" "$work/calls.txt" # never a part of the list
}

work_through() # work_through CLIENT: every public function
{
    [[ -e $work/calls.txt ]] || list_calls || return
    database=calls
    case $1 in
        node) node_run "$bi/clients.js" "$work/calls.txt" ;;
        jdbc) clean env PGHOST=127.0.0.1 PGPASSFILE="$work/.pgpass" java -cp "$jdbc" "$bi/Clients.java" "$work/calls.txt" ;;
        odbc) odbc_settings && clean env ODBCSYSINI="$work" python3 "$bi/clients.py" "$1" "$work/calls.txt" ;;
        *) clean python3 "$bi/clients.py" "$1" "$work/calls.txt" ;;
    esac
}

odbc_settings() # our own, because with Debian's the driver leaves a log in /tmp
{
    printf '%s\n' '[PostgreSQL Unicode]' 'Driver = psqlodbcw.so' 'CommLog = 0' >"$work/odbcinst.ini"
}

# ---- the simulated business ----------------------------------------------------------------------------------

load_shop() # once, for the page and for Cube
{
    if ! [[ -e $work/shop ]]; then
        create_database shop && quietly "simulate a business" load_business 1 || give_up
        psql_run -c 'CREATE EXTENSION customer_metrics SCHEMA public' && touch "$work/shop" || return
    fi
    database=shop
}

cube()
{
    load_shop || return
    node_run "$bi/cube/cube.js"
}

# Two nights: what came until 19 December, then the rest with the last days once more. dbt's own tests compare the table with all rows.
dbt()
{
    local night until
    load_shop && clean cp -r "$bi/dbt" "$work/dbt" || return
    for until in 2025-12-20 2026-01-01; do
        night="dbt: the states of rows before $until, kept day by day, are those of all rows"
        if in_dbt dbt --no-use-colors build --vars "{until: '$until'}" >"$work/log.dbt" 2>&1 &&
            grep -q 'Done. PASS=11 WARN=0 ERROR=0' "$work/log.dbt"; then
            echo "ok - $night"
        else
            echo "not ok - $night" && sed 's/^/    /' "$work/log.dbt"
        fi
    done
    grep -q 'incremental model .*INSERT' "$work/log.dbt" && echo "ok - dbt: the second night was incremental" || echo "not ok - dbt: the second night was incremental"
    in_dbt mf query --metrics nps --group-by answer_day__region --order answer_day__region --csv nps.csv >"$work/log.mf" 2>&1 || true
    psql_run -At -F, -c "SELECT 'answer_day__region', 'nps' UNION ALL (SELECT coalesce(region, 'unknown'), nps(nps_score)::text
                         FROM shop.surveys JOIN shop.customers USING (customer_id) GROUP BY region ORDER BY region)" >"$work/nps.csv" || return
    if cmp -s "$work/nps.csv" <(sed 's/\r$//; s/\.0$//' "$work/dbt/nps.csv"); then # Python's line ends and whole numbers
        echo "ok - dbt: MetricFlow's NPS by region is that of plain SQL"
    else
        echo "not ok - dbt: MetricFlow's NPS by region is that of plain SQL" && sed 's/^/    /' "$work/log.mf"
    fi
}

in_dbt() { clean env -C "$work/dbt" DO_NOT_TRACK=1 DBT_PROFILES_DIR=. "$work/venv/bin/$1" "${@:2}"; }

# The dashboard of test/bi/superset/customers, imported as a user would, its answers and its page against plain SQL.
superset()
{
    local address tries=0 started
    load_shop || return
    psql_run -c "CREATE TABLE public.daily_states AS
                 SELECT (answered_at AT TIME ZONE 'UTC')::date AS day, coalesce(region, 'unknown') AS region, coalesce(plan, 'unknown') AS plan,
                        survey_agg(nps_score) AS nps_answers, survey_agg(csat_score) AS csat_answers
                 FROM shop.surveys JOIN shop.customers USING (customer_id) GROUP BY 1, 2, 3" &&
        clean cp -r "$bi/superset/customers" "$work/customers" || return
    sed -i "s|^sqlalchemy_uri:.*|sqlalchemy_uri: postgresql+psycopg2://postgres@/shop?host=$work/socket\&port=$port|" "$work/customers/databases/shop.yaml"
    clean env -C "$work" python3 -m zipfile -c customers.zip customers || return
    quietly "make Superset's own database" in_superset db upgrade && quietly "its administrator" in_superset fab create-admin --username admin \
        --firstname a --lastname b --email a@localhost --password "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" &&
        quietly "its roles" in_superset init && quietly "import the dashboard" in_superset import-dashboards -p "$work/customers.zip" -u admin || give_up
    address=http://127.0.0.1:$(free_port && echo "$port")
    in_superset run -h 127.0.0.1 -p "${address##*:}" >"$work/log.superset" 2>&1 &
    started=$!
    until clean python3 -c "import urllib.request; urllib.request.urlopen('$address/health')" 2>/dev/null; do
        ((++tries < 120)) && kill -0 "$started" || die "Superset does not start: $(tail -n 20 "$work/log.superset")"
        sleep 1
    done
    clean "$work/superset/bin/python" "$bi/superset/compare.py" answers "$address" &&
        browse --dump-dom "$address/superset/dashboard/customers/?standalone=2" >"$work/superset.html" &&
        clean "$work/superset/bin/python" "$bi/superset/compare.py" page "$work/superset.html" || return
    kill "$started"
}

# Chromium in a container has no sandbox; it sees nothing but our page. Virtual time ends as soon as the page is at rest.
browse()
{
    clean chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/chromium" --window-size=1600,1700 \
        --virtual-time-budget=60000 "$@" 2>"$work/log.chromium" || { cat "$work/log.chromium" >&2 && return 1; }
}

in_superset()
{
    clean env SUPERSET_CONFIG_PATH="$bi/superset/config.py" SUPERSET_HOME="$work" SCARF_ANALYTICS=false FLASK_APP=superset.app \
        "$work/superset/bin/superset" "$@"
}

dashboard()
{
    local address changed sets=()
    load_shop || return
    dashboard_serve "" UTC EUR
    if [[ -n $screenshot ]]; then
        look --picture "$work/page.png" && cp "$work/page.png" "$screenshot" && cp "$work/page.zh.png" "${screenshot%.png}.zh.png" || return
    fi
    expect everybody period=2025-H2 2025-07-01 2026-01-01 2025-01-01 &&
        expect "Europe in a first half" 'period=2025-H1&region=Europe' 2025-01-01 2025-07-01 2024-07-01 -v region=Europe &&
        expect "plan plus from search in a quarter" 'period=2025-Q4&plan=plus&channel=search' 2025-10-01 2026-01-01 2025-07-01 -v plan=plus -v channel=search &&
        look "${sets[@]}" "few customers|period=2024-Q2&region=Africa|" "nobody|region=nowhere|" || return
    cp "$work/expected.0" "$work/expected.before"

    # The page is live: new answers are on it when it is loaded again.
    psql_run -c "INSERT INTO shop.surveys (customer_id, answered_at, nps_score)
                 SELECT customer_id, '2025-12-31 12:00+00', 0 FROM shop.customers WHERE region = 'Europe' ORDER BY customer_id LIMIT 30"
    sets=()
    expect "30 more answers" period=2025-H2 2025-07-01 2026-01-01 2025-01-01 && look --numbers "${sets[@]}" || return
    changed=$(comm -13 <(sort "$work/expected.before") <(sort "$work/expected.0") | wc -l)
    echo "$( ((changed > 1)) || echo 'not ')ok - dashboard: $changed numbers changed with the data"

    # Other data: what a CRM and what a file would give.
    psql_run -f "$bi/dashboard/others.sql" && other crm "a CRM" && other file "a file"
    psql_run -c "ALTER DATABASE shop SET search_path = public, shop"
}

other() # other SCHEMA TITLE: the page on the tables of another schema
{
    psql_run -c "ALTER DATABASE shop SET search_path = public, $1" && dashboard_serve "$2" UTC "" && look --other "$2||"
}

expect() # expect TITLE QUERY FROM TO BEFORE [-v FILTER=VALUE]...: the numbers of a page, for look
{
    local file=$work/expected.${#sets[@]}
    psql_run -At -F $'\t' -v from="$3" -v to="$4" -v before="$5" -v region= -v plan= -v channel= "${@:6}" -f "$bi/dashboard/plain.sql" >"$file" &&
        sets+=("$1|$2|$file")
}

look() { clean node "$bi/dashboard/look.js" "$address" "$work/chromium" "$@"; }
