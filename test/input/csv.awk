# Reads a CSV file as people really send them and writes rows for COPY into input(kind, line, fields, problem):
#   format  the delimiter, and whether the first row is a header
#   header  the column names (column1, column2, ... where the file has none)
#   row     one record, the number of its first line, and its fields
#   bad     one line that is no record: what is wrong with it, and the line itself
#   blank   an empty line
# Quoted fields may hold delimiters, doubled quotes and line ends. A quote that is never closed spoils its own line
# only: reading starts again on the next one. Plain POSIX awk, one pass.
#
# ENVIRON: CSV_NAMES = column names the user asked for, one a line; a first row that has one of them is a header.

BEGIN {
    SPAN = 200 # a record that runs over more lines than this is a lost quote
    waiting_from = 1
    waiting_to = 0
    open_quote = "a quote is opened and never closed"
    while (next_line()) {
        if (line_no == 1)
            sub(/^\357\273\277/, "", line) # byte order mark
        if (line_no == 1 && line ~ /^sep=.$/) { # what Excel writes to name the delimiter
            delimiter = substr(line, 5)
            continue
        }
        if (line ~ /^[ \t]*$/) {
            emit("blank", line_no, "\\N", "\\N")
            continue
        }
        if (columns == 0)
            first_record()
        else
            record()
    }
}

# The next physical line, from those given back or from the file, without its line end.
function next_line()
{
    if (waiting_from <= waiting_to) {
        line = waiting[waiting_from]
        delete waiting[waiting_from++]
    } else if ((getline line) <= 0)
        return 0
    sub(/\r$/, "", line)
    line_no++
    return 1
}

function first_record(    problem, i)
{
    if (delimiter == "")
        delimiter = guess_delimiter(line)
    first_line = line_no
    problem = split_lines(0)
    if (problem != "") {
        emit("bad", first_line, array_of_text(line), copy_text(problem))
        return
    }
    columns = n
    has_header = is_header()
    emit("format", first_line, array_of_two(delimiter, has_header ? "header" : "no header"), "\\N")
    if (has_header)
        emit("header", first_line, array_of_fields(), "\\N")
    else {
        emit("row", first_line, array_of_fields(), "\\N")
        for (i = 1; i <= n; i++)
            field[i] = "column" i
        emit("header", first_line, array_of_fields(), "\\N")
    }
}

function record(    problem, first)
{
    first = line
    first_line = line_no
    problem = split_lines(columns)
    if (problem == "")
        emit("row", first_line, array_of_fields(), "\\N")
    else
        emit("bad", first_line, array_of_text(first), copy_text(problem))
}

# Splits the record that begins with `line` into field[1..n], reading on while a quote is open. wanted = number of
# fields it must have, 0 for any. On failure all lines but the first are given back, and the problem is returned.
function split_lines(wanted,    text, taken, problem, i)
{
    text = line
    taken = 0
    problem = split_text(text)
    while (problem == open_quote && taken < SPAN && next_line()) {
        more[++taken] = line
        text = text "\n" line
        problem = split_text(text)
    }
    if (problem == "" && wanted > 0 && n != wanted)
        problem = "it has " n (n == 1 ? " field" : " fields") ", the first row has " wanted
    if (problem != "" && taken > 0) {
        while (waiting_from <= waiting_to) # what still waits comes after what we give back
            more[++taken] = waiting[waiting_from++]
        line_no = first_line
        waiting_from = 1
        waiting_to = taken
        for (i = 1; i <= taken; i++)
            waiting[i] = more[i]
    }
    return problem
}

function split_text(text,    at)
{
    n = 0
    do {
        if (text ~ /^ *"/) {
            sub(/^ */, "", text)
            at = closing_quote(text)
            if (at == 0)
                return open_quote
            field[++n] = substr(text, 2, at - 2)
            gsub(/""/, "\"", field[n])
            text = substr(text, at + 1)
            sub(/^ +/, "", text)
            if (text != "" && substr(text, 1, 1) != delimiter)
                return "there is text between a closing quote and the next delimiter"
            at = 1
        } else {
            at = index(text, delimiter)
            field[++n] = at ? substr(text, 1, at - 1) : text
        }
        if (at == 0 || text == "")
            return ""
        text = substr(text, at + 1)
    } while (1)
}

# Position of the quote that closes the quoted field at the start of text, 0 if there is none.
function closing_quote(text,    at, next_at)
{
    at = 1
    while ((next_at = index(substr(text, at + 1), "\"")) > 0) {
        at += next_at
        if (substr(text, at + 1, 1) != "\"")
            return at
        at++
    }
    return 0
}

function guess_delimiter(text,    i, count, most, candidate, best)
{
    gsub(/"[^"]*"/, "", text)
    best = ","
    for (i = 1; i <= 4; i++) {
        candidate = substr(",;\t|", i, 1)
        count = gsub("[" candidate "]", "&", text)
        if (count > most) {
            most = count
            best = candidate
        }
    }
    return best
}

# A header has no number in it, or has a name the user asked for.
function is_header(    i, j, names, count, number)
{
    count = split(tolower(ENVIRON["CSV_NAMES"]), names, "\n")
    for (i = 1; i <= n; i++) {
        for (j = 1; j <= count; j++)
            if (names[j] != "" && tolower(field[i]) == names[j])
                return 1
        if (field[i] ~ /^ *[-+]?[0-9]+([.,][0-9]+)? *$/)
            number = 1
    }
    return !number
}

# COPY's text format, and array literals inside it: the backslash is special to both.
function copy_text(text)
{
    gsub(/\\/, "&&", text)
    gsub(/\t/, "\\t", text)
    gsub(/\n/, "\\n", text)
    gsub(/\r/, "\\r", text)
    return text
}

function array_item(text)
{
    gsub(/[\\"]/, "\\\\&", text)
    return "\"" copy_text(text) "\""
}

function array_of_fields(    i, all)
{
    all = array_item(field[1])
    for (i = 2; i <= n; i++)
        all = all "," array_item(field[i])
    return "{" all "}"
}

function array_of_text(text) { return "{" array_item(text) "}" }

function array_of_two(a, b) { return "{" array_item(a) "," array_item(b) "}" }

function emit(kind, number, fields, problem) { print kind "\t" number "\t" fields "\t" problem }
