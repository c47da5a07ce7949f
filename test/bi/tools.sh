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
            grep -qs 'PostgreSQL Unicode' /etc/odbcinst.ini || wanted+=(odbc-postgresql)
            ;;
        jdbc)
            need javac default-jdk-headless # java runs a source file only with the compiler beside it
            [[ -e $jdbc ]] || wanted+=(libpostgresql-jdbc-java)
            ;;
        dashboard) need chromium chromium ;;
    esac
    case $1 in
        node | dashboard | cube) command -v npm >/dev/null || wanted+=(nodejs npm) ;;
        *) need_module psycopg2 python3-psycopg2 ;; # calls.py, which writes the list, is at work for each of these
    esac
}
jdbc=/usr/share/java/postgresql.jar

packages() # packages CLIENT: what it needs from npm, in a directory of its own; no package may run a script
{
    case $1 in
        node) npm_install pg ;;
        dashboard) npm_install pg echarts@5 ;;
        # The last version that runs without downloading a program from elsewhere.
        cube) npm_install pg @cubejs-backend/server-core@0.29.57 @cubejs-backend/postgres-driver@0.29.57 express@4 ;;
    esac
}

npm_install() # npm_install PACKAGE...: for the client named by the caller's client
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

node_run() { clean env NODE_PATH="$work/npm/$client/node_modules" node "$@"; }

# ---- every function ------------------------------------------------------------------------------------------

list_calls() # the list of calls.py, once for all clients
{
    local version
    version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" "$root/customer_metrics.control")
    create_database calls
    psql_run -c 'CREATE EXTENSION customer_metrics'
    clean python3 "$bi/calls.py" "$work/tree/test/fixtures/$version.txt" >"$work/calls.txt"
}

work_through() # work_through CLIENT: every public function
{
    [[ -e $work/calls.txt ]] || list_calls
    database=calls
    case $1 in
        node) node_run "$bi/clients.js" "$work/calls.txt" ;;
        jdbc) clean env PGHOST=127.0.0.1 PGPASSFILE="$work/.pgpass" java -cp "$jdbc" "$bi/Clients.java" "$work/calls.txt" ;;
        *) clean python3 "$bi/clients.py" "$1" "$work/calls.txt" ;;
    esac
}
