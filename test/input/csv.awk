# Reads a CSV file as people really send them and writes rows for COPY into input(kind, line, fields, problem):
#   title   a line above the header, as exports have them: what it is, who made it when
#   format  the delimiter, and whether there is a header
#   header  the column names, each of them once (name, name_2; column3 where there is none)
#   row     one record, the number of its first line, and its fields
#   bad     one line that is no record: what is wrong with it, and the line itself
#   blank   an empty line
# Quoted fields may hold delimiters, doubled quotes and line ends. A quote that is never closed spoils its own line
# only: reading starts again on the next one. Plain POSIX awk, one pass.
#
# ENVIRON: CSV_NAMES = column names the user asked for, one a line; a first row that has one of them is a header.
# CSV_COLUMNS = the file that gets the column names, one a line: as they are used here, a tab, and as they stand there.

BEGIN {
    SPAN = 200 # a record that runs over more lines than this is a lost quote
    PEEK = 30 # lines that are looked at before the first is read
    waiting_from = 1
    waiting_to = 0
    open_quote = "a quote is opened and never closed"
    asked_count = split(tolower(ENVIRON["CSV_NAMES"]), asked, "\n")
    peek()
    while (next_line()) {
        if (line_no == 1 && line ~ /^sep=.$/) # what Excel writes to name the delimiter
            continue
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

# Looks at the first lines: which delimiter cuts most of them into equally many fields, how many fields the fullest has,
# which could be a header, and which has all the names that the user asked for.
function peek(    count, i)
{
    while (count < PEEK && next_line())
        more[++count] = line
    for (i = 1; i <= count; i++)
        first_lines[i] = more[i]
    if (first_lines[1] ~ /^sep=.$/) {
        delimiter = substr(first_lines[1], 5)
        first_lines[1] = ""
    } else
        delimiter = guess_delimiter(count)
    for (i = 1; i <= count; i++) {
        if (first_lines[i] ~ /^[ \t]*$/ || split_text(first_lines[i]) != "")
            continue
        filled[i] = fields_filled()
        could_be_header[i] = is_header()
        if (filled[i] > fullest)
            fullest = filled[i]
        if (!asked_at && names_asked() && names_asked() == names_found())
            asked_at = i
    }
    peeked = count
    give_back(count, 0)
}

# The lines more[1..count] are to be read again, after line number `after` and before what waits already.
function give_back(count, after,    i)
{
    while (waiting_from <= waiting_to)
        more[++count] = waiting[waiting_from++]
    line_no = after
    waiting_from = 1
    waiting_to = count
    for (i = 1; i <= count; i++)
        waiting[i] = more[i]
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
    if (++line_no == 1)
        sub(/^\357\273\277/, "", line) # byte order mark
    return 1
}

function first_record(    problem, i)
{
    first_line = line_no
    problem = split_lines(0)
    if (problem != "") {
        emit("bad", first_line, array_of_text(line), copy_text(problem))
        return
    }
    if (is_title()) {
        emit("title", first_line, array_of_fields(), "\\N")
        return
    }
    columns = n
    has_header = is_header()
    emit("format", first_line, array_of_two(delimiter, has_header ? "header" : "no header"), "\\N")
    if (!has_header) {
        emit("row", first_line, array_of_fields(), "\\N")
        for (i = 1; i <= n; i++)
            field[i] = ""
    }
    name_columns()
    emit("header", first_line, array_of_fields(), "\\N")
}

# A title has at most half of the fields of the fullest line, and a header follows. Where none does, it has no number.
function is_title(    i, filled_here)
{
    if (asked_at)
        return first_line < asked_at
    filled_here = fields_filled()
    if (filled_here * 2 > fullest)
        return 0
    for (i = line_no + 1; i <= peeked; i++)
        if (filled[i] * 2 > fullest)
            return could_be_header[i] || (fullest > 2 && !has_number())
    return 0
}

# Makes the names in field[1..n] usable: each once, none empty. CSV_COLUMNS gets them.
function name_columns(    i, k, name, there, used)
{
    for (i = 1; i <= n; i++) {
        name = field[i]
        gsub(/[ \t\r\n]+/, " ", name)
        gsub(/^ | $/, "", name)
        field[i] = name == "" ? "column" i : name
        there[field[i]]
    }
    for (i = 1; i <= n; i++) {
        name = field[i]
        for (k = 2; field[i] in used; k++)
            if (!((name "_" k) in there) && !((name "_" k) in used))
                field[i] = name "_" k
        used[field[i]]
        if (ENVIRON["CSV_COLUMNS"] != "")
            print field[i] "\t" name >ENVIRON["CSV_COLUMNS"]
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
function split_lines(wanted,    text, taken, problem)
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
    if (problem != "" && taken > 0)
        give_back(taken, first_line)
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

# The candidate that stands equally often in most lines, outside of quotes; of two the one that stands there more often,
# and last the comma, which numbers have too.
function guess_delimiter(lines,    i, j, text, count, here, most, most_lines, candidate, best, many, best_many, times)
{
    best = ","
    for (i = 1; i <= 4; i++) {
        candidate = substr(";\t|,", i, 1)
        most_lines = many = 0
        for (j in times)
            delete times[j]
        for (j = 1; j <= lines; j++) {
            text = first_lines[j]
            gsub(/"[^"]*"/, "", text)
            count = gsub("[" candidate "]", "&", text)
            if (count == 0)
                continue
            here = ++times[count]
            if (here > most_lines || (here == most_lines && count > many)) {
                most_lines = here
                many = count
            }
        }
        if (most_lines > most || (most_lines == most && many > best_many)) {
            most = most_lines
            best_many = many
            best = candidate
        }
    }
    return best
}

# A header has no number in it, or has a name the user asked for.
function is_header() { return names_found() > 0 || !has_number() }

function has_number(    i)
{
    for (i = 1; i <= n; i++)
        if (field[i] ~ /^ *[-+]?[0-9]+([.,][0-9]+)? *$/)
            return 1
    return 0
}

function names_asked(    j, count)
{
    for (j = 1; j <= asked_count; j++)
        count += asked[j] != ""
    return count + 0
}

function names_found(    i, j, count, name)
{
    for (j = 1; j <= asked_count; j++)
        for (i = 1; i <= n && asked[j] != ""; i++) {
            name = tolower(field[i])
            gsub(/^ +| +$/, "", name)
            if (name == asked[j]) {
                count++
                break
            }
        }
    return count + 0
}

function fields_filled(    i) # the last field that is not empty
{
    for (i = n; i > 0 && field[i] ~ /^[ \t]*$/; i--)
        ;
    return i
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
