# Reading a CSV file of the user's own and choosing its columns by name, which needs no server, and then reporting on it.
# Sourced by test/demo and test/check.

looked_rows=()        # of each file that could be looked at, by its index: its rows for COPY into input
looked_column=()      # the number of the column with the answer
looked_segment=()     # that of the column to group by, 0 if there is none
looked_column_how=()  # how these were chosen, in words
looked_segment_how=()
looked_encoding=()
problems=()           # of each file that could not be read: why, in words

# Names are compared in small letters, without blanks at their ends.
segment_patterns=(segment contract '^plan$' tier region '^channel$' country product category 'type$' 细分 地区 地區 渠道 套餐)
score_patterns=('^nps.?score$' '^nps$' '^score$' nps score recommend rating answer 评分 打分 得分 分数 評分 分數)
churned_patterns=('^churn(ed)?$' churn '^(exited|attrited|left|lost|cancell?ed)$' attrition cancel 流失
    '^(left|ended?|exited|closed|lost)[ _]?(at|on|date)$')

# wrong INDEX TEXT...: what is wrong with a file. It is said at once, and in the report; the others go on.
wrong()
{
    problems[$1]=${*:2}
    say "$(basename "$0"): ${*:2}"
    return 1
}

# look_at INDEX survey|churn FILE COLUMN SEGMENT ENCODING: the last three may be empty. Fails with the reason in problems.
look_at()
{
    local index=$1 option=score what=answers patterns=("${score_patterns[@]}") file=$3 encoding copy=$work/file.$1
    [[ $2 == survey ]] || option=churned what="customers who left" patterns=("${churned_patterns[@]}")
    say "· look at $file"
    cat -- "$file" >"$copy" || wrong "$index" "$file: it cannot be read" || return # once, because it may be a pipe
    encoding=${6:-$(encoding_of "$copy")} || wrong "$index" "$file: this is not a text file (it has NUL bytes)" || return
    [[ -n $6 || $encoding == UTF-* ]] ||
        say "· it is not UTF-8: read as $encoding (--encoding NAME chooses another)"
    iconv -f "$encoding" -t UTF-8 "$copy" >"$copy.utf8" 2>/dev/null ||
        wrong "$index" "$file: it cannot be read as $encoding" || return
    : >"$copy.names"
    CSV_COLUMNS=$copy.names CSV_NAMES=$(printf '%s\n' "$4" "$5") awk -f "$root/test/input/csv.awk" "$copy.utf8" >"$copy.rows"
    rm "$copy" "$copy.utf8"
    column_names "$copy.names"
    ((${#names[@]})) || wrong "$index" "$file: there is no row in it" || return
    choose_column "$index" "$file" "$option" "$what" "$4" "${patterns[@]}" || return
    [[ $number != 0 ]] ||
        wrong "$index" "$file: which column has the $what? --$option NAME says so. The columns are: $(join_names)" || return
    looked_column[index]=$number looked_column_how[index]=$how
    choose_column "$index" "$file" segment segment "$5" "${segment_patterns[@]}" || return
    looked_segment[index]=$number looked_segment_how[index]=$how
    looked_encoding[index]=$encoding looked_rows[index]=$copy.rows
}

# UTF-8 if it is valid; UTF-16 if its first bytes say so; Chinese if it looks like it; else what is written on a western
# Windows, which is LATIN1 where it has none of the characters that Windows added.
encoding_of()
{
    local start simplified traditional
    start=$(head -c 2 "$1" | od -An -tx1 | tr -d ' \n')
    if [[ $start == fffe || $start == feff ]]; then
        echo UTF-16
    elif ! tr -d '\000' <"$1" | cmp -s - "$1"; then
        return 1
    elif reads_as UTF-8 "$1"; then
        echo UTF-8
    else
        read -r simplified traditional < <({ grep -a $'[\x80-\xff]' "$1" || true; } | head -c 500000 | awk -f "$root/test/input/encoding.awk")
        if ((simplified >= 70 && simplified >= traditional)) && reads_as GB18030 "$1"; then
            echo GB18030
        elif ((traditional >= 70)) && reads_as BIG5 "$1"; then
            echo BIG5
        elif grep -aq $'[\x80-\x9f]' "$1" && reads_as WINDOWS-1252 "$1"; then
            echo WINDOWS-1252
        else
            echo LATIN1
        fi
    fi
}

reads_as() { iconv -f "$1" -t UTF-8 "$2" >/dev/null 2>&1; }

names=() # of the columns of the file that is looked at
there=() # as they stand in the file, where a name may stand twice

column_names() # column_names FILE: what csv.awk wrote
{
    local name original
    names=() there=()
    while IFS=$'\t' read -r name original; do
        names+=("$name") there+=("$original")
    done <"$1"
}

join_names()
{
    local all
    printf -v all '%s, ' "${names[@]}"
    echo "${all%, }"
}

# choose_column INDEX FILE OPTION WHAT NAME PATTERN...: sets number to that of the column called NAME; where no name is
# given, of the first column that matches the first PATTERN that any column matches, or 0. Sets how to how it was chosen.
choose_column()
{
    local index=$1 file=$2 option=$3 what=$4 name=$5 pattern i twins=
    shift 5
    number=0
    name="${name#"${name%%[! ]*}"}" name="${name%"${name##*[! ]}"}"
    if [[ -n $name ]]; then
        for i in "${!names[@]}"; do
            [[ ${names[i]} != "$name" ]] || { number=$((i + 1)) && break; }
            ((number)) || [[ ${names[i],,} != "${name,,}" ]] || number=$((i + 1))
        done
        ((number)) || wrong "$index" "$file: there is no column \"$name\" for the $what. The columns are: $(join_names)" || return
        how="as asked"
    else
        for pattern in "$@"; do
            for i in "${!names[@]}"; do
                [[ ! ${names[i],,} =~ $pattern ]] || { number=$((i + 1)) && break 2; }
            done
        done
        how="guessed from its name (--$option NAME chooses another)"
    fi
    if ((!number)); then
        how="none found (--$option NAME chooses one)"
        return
    fi
    for i in "${!names[@]}"; do
        ((i == number - 1)) || [[ ${there[i]} == '' || ${there[i]} != "${there[number - 1]}" ]] || twins+=", ${names[i]}"
    done
    how="column \"${names[number - 1]}\", $how${twins:+; the file has more of this name: ${twins#, }}"
}

# ---- the report ------------------------------------------------------------------------------------------------

# Between the tables of a report stand lines that begin with this: render reads them.
mark="@$$.$RANDOM.$RANDOM@"

render() { LC_ALL=C perl "$root/test/report/render" "$mark" "$1"; } # text or html

chapter() { printf '%schapter %s\n' "$mark" "$1"; }
note() { printf '%snote %s\n' "$mark" "$1"; }

# psql for what users sent: what it says on a failure is left in $work/errors in plain words.
psql_report()
{
    psql_run -v mark="$mark" "$@" 2>"$work/errors.raw" && return
    sed -nE 's/^(psql:[^ ]*: )?(ERROR|FATAL):  //p; s/^(DETAIL|HINT|CONTEXT):  /    /p; s/^(psql|\\copy): error: //p' "$work/errors.raw" |
        grep -v 'PL/pgSQL' >"$work/errors" || true
    [[ -s $work/errors ]] || cp "$work/errors.raw" "$work/errors"
    return 1
}

# file_report INDEX survey|churn FILE: on a file that was looked at.
file_report()
{
    local index=$1 file=$3 option=score
    [[ $2 == survey ]] || option=churned
    chapter "$(basename "$file")"
    if ! psql_report -f "$work/tree/test/input/table.sql" || ! psql_report -c 'COPY input FROM STDIN' <"${looked_rows[index]}" ||
        ! psql_report -v "$option=${looked_column[index]}" -v "${option}_how=${looked_column_how[index]}" \
            -v segment="${looked_segment[index]}" -v segment_how="${looked_segment_how[index]}" \
            -v encoding="${looked_encoding[index]}" -f "$work/tree/test/input/$2.sql"; then
        report_problem "$index" "$file: $(cat "$work/errors")"
    elif [[ $(psql_run -At -c 'SELECT count(value) FROM answer') == 0 ]]; then
        report_problem "$index" "$file: no row of the file could be used"
    fi
}

report_problem() # report_problem INDEX TEXT: where the report of the file would stand
{
    note "Nothing is reported on: ${2//$'\n'/ }"
    wrong "$1" "$2"
}
