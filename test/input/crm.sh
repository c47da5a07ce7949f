# Landing a folder of exports of a CRM and reporting on it. Sourced by test/demo after read.sh.

# crm_report zoho|fxiaoke FOLDER ZONE
crm_report()
{
    local file table rows=0
    psql_run -c 'CREATE EXTENSION customer_metrics SCHEMA public' -c 'CREATE EXTENSION customer_metrics_crm SCHEMA public' \
        -c 'CREATE SCHEMA landed'
    for file in "$2"/*; do
        table=$(basename "${file%.*}")
        case $1/$file in
            zoho/*.csv | zoho/*.CSV) land_csv "$file" "$table" ;;
            fxiaoke/*.jsonl | fxiaoke/*.ndjson | fxiaoke/*.json) land_records "$file" "$table" ;;
            *) continue ;;
        esac
        rows=$((rows + 1))
    done
    ((rows)) || die "$2 has no file that ends in $([[ $1 == zoho ]] && echo .csv || echo .jsonl)"
    psql_run -v system="$1" -v zone="$3" -v folder="$(basename "$2")" -f "$work/tree/test/report/00-style.sql" \
        -f "$work/tree/test/input/crm.sql"
}

in_utf8() # in_utf8 FILE: its text in UTF-8, without a byte order mark
{
    local encoding
    encoding=$(encoding_of "$1") || die "$1: this is not a text file (it has NUL bytes)"
    iconv -f "$encoding" -t UTF-8 "$1" | sed '1s/^\xEF\xBB\xBF//'
}

# A table of texts with the columns of the file's header.
land_csv() # land_csv FILE TABLE
{
    say "· read $1"
    in_utf8 "$1" >"$work/landed.csv"
    psql_run -v table="$2" -v header="$(head -n 1 "$work/landed.csv" | tr -d '\r')" -f "$work/tree/test/input/header.sql"
    psql_run -c "\\copy landed.\"${2//\"/\"\"}\" FROM '$work/landed.csv' WITH (FORMAT csv, HEADER)"
}

# A table with a record in JSON a row.
land_records() # land_records FILE TABLE
{
    say "· read $1"
    in_utf8 "$1" | tr -d '\r' | grep -v '^[[:space:]]*$' >"$work/landed.jsonl" || true
    psql_run -v table="$2" <<<'CREATE TABLE landed.:"table" (data jsonb);'
    psql_run -c "\\copy landed.\"${2//\"/\"\"}\" FROM '$work/landed.jsonl' WITH (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')"
}
