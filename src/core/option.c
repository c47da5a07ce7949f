/* Words that are options; see option.h. */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/option.h"

int
cm_option(const cm_word *word, const char *argument, const char *const *names)
{
    StringInfoData allowed;

    for (int i = 0; names[i] != NULL; i++)
        if (VARSIZE_ANY_EXHDR(word) == strlen(names[i]) &&
            pg_strncasecmp(VARDATA_ANY(word), names[i], VARSIZE_ANY_EXHDR(word)) == 0)
            return i;

    initStringInfo(&allowed);
    for (int i = 0; names[i] != NULL; i++)
        appendStringInfo(&allowed, "%s\"%s\"", i > 0 ? ", " : "", names[i]);
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s \"%s\" is not known", argument, cm_excerpt(text_to_cstring(word))),
                    errhint("Use one of %s.", allowed.data)));
}

/* ---- the type ---- */

PG_FUNCTION_INFO_V1(cm_metric_option_in);
Datum
cm_metric_option_in(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(PG_GETARG_CSTRING(0)));
}

PG_FUNCTION_INFO_V1(cm_metric_option_out);
Datum
cm_metric_option_out(PG_FUNCTION_ARGS)
{
    PG_RETURN_CSTRING(TextDatumGetCString(PG_GETARG_DATUM(0)));
}

PG_FUNCTION_INFO_V1(cm_metric_option_recv);
Datum
cm_metric_option_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    int length;
    char *word = pq_getmsgtext(in, in->len - in->cursor, &length);

    PG_RETURN_TEXT_P(cstring_to_text_with_len(word, length));
}

PG_FUNCTION_INFO_V1(cm_metric_option_send);
Datum
cm_metric_option_send(PG_FUNCTION_ARGS)
{
    text *word = PG_GETARG_TEXT_PP(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendtext(&out, VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word));
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}
