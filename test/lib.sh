# What test/demo, test/check, test/readme and test/bench/run share: find or install the tools, copy the tree,
# build it, and run a private PostgreSQL. Nothing outside one directory in /tmp is written (apt-get excepted).
#
# One mechanism serves every PostgreSQL, from Debian or from source, 15 to 18: `make install DESTDIR=` puts the
# extension into a private prefix, the server's programs are copied beside it, and links to the rest of the
# installation complete it. PostgreSQL finds its files relative to its own program, so that prefix is a whole
# server in which our extension is installed, and TAP and pg_regress need no special settings. (The setting
# extension_destdir would be shorter, but only Debian has it; extension_control_path begins with 18.)

set -euo pipefail
export LC_ALL=C # messages, sorting and awk: no locale of the caller may change a result
umask 022 # the unprivileged user must read what we write, whatever the caller's umask is

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) # the repository
PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:$PATH
work=             # our directory in /tmp, made by workspace
server=           # data directory of the running server
database=postgres # the database psql_run talks to
port=5432         # of the socket, and of the loopback where a test listens there
failed_log=       # the log of the last quietly that failed

say() { printf '%s\n' "$*" >&2; }

die()
{
    say "$(basename "$0"): $*"
    exit 1
}

# quietly TITLE COMMAND...: run with the output in a log, showing the title, a dot every two seconds and the time.
quietly()
{
    local title=$1 log started=$SECONDS status=0
    shift
    log=$work/log.$((++quiet_count))
    printf '· %s ' "$title" >&2
    set -m # its own process group, so that an interrupt can end all of it
    "$@" >"$log" 2>&1 </dev/null &
    background=$!
    set +m
    while sleep 0.1 && kill -0 "$background" 2>/dev/null; do
        ((++quiet_ticks % 20)) || printf '.' >&2
    done
    wait "$background" || status=$?
    background=
    if ((status == 0)); then
        printf ' %d s\n' $((SECONDS - started)) >&2
    else
        printf ' failed\n' >&2
        failed_log=$log
    fi
    return "$status"
}
quiet_count=0
quiet_ticks=0
background= # process (and group) that quietly waits for

give_up() # after a quietly that failed: show the end of its log and end the script
{
    tail -n 40 "$failed_log" >&2
    exit 1
}

# ---- packages ------------------------------------------------------------------------------------------------

as_admin() { if ((EUID)); then sudo "$@"; else "$@"; fi; }

may_install() # sudo may ask for its password here, where the user sees the question, and not again below
{
    command -v apt-get >/dev/null && { ((EUID == 0)) || { command -v sudo >/dev/null && sudo -v; }; }
}

apt_install()
{
    local options=(-y -q --no-install-recommends -o DPkg::Lock::Timeout=300)
    as_admin env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get "${options[@]}" install "${wanted[@]}"
}

# Package lists may be absent (a fresh container) or old; an update that fails is no reason to stop before trying.
apt_update() { as_admin env LC_ALL=C apt-get -q update || true; }

# need COMMAND PACKAGE: ask for the package only when the command is not there.
need() { command -v "$1" >/dev/null || wanted+=("$2"); }
wanted=()

install_wanted()
{
    ((${#wanted[@]})) || return 0
    may_install || die "missing: ${wanted[*]}. Please install, or run this as root or with sudo where apt-get is."
    quietly "apt-get update" apt_update
    [[ " ${wanted[*]} " != *" postgresql "* ]] || name_postgres_packages
    quietly "apt-get install ${wanted[*]}" apt_install || give_up
    wanted=()
}

# "postgresql" in the list stands for the server and its headers in the best version on offer: 15, else the newest.
name_postgres_packages()
{
    local version package others=()
    for version in 15 18 17 16; do
        apt-cache show "postgresql-server-dev-$version" >/dev/null 2>&1 && break
    done
    for package in "${wanted[@]}"; do
        [[ $package == postgresql ]] || others+=("$package")
    done
    wanted=("postgresql-$version" "postgresql-server-dev-$version" ${others[@]+"${others[@]}"})
}

complete_postgres() # complete_postgres PG_CONFIG: take it if its PostgreSQL is 15 or later, with server and headers
{
    local bin
    bin=$("$1" --bindir 2>/dev/null) && [[ -x $bin/initdb && -x $bin/psql && -f $("$1" --pgxs) ]] &&
        [[ -f $("$1" --includedir-server)/postgres.h ]] &&
        (($("$1" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/') >= 15)) && pg_config=$bin/pg_config
}

find_postgres()
{
    local candidate
    if [[ -n ${PG_CONFIG:-} ]]; then
        complete_postgres "$PG_CONFIG" ||
            die "PG_CONFIG=$PG_CONFIG is not the pg_config of a PostgreSQL 15 or later with server and headers"
        return
    fi
    for candidate in $(printf '%s\n' /usr/lib/postgresql/*/bin/pg_config | sort -rV) pg_config; do
        ! complete_postgres "$candidate" || return 0
    done
    return 1
}

# prepare [COMMAND PACKAGE]...: our directory with a copy of the repository; a compiler, make and PostgreSQL, and what
# else the caller names.
prepare()
{
    workspace
    tools "$@"
    copy_tree
}

tools()
{
    need cc gcc
    need make make
    [[ -e /usr/include/stdio.h ]] || wanted+=(libc6-dev)
    while (($#)); do
        need "$1" "$2"
        shift 2
    done
    find_postgres || wanted+=(postgresql)
    install_wanted
    find_postgres || die "no PostgreSQL with server and headers found; PG_CONFIG=/path/to/pg_config names one"
    if ((EUID == 0)); then
        user=postgres
        id -u "$user" >/dev/null 2>&1 || user=nobody
    else
        user=$(id -un)
    fi
}

# ---- the private directory -----------------------------------------------------------------------------------

# clean COMMAND...: as the unprivileged user, with an environment in which no variable of the caller (PG*, LC_*,
# MAKEFLAGS, CFLAGS, ...) can change the result. initdb refuses root, and nothing here needs to be root.
clean()
{
    local switch=()
    ((EUID)) || switch=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
    ${switch[@]+"${switch[@]}"} env -i -C "$work" PATH="${bindir:+$bindir:}$PATH" HOME="$work" TERM="${TERM:-dumb}" \
        LC_ALL="$locale" PGHOST="$work/socket" PGPORT="$port" PGUSER=postgres PGDATABASE="$database" \
        PGCLIENTENCODING=UTF8 PGTZ=UTC ${LD_LIBRARY_PATH:+LD_LIBRARY_PATH="$LD_LIBRARY_PATH"} \
        ${data:+CM_DATA="$data"} ${CM_LONG:+CM_LONG="$CM_LONG"} "$@"
}

in_tree() { clean env -C "$work/tree" "$@"; } # the same, standing in the copy of the repository

workspace()
{
    work=$(mktemp -d /tmp/cm.XXXXXX) # short, because a socket's path may have 107 bytes at most
    chmod 755 "$work"
    trap leave EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 141' PIPE
    trap 'exit 143' TERM
    locale=C
    ! locale -a 2>/dev/null | grep -qiE '^C\.utf-?8$' || locale=C.UTF-8
    data=${CM_DATA:-$root/../shared/data} # public data with known answers; tests that want it skip without it
    [[ -d $data ]] && data=$(cd "$data" && pwd) || data=
}

leave()
{
    local status=$?
    trap - EXIT HUP INT PIPE TERM
    trap '' PIPE
    [[ -z $background ]] || kill -TERM -- -"$background" 2>/dev/null || true
    stop_server
    [[ -z $work ]] || rm -rf "$work"
    exit "$status"
}

list_tree() # the files that make up the repository, NUL between names: what git has, or would have after git add
{
    cd "$root"
    { [[ -e .git ]] && git -c safe.directory="$root" ls-files -z --cached --others --exclude-standard 2>/dev/null; } ||
        find . -path ./.git -prune -o ! -type d ! -name '*.o' ! -name '*.so' ! -name '*.d' ! -name '*.bc' \
            ! -path './src/customer_metrics--*.sql' ! -path './src/crm/customer_metrics_crm--*.sql' -print0
}

copy_tree()
{
    mkdir "$work/tree"
    # 1: a file changed while it was read, as happens where one edits during a check
    (list_tree | tar --null --no-recursion --ignore-failed-read -C "$root" -T - -cf - |
        tar --no-same-owner --no-same-permissions -C "$work/tree" -xf -) 2>"$work/log.copy" || (($? == 1)) ||
        die "cannot copy the repository: $(cat "$work/log.copy")"
    [[ -f $work/tree/Makefile ]] || die "$root is not the repository: it has no Makefile"
    own "$work"
}

own() { ((EUID)) || chown -R "$user": "$@"; } # give what root wrote to the unprivileged user

# ---- build and install ---------------------------------------------------------------------------------------

pgmake() # with_llvm=no: bitcode needs the very clang PostgreSQL was built with, and nothing here reads it
{
    in_tree make -s -j"$(nproc)" with_llvm=no PG_CONFIG="$pg_config" ${warnings:+COPT="$warnings"} "$@"
}

install_private() # see the top of this file
{
    local prefix=$work/install bin share lib
    bin=$("$pg_config" --bindir) share=$("$pg_config" --sharedir) lib=$("$pg_config" --pkglibdir)
    pgmake install DESTDIR="$prefix" &&
        clean mkdir -p "$prefix$bin" "$prefix$share" "$prefix$lib" &&
        clean cp -L "$bin"/* "$prefix$bin/" &&
        clean cp -rsn "$share/." "$prefix$share/" &&
        clean cp -rsn "$lib/." "$prefix$lib/"
}

build() # build [WARNING FLAGS]: compile, and install into a private copy of PostgreSQL whose programs are in bindir
{
    warnings=${1:-}
    quietly "build with $("$pg_config" --version)" pgmake all || return
    quietly "install into a private copy of PostgreSQL" install_private || return
    bindir=$work/install$("$pg_config" --bindir)
}

# ---- the server ----------------------------------------------------------------------------------------------

init_server()
{
    clean mkdir -m 700 "$work/socket" && # nobody else may connect: the server trusts whoever can
        clean initdb -D "$work/data" -U postgres --auth-local=trust --auth-host=scram-sha-256 -E UTF8 --locale="$locale" --no-sync &&
        clean tee -a "$work/data/postgresql.conf" <<CONF &&
listen_addresses = ''
unix_socket_directories = '$work/socket'
port = $port
fsync = off
max_wal_size = '4GB'
CONF
        clean pg_ctl -D "$work/data" -l "$work/server.log" -w -t 120 -o "${*@Q}" start
}

start_server() # start_server [-c name=value]...
{
    server=$work/data
    quietly "start a private PostgreSQL" init_server "$@" || {
        cat "$failed_log" "$work/server.log" >&2 2>/dev/null || true
        die "the private PostgreSQL does not start"
    }
}

stop_server()
{
    [[ -n $server && -f $server/postmaster.pid ]] || return 0
    clean pg_ctl -D "$server" -m fast -w -t 30 stop >/dev/null 2>&1 ||
        clean pg_ctl -D "$server" -m immediate -w stop >/dev/null 2>&1 || true
}

psql_run() { clean env PGOPTIONS="-c client_min_messages=warning" psql -X -q -v ON_ERROR_STOP=1 "$@"; }

create_database() # create_database NAME: and talk to it from now on
{
    database=postgres psql_run -c "CREATE DATABASE $1"
    database=$1
}

# The simulated business: plain tables in schema shop. Its names stand last in the search path, so that a table
# called like one of our types never hides the type.
load_business() # load_business SCALE
{
    psql_run -v scale="$1" -f "$work/tree/test/data/simulate.sql" &&
        psql_run -c "ALTER DATABASE $database SET search_path = public, shop"
}
