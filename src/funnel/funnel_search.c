/* The path of one customer by the rules, the quick way where there is one; see funnel_rules.h. */
#include "postgres.h"

#include "utils/memutils.h"

#include "funnel/funnel_rules.h"

static int
compare_order(const void *a, const void *b)
{
    const cm_funnel_row *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void
ensure_capacity(cm_funnel_search *s, uint32 rows)
{
    if (rows <= s->row_capacity)
        return;
    if (s->rows != NULL)
        pfree(s->rows);
    s->row_capacity = Max(rows, Min(2 * (uint64) s->row_capacity, PG_UINT32_MAX));
    s->rows = MemoryContextAllocHuge(CurrentMemoryContext, s->row_capacity * sizeof(cm_funnel_row));
}

static void
grow_nodes(cm_funnel_search *s, size_t nodes)
{
    if (nodes <= s->node_capacity)
        return;
    if (s->nodes != NULL)
        pfree(s->nodes);
    s->node_capacity = Max(nodes, 2 * s->node_capacity);
    s->nodes = MemoryContextAllocHuge(CurrentMemoryContext, s->node_capacity * sizeof(cm_funnel_node));
}

/* The rows are in s->rows. */
static void
find_among_rows(cm_funnel_search *s, uint32 count, size_t nodes, cm_funnel_path *path)
{
    grow_nodes(s, nodes);
    cm_funnel_find(&s->rules, s->rows, count, s->nodes, path);
}

static void
grow_words(cm_funnel_search *s, uint32 words)
{
    if (words <= s->word_capacity)
        return;
    if (s->words != NULL) {
        pfree(s->words);
        pfree(s->before);
    }
    s->word_capacity = Max(words, Min(2 * (uint64) s->word_capacity, PG_UINT32_MAX));
    s->words = MemoryContextAllocHuge(CurrentMemoryContext, s->word_capacity * sizeof(int64));
    s->before = MemoryContextAllocHuge(CurrentMemoryContext, s->word_capacity * sizeof(uint32));
}

void
cm_funnel_search_words(cm_funnel_search *s, const int64 *words, uint32 count, cm_funnel_path *path)
{
    grow_words(s, count);
    if (s->plain && cm_funnel_find_quick(&s->rules, words, count, s->before, path))
        return;
    ensure_capacity(s, count);
    for (uint32 i = 0; i < count; i++)
        s->rows[i] = (cm_funnel_row){.at = cm_funnel_word_time(words[i]),
                                     .unheld = (words[i] & CM_FUNNEL_UNHELD) != 0,
                                     .steps = UINT64CONST(1) << (words[i] & (CM_FUNNEL_MAX_STEPS - 1))};
    find_among_rows(s, count, (size_t) count + s->rules.steps, path);
}

void
cm_funnel_search_customer(cm_funnel_search *s, const cm_funnel_customer *c, cm_funnel_path *path)
{
    if (c->from->layout == CM_FUNNEL_STEPS) {
        grow_words(s, c->rows);
        cm_funnel_words(c, s->words);
        cm_funnel_search_words(s, s->words, c->rows, path);
        return;
    }
    ensure_capacity(s, c->rows);
    for (uint32 i = 0; i < c->rows; i++)
        s->rows[i] = cm_funnel_row_at(c, i);
    if (s->rules.ties == CM_TIES_ORDER_KEY)
        qsort(s->rows, c->rows, sizeof(cm_funnel_row), compare_order);
    find_among_rows(s, c->rows, cm_funnel_nodes(s->rows, c->rows, s->rules.steps), path);
}
