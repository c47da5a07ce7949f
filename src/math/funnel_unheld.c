/* What rows without a value to hold do to the paths of others; see funnel_unheld.h. */
#include "math/funnel_unheld.h"

static cm_funnel_bar
both(cm_funnel_bar a, cm_funnel_bar b)
{
    return (cm_funnel_bar){a.steps | b.steps, a.interrupts | b.interrupts};
}

cm_funnel_unheld
cm_funnel_unheld_rows(const cm_funnel_rules *rules, const cm_funnel_row *rows, size_t count,
                      cm_funnel_bar *bars)
{
    cm_funnel_unheld u = {rows, count, bars, rules->ties == CM_TIES_ORDER_KEY};

    for (size_t i = 0; i < count; i++)
        bars[count + i] = (cm_funnel_bar){rows[i].steps, ~(rows[i].steps | rows[i].steps >> 1)};
    for (size_t i = count; i-- > 1;)
        bars[i] = both(bars[2 * i], bars[2 * i + 1]);
    return u;
}

/* Whether the row with this number is before the moment of another row, or in it where that counts. */
static bool
is_before(const cm_funnel_unheld *u, size_t number, const cm_funnel_row *row, bool or_in)
{
    const cm_funnel_row *here = &u->rows[number];
    int order = (here->at > row->at) - (here->at < row->at);

    if (order == 0 && u->keyed)
        order = (here->order > row->order) - (here->order < row->order);
    return order < 0 || (order == 0 && or_in);
}

/* How many rows are, of which so many are known to be: those that follow are near, so steps grow from one. */
static size_t
count_before(const cm_funnel_unheld *u, const cm_funnel_row *row, bool or_in, size_t known)
{
    size_t low = known, high = u->count;

    for (size_t step = 1; low + step <= u->count; step *= 2) {
        if (!is_before(u, low + step - 1, row, or_in)) {
            high = low + step - 1;
            break;
        }
        low += step;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (is_before(u, middle, row, or_in))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t
cm_funnel_unheld_before(const cm_funnel_unheld *u, const cm_funnel_row *row, size_t known)
{
    return count_before(u, row, false, known);
}

size_t
cm_funnel_unheld_until(const cm_funnel_unheld *u, const cm_funnel_row *row, size_t known)
{
    return count_before(u, row, true, known);
}

cm_funnel_bar
cm_funnel_unheld_between(const cm_funnel_unheld *u, size_t from, size_t to)
{
    cm_funnel_bar all = {0, 0};

    for (from += u->count, to += u->count; from < to; from /= 2, to /= 2) {
        if (from % 2 == 1)
            all = both(all, u->bars[from++]);
        if (to % 2 == 1)
            all = both(all, u->bars[--to]);
    }
    return all;
}
