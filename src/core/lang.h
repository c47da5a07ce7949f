/*
 * The language of labels: every function that gives a label has an argument lang, "en" unless it is named.
 */
#ifndef CM_LANG_H
#define CM_LANG_H

#include "core/option.h"

typedef enum cm_lang { CM_EN, CM_ZH, CM_LANGS } cm_lang;

/* "en" and "zh" in any letter case, also with a region or script: "zh-CN", "zh_Hans", "en-US". Others are errors. */
extern cm_lang cm_lang_from_text(const cm_word *word);

/* A label of the source, which is UTF-8, as a text in the encoding of the database. */
extern text *cm_label_text(const char *utf8);

#endif
