/*
 * crm_meaning: what a word of a picklist means. Only words that the systems deliver by default are known here; for all
 * others there are tables of the user.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/compat.h"

typedef struct meaning {
    const char *field;
    const char *meaning;
    const char *words[15]; /* as fold() leaves them; what ends in * stands for all that begin so */
} meaning;

static const meaning meanings[] = {
    {"stage",
     "won",
     {"closedwon*", "closewon*", "won", "cerradoganado*", "cerradaganada*", "ganado", "ganada", "赢单*",
      "贏單*", "成交", "已成交", "关闭赢单", "已关闭赢单"}},
    {"stage",
     "lost",
     {"closedlost*", "closelost*", "lost", "cerradoperdido*", "cerradaperdida*", "perdido", "perdida",
      "输单*", "輸單*", "丢单", "丟單", "关闭输单", "已关闭输单"}},
    {"stage", "invalid", {"无效", "無效", "作废", "作廢", "已作废"}},
    {"forecast_type", "open", {"open"}},
    {"forecast_type", "won", {"closedwon"}},
    {"forecast_type", "lost", {"closedlost"}},
    {"sales_status", "open", {"1", "进行中", "進行中", "inprogress"}},
    {"sales_status", "won", {"2", "赢单", "贏單", "won"}},
    {"sales_status", "lost", {"3", "输单", "輸單", "lost"}},
    {"sales_status", "invalid", {"4", "无效", "無效", "invalid"}},
    {"life_status", "normal", {"normal", "正常", "inchange", "变更中", "變更中"}},
    {"life_status", "in_approval", {"underreview", "审核中", "審核中", "ineffective", "未生效"}},
    {"life_status", "void", {"invalid", "作废", "作廢", "已作废", "已作廢"}},
    {"order_status",
     "cancelled",
     {"cancelled", "canceled", "cancelado", "cancelada", "已取消", "取消", "void", "voided"}},
    {"order_status",
     "valid",
     {"created", "approved", "delivered", "creado", "creada", "aprobado", "aprobada", "entregado",
      "entregada", "已创建", "已批准", "已交付", "已确认"}},
    {"ticket_type", "complaint", {"problem", "problema", "complaint", "queja", "问题", "投诉"}},
    {"ticket_type",
     "other",
     {"question", "featurerequest", "pregunta", "solicituddefunción", "咨询", "功能请求"}},
};

#define MOST_FOLDED 64

/* Lower-case letters of ASCII, without blanks and signs, cut where it is longer than any word known. */
static void
fold(const char *word, int length, char *folded)
{
    int n = 0;

    for (int i = 0; i < length && n < MOST_FOLDED; i++) {
        unsigned char c = word[i];

        if (c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            folded[n++] = pg_ascii_tolower(c);
    }
    folded[n] = '\0';
}

static bool
is_word(const char *folded, const char *word)
{
    size_t length = strlen(word);

    if (word[length - 1] == '*')
        return strncmp(folded, word, length - 1) == 0;
    return strcmp(folded, word) == 0;
}

static const char *
find_meaning(const char *field, const char *word, int length)
{
    char folded[MOST_FOLDED + 1];
    bool found = false;
    char *utf8 = pg_server_to_any(word, length, PG_UTF8);

    if (utf8 != word)
        length = strlen(utf8);
    fold(utf8, length, folded);
    for (int i = 0; i < (int) lengthof(meanings); i++) {
        if (strcmp(meanings[i].field, field) != 0)
            continue;
        found = true;
        for (const char *const *known = meanings[i].words; *known != NULL; known++)
            if (is_word(folded, *known))
                return meanings[i].meaning;
    }
    if (!found)
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("\"field\" is not known: \"%s\"", cm_excerpt(field)),
             errdetail("Words are known of stage, forecast_type, sales_status, life_status, order_status and "
                       "ticket_type.")));
    return NULL;
}

PG_FUNCTION_INFO_V1(cm_crm_meaning);
Datum
cm_crm_meaning(PG_FUNCTION_ARGS)
{
    text *word = PG_GETARG_TEXT_PP(1);
    const char *meant =
        find_meaning(text_to_cstring(PG_GETARG_TEXT_PP(0)), VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word));

    if (meant == NULL)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text(meant));
}

/* The error of a word that nothing knows, so that it is never counted silently. */
PG_FUNCTION_INFO_V1(cm_crm_unknown);
Datum
cm_crm_unknown(PG_FUNCTION_ARGS)
{
    const char *field = text_to_cstring(PG_GETARG_TEXT_PP(0)), *word = text_to_cstring(PG_GETARG_TEXT_PP(1));
    const char *id = text_to_cstring(PG_GETARG_TEXT_PP(2)), *schema = text_to_cstring(PG_GETARG_TEXT_PP(3));

    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s \"%s\" is not known, of the record %s", cm_quoted(field), cm_excerpt(word),
                           cm_excerpt(id)),
                    errdetail("Such a record is not counted silently, as the one or the other."),
                    errhint("Say what the word means: INSERT INTO %s.words (field, word, meaning) VALUES "
                            "('%s', %s, ...), with "
                            "one of the meanings of %s.",
                            schema, field, quote_literal_cstr(cm_excerpt(word)),
                            strcmp(field, "life_status") == 0 ? "normal, in_approval and void"
                                                              : "open, won, lost and invalid")));
}
