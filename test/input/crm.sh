# Landing a folder of exports of a CRM and reporting on it. Sourced by test/demo after read.sh.

crm_files() # crm_files zoho|fxiaoke FOLDER: what of it is landed, a file a line
{
    local file
    for file in "$2"/*; do
        case $1/$file in
            zoho/*.csv | zoho/*.CSV | fxiaoke/*.jsonl | fxiaoke/*.ndjson | fxiaoke/*.json) printf '%s\n' "$file" ;;
        esac
    done
}

# crm_report zoho|fxiaoke FOLDER ZONE: the stream that render reads
crm_report()
{
    local file
    psql_run -c 'CREATE EXTENSION customer_metrics SCHEMA public' -c 'CREATE EXTENSION customer_metrics_crm SCHEMA public' \
        -c 'CREATE SCHEMA landed' || return
    while IFS= read -r -u 3 file; do
        say "· read $file"
        "land_$([[ $1 == zoho ]] && echo csv || echo records)" "$file" "$(basename "${file%.*}")" ||
            { say "$(basename "$0"): $file: $(cat "$work/errors")" && return 1; }
    done 3< <(crm_files "$1" "$2")
    psql_report -v system="$1" -v zone="$3" -v folder="$(basename "$2")" -f "$work/tree/test/input/crm.sql" ||
        { say "$(basename "$0"): $2: $(cat "$work/errors")" && return 1; }
}

in_utf8() # in_utf8 FILE: its text in UTF-8, without a byte order mark
{
    local encoding
    encoding=$(encoding_of "$1") || { echo "this is not a text file (it has NUL bytes)" >"$work/errors" && return 1; }
    iconv -f "$encoding" -t UTF-8 "$1" | sed '1s/^\xEF\xBB\xBF//'
}

# A table of texts with the columns of the file's header.
land_csv() # land_csv FILE TABLE
{
    in_utf8 "$1" >"$work/landed.csv" &&
        psql_report -v table="$2" -v header="$(head -n 1 "$work/landed.csv" | tr -d '\r')" -f "$work/tree/test/input/header.sql" &&
        psql_report -c "\\copy landed.\"${2//\"/\"\"}\" FROM '$work/landed.csv' WITH (FORMAT csv, HEADER)"
}

# A table with a record in JSON a row.
land_records() # land_records FILE TABLE
{
    in_utf8 "$1" >"$work/landed.json" && { tr -d '\r' <"$work/landed.json" | grep -v '^[[:space:]]*$' >"$work/landed.jsonl" || true; } &&
        psql_report -v table="$2" <<<'CREATE TABLE landed.:"table" (data jsonb);' &&
        psql_report -c "\\copy landed.\"${2//\"/\"\"}\" FROM '$work/landed.jsonl' WITH (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')"
}
