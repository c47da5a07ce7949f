/* Languages of labels; see lang.h. */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/lang.h"

cm_lang
cm_lang_from_text(const cm_word *word)
{
    static const char *const names[] = {"en", "zh"}; /* cm_lang */
    char *given = text_to_cstring(word);

    for (int lang = 0; lang < CM_LANGS; lang++)
        if (pg_strncasecmp(given, names[lang], 2) == 0 &&
            (given[2] == '\0' || given[2] == '-' || given[2] == '_'))
            return (cm_lang) lang;
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("lang \"%s\" is not known", cm_excerpt(given)),
             errhint("Use one of \"en\", \"zh\".")));
}

text *
cm_label_text(const char *utf8)
{
    if (GetDatabaseEncoding() == PG_UTF8)
        return cstring_to_text(utf8);
    return cstring_to_text(pg_any_to_server(utf8, strlen(utf8), PG_UTF8));
}
