# Assembles the install script from the metrics' declarations. Lines of them that begin with -- @ are instructions:
#
#   -- @type NAME SYMBOL [COMPARISON STORAGE...]
#       writes what every stored type has: the shell type, input and output and CREATE TYPE (type_io.sql), operators and
#       operator classes (type_order.sql). The C functions are SYMBOL_in and so on; types compare as cm_state does and
#       are of any length unless the line says otherwise.
#   -- @argument NAME SYMBOL STORAGE...
#       the same without operators, for a type that is only an argument.
#   -- @plus NAME
#       writes the operator + of a state, which merges two as rollup does (plus.sql).
#   -- @json NAME
#       writes the casts of a state to json and jsonb (json.sql); its function _NAME_json must be there. All states write
#       JSON alike: keys are what SQL calls a thing (customer_id, period_start, skipped_rows), ", " and ": " stand between
#       things as in jsonb, amounts and counts are numbers, a day is "2024-01-31" and a time "2024-01-31T12:30:00+00:00",
#       which of a local one lacks the offset. What is not known is null, and its key is there.
#   -- @ids ... -- @end
#       writes the lines between once for each type of customer id: @id@ is bigint, uuid, text, and @kind@, a part of
#       the names of types, is empty, _uuid, _text.
function template(file, name, symbol, comparison, storage,    line)
{
    while ((getline line < (core file)) > 0) {
        gsub(/@type@/, name, line)
        gsub(/@symbol@/, symbol, line)
        gsub(/@comparison@/, comparison, line)
        gsub(/@storage@/, storage, line)
        print line
    }
    close(core file)
}

function give_up(why)
{
    print FILENAME ": " FNR ": " why > "/dev/stderr"
    failed = 1
    exit 1
}

function rest(word, n, first,    text, i)
{
    for (i = first; i <= n; i++)
        text = i == first ? word[i] : text " " word[i]
    return text
}

function put(line,    word, n)
{
    n = split(line, word, " ")
    if (line ~ /^-- @type /) {
        template("type_io.sql", word[3], word[4], "",
                 n > 5 ? rest(word, n, 6) : "INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended")
        template("type_order.sql", word[3], "", n > 4 ? word[5] : "cm_state", "")
    } else if (line ~ /^-- @argument /)
        template("type_io.sql", word[3], word[4], "", rest(word, n, 5))
    else if (line ~ /^-- @plus /)
        template("plus.sql", word[3], "", "", "")
    else if (line ~ /^-- @json /)
        template("json.sql", word[3], "", "", "")
    else if (line ~ /^-- @/)
        give_up("an instruction that is not known: " line)
    else
        print line
}

BEGIN { split("bigint uuid text", ids, " "); kinds[1] = ""; kinds[2] = "_uuid"; kinds[3] = "_text" }

/^-- @ids$/ { inside = 1; n = 0; next }

/^-- @end$/ {
    for (kind = 1; kind <= 3; kind++)
        for (i = 1; i <= n; i++) {
            line = held[i]
            gsub(/@id@/, ids[kind], line)
            gsub(/@kind@/, kinds[kind], line)
            put(line)
        }
    inside = 0
    next
}

inside { held[++n] = $0; next }

{ put($0) }

END { if (inside && !failed) give_up("-- @ids without -- @end") }
