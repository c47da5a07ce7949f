/* Booleans that come as text; see boolean.h. */
#include "postgres.h"

#include "utils/builtins.h"

#include "core/boolean.h"
#include "core/check.h"

static void
word_error(const text *word)
{
    const char *shown = cm_excerpt(text_to_cstring(word));

    ereport(ERROR,
            (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION), errmsg("\"%s\" is neither true nor false", shown),
             errdetail("A text counts as a boolean where PostgreSQL reads one in it: true, yes, on and 1, "
                       "false, no, off and 0, in any letter case."),
             errhint("Compare it with the word that means true, as in churned = %s.",
                     quote_literal_cstr(shown))));
}

bool
cm_bool_from_text(const text *word)
{
    const char *begin = VARDATA_ANY(word);
    const char *end = begin + VARSIZE_ANY_EXHDR(word);
    bool value;

    while (begin < end && isspace((unsigned char) *begin))
        begin++;
    while (begin < end && isspace((unsigned char) end[-1]))
        end--;
    if (unlikely(!parse_bool_with_len(begin, end - begin, &value)))
        word_error(word);
    return value;
}
