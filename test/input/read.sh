# Reading a CSV file of the user's own into table input, and choosing columns by name. Sourced by test/demo.

# read_csv FILE ENCODING NAMES: into a fresh table input. ENCODING may be empty: guess. NAMES are the columns the user
# asked for, one a line.
read_csv()
{
    local copy=$work/input.csv encoding
    cat -- "$1" >"$copy" # once, because it may be a pipe
    encoding=${2:-$(encoding_of "$copy")} || die "$1: this is not a text file (it has NUL bytes)"
    iconv -f "$encoding" -t UTF-8 "$copy" >"$copy.utf8" || die "$1: it cannot be read as $encoding"
    psql_run -f "$work/tree/test/input/table.sql"
    CSV_NAMES=$3 awk -f "$root/test/input/csv.awk" "$copy.utf8" | psql_run -c 'COPY input FROM STDIN'
    [[ $(query "SELECT count(*) FROM input WHERE kind = 'header'") == 1 ]] || die "$1: there is no row in it"
}

# UTF-8 if it is valid; UTF-16 if its first bytes say so; else what Excel writes on a western Windows.
encoding_of()
{
    local start
    start=$(head -c 2 "$1" | od -An -tx1 | tr -d ' \n')
    if [[ $start == fffe || $start == feff ]]; then
        echo UTF-16
    elif ! tr -d '\000' <"$1" | cmp -s - "$1"; then
        return 1
    elif iconv -f UTF-8 -t UTF-8 "$1" >/dev/null 2>&1; then
        echo UTF-8
    else
        say "· the file is not UTF-8: read as LATIN1 (--encoding NAME to choose another)"
        echo LATIN1
    fi
}

query() { psql_run -At -c "$1"; }

# choose_column WHAT NAME PATTERN...: print the number of the column called NAME; where no name is given, of
# the first column that matches the first PATTERN that any column matches.
choose_column()
{
    local what=$1 name=$2 number
    shift 2
    if [[ -n $name ]]; then
        number=$(psql_run -At -v name="$name" -f "$work/tree/test/input/named.sql")
        [[ -n $number ]] || die "there is no column \"$name\" for the $what. The columns are: $(column_names)"
    else
        number=$(psql_run -At -v patterns="$(printf '%s\n' "$@")" -f "$work/tree/test/input/guess.sql")
    fi
    echo "$number"
}

column_names() { query "SELECT array_to_string(fields, ', ') FROM input WHERE kind = 'header'"; }

segment_patterns=(segment contract '^plan$' tier region '^channel$' country product category 'type$' 细分 地区 渠道 套餐)
score_patterns=('^nps.?score$' '^nps$' '^score$' nps score recommend rating answer 评分 打分 得分 分数)
churned_patterns=('^churn(ed)?$' churn '^(exited|attrited|left|lost|cancell?ed)$' attrition cancel 流失)

# file_report survey|churn FILE COLUMN SEGMENT ENCODING: the last three may be empty.
file_report()
{
    local option=score what=answers patterns=("${score_patterns[@]}") column segment
    [[ $1 == survey ]] || option=churned what="customers who left" patterns=("${churned_patterns[@]}")
    say "· read $2"
    read_csv "$2" "$5" "$(printf '%s\n' "$3" "$4")"
    column=$(choose_column "$what" "$3" "${patterns[@]}")
    [[ -n $column ]] || die "$2: which column has the $what? --$option NAME says so. The columns are: $(column_names)"
    segment=$(choose_column segment "$4" "${segment_patterns[@]}")
    psql_run -v name="$(basename "$2")" -v "$option=$column" -v segment="${segment:-0}" \
        -v "${option}_how=$(how_chosen "$column" "$3" "$option")" \
        -v segment_how="$(how_chosen "$segment" "$4" segment)" -f "$work/tree/test/input/$1.sql"
}

how_chosen() # how_chosen NUMBER GIVEN OPTION: words for the report
{
    if [[ -z $1 ]]; then
        echo "none found (--$3 NAME chooses one)"
    elif [[ -n $2 ]]; then
        echo "$(column_name "$1"), as asked"
    else
        echo "$(column_name "$1"), guessed from its name (--$3 NAME chooses another)"
    fi
}

column_name() { query "SELECT format('\"%s\"', fields[$1]) FROM input WHERE kind = 'header'"; }
