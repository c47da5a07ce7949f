/*
 * Words as loaders land them. A picklist value, an id or a name comes as a text, as an object of JSON, as a list of one of
 * these, or as a text that holds such JSON:
 *
 *   Closed Won   {"label": "赢单", "value": "2"}   {"id": "49", "name": "Blue Mill"}   ["1000"]   zcrm_49
 *
 * crm_text gives what people read, crm_ref the id, crm_name the name.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "core/compat.h"
#include "crm/crm_blank.h"

typedef enum wanted { TEXT, REF, NAME } wanted;

/* The keys of an object that are looked for, the best first. */
static const char *const keys[][5] = {
    [TEXT] = {"label", "name", "value", "id", "_id"},
    [REF] = {"id", "_id", "value"},
    [NAME] = {"name", "label", "value", "id", "_id"},
};

#define NO_CHOICE "-None-" /* what Zoho writes for a picklist of which nothing was chosen */
#define EXPORTED_ID "zcrm_"

static bool
begins_with(const char *text, int length, const char *word)
{
    int n = strlen(word);

    return length >= n && memcmp(text, word, n) == 0;
}

/* The part of a text that counts; false where nothing does. */
static bool
trim(wanted what, const char **text, int *length)
{
    cm_trim_blanks(text, length);
    if (what == REF && begins_with(*text, *length, EXPORTED_ID)) {
        *text += strlen(EXPORTED_ID);
        *length -= strlen(EXPORTED_ID);
    }
    return *length > 0 && !(*length == (int) strlen(NO_CHOICE) && memcmp(*text, NO_CHOICE, *length) == 0);
}

/* {"...} and ["...] or [{...]: names of people in brackets look otherwise. */
static bool
looks_like_json(const char *text, int length)
{
    if (length < 4)
        return false;
    return (begins_with(text, length, "{\"") && text[length - 1] == '}') ||
           ((begins_with(text, length, "[\"") || begins_with(text, length, "[{")) && text[length - 1] == ']');
}

static text *word_of_container(wanted what, JsonbContainer *container);

static text *
word_of_value(wanted what, const JsonbValue *value)
{
    const char *string;
    int length;

    switch (value == NULL ? jbvNull : value->type) {
        case jbvString:
            string = value->val.string.val;
            length = value->val.string.len;
            return trim(what, &string, &length) ? cstring_to_text_with_len(string, length) : NULL;
        case jbvNumeric:
            return cstring_to_text(
                DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric))));
        case jbvBool:
            return cstring_to_text(value->val.boolean ? "true" : "false");
        case jbvBinary:
            return word_of_container(what, value->val.binary.data);
        default:
            return NULL;
    }
}

/* Each level is one of the value's own, and the parser of JSON checks the depth of the stack. */
static text *
word_of_container(wanted what, JsonbContainer *container)
{
    if (JsonContainerIsArray(container))
        return JsonContainerSize(container) == 0
                   ? NULL
                   : word_of_value(what, getIthJsonbValueFromContainer(container, 0));
    for (int i = 0; i < (int) lengthof(keys[what]) && keys[what][i] != NULL; i++) {
        text *word = word_of_value(
            what, getKeyJsonValueFromContainer(container, keys[what][i], strlen(keys[what][i]), NULL));

        if (word != NULL)
            return word;
    }
    return NULL;
}

static Datum
return_word(FunctionCallInfo fcinfo, text *word)
{
    if (word == NULL)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(word);
}

static Datum
word_of_jsonb(FunctionCallInfo fcinfo, wanted what)
{
    return return_word(fcinfo, word_of_container(what, &PG_GETARG_JSONB_P(0)->root));
}

static Datum
word_of_text(FunctionCallInfo fcinfo, wanted what)
{
    text *given = PG_GETARG_TEXT_PP(0);
    const char *part = VARDATA_ANY(given);
    int length = VARSIZE_ANY_EXHDR(given);

    if (!trim(what, &part, &length))
        PG_RETURN_NULL();
    if (length == 2 && (memcmp(part, "[]", 2) == 0 || memcmp(part, "{}", 2) == 0))
        PG_RETURN_NULL();
    if (looks_like_json(part, length)) {
        Datum json = DirectFunctionCall1(jsonb_in, CStringGetDatum(pnstrdup(part, length)));

        return return_word(fcinfo, word_of_container(what, &DatumGetJsonbP(json)->root));
    }
    if (length == (int) VARSIZE_ANY_EXHDR(given))
        PG_RETURN_TEXT_P(given);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(part, length));
}

#define WORD(name, what)                                                                                     \
    PG_FUNCTION_INFO_V1(cm_crm_##name);                                                                      \
    Datum cm_crm_##name(PG_FUNCTION_ARGS)                                                                    \
    {                                                                                                        \
        return word_of_text(fcinfo, what);                                                                   \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_crm_##name##_jsonb);                                                              \
    Datum cm_crm_##name##_jsonb(PG_FUNCTION_ARGS)                                                            \
    {                                                                                                        \
        return word_of_jsonb(fcinfo, what);                                                                  \
    }

WORD(text, TEXT)
WORD(ref, REF)
WORD(name, NAME)
