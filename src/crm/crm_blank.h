/*
 * Blanks around landed values do not count.
 */
#ifndef CM_CRM_BLANK_H
#define CM_CRM_BLANK_H

static inline bool
cm_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline void
cm_trim_blanks(const char **text, int *length)
{
    for (; *length > 0 && cm_is_blank(**text); (*text)++)
        (*length)--;
    while (*length > 0 && cm_is_blank((*text)[*length - 1]))
        (*length)--;
}

#endif
