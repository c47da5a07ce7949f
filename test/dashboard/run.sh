# The dashboard of test/demo: packages, data of files, and the server. Sourced by test/demo and test/bi/run.

# node runs the server; npm gets ECharts and node's driver of PostgreSQL. Asked for before "prepare" installs.
dashboard_tools() { command -v node >/dev/null && command -v npm >/dev/null || wanted+=(nodejs npm); }

# Exactly what package-lock.json names, each checked by its hash, downloaded or from the cache, where the next run finds it
# without a network. No package may run a script.
dashboard_install()
{
    local cache=${XDG_CACHE_HOME:-${HOME:-$work}/.cache}/customer_metrics
    mkdir -p "$work/dashboard" && cp "$work"/tree/test/dashboard/*.{js,json,html,css} "$work/dashboard" &&
        env -C "$work/dashboard" npm ci --prefer-offline --cache "$cache" --ignore-scripts --no-audit --no-fund --loglevel=error &&
        own "$work/dashboard"
}

# What file_report left in table answer, as the tables that the panels read. Several files add up.
dashboard_file() # dashboard_file survey|churn FILE
{
    psql_run -v name="$(basename "$2")" -f "$work/tree/test/dashboard/$1.sql"
}

dashboard_crm() { psql_run -c "ALTER DATABASE $database SET search_path = public, crm"; } # the views that crm_report made

# dashboard_serve TITLE ZONE CURRENCY: start the server and set address. It ends with PostgreSQL, whatever ends that.
dashboard_serve()
{
    [[ -e $work/dashboard ]] || quietly "npm ci (ECharts and pg, by their hashes; kept in ~/.cache)" dashboard_install || give_up
    rm -f "$work/address" # of a server before this one
    clean env NODE_ENV=production DASHBOARD_TITLE="$1" DASHBOARD_ZONE="$2" DASHBOARD_CURRENCY="$3" \
        DASHBOARD_WHILE="$work/data/postmaster.pid" setsid node "$work/dashboard/server.js" >"$work/address" 2>"$work/log.dashboard" </dev/null &
    dashboard_pid=$!
    for ((tries = 0; tries < 100; tries++)); do
        read -r address 2>/dev/null <"$work/address" && return
        kill -0 "$dashboard_pid" 2>/dev/null || break
        sleep 0.1
    done
    die "the dashboard does not start: $(cat "$work/log.dashboard")"
}

# Serve what the demo has read, say where, and unless the server stays up wait for the end.
dashboard_open()
{
    if [[ -n $crm ]]; then
        dashboard_serve "$(basename "$crm_folder")" "$crm_zone" "$([[ $crm != fxiaoke ]] || echo CNY)"
    elif ((${#files[@]})); then
        dashboard_serve "$(basename -a "${files[@]}" | paste -sd, | sed 's/,/, /g')" UTC ""
    else
        dashboard_serve "" UTC EUR
    fi
    printf '\nThe dashboard: %s\n' "$address"
    [[ -z ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]] || ((EUID == 0)) || ! command -v xdg-open >/dev/null || xdg-open "$address" >/dev/null 2>&1 || true
    if [[ $keep == no ]]; then
        echo "Ctrl-C ends it and removes everything."
        wait "$dashboard_pid" || true
    fi
}
