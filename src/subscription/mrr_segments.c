/*
 * Net and gross revenue retention by segment (plan, size, country at the time), from a ledger for each segment, with
 * customers who changed their segment apart. A customer is of the segment in which they pay most on the day, of equals the
 * first by name, with all that they pay. So every customer of the base is in one segment: kept, lost, or moved to another.
 *
 * The ledgers are read together, customer by customer, and what a customer pays is read as in mrr_retention.c: twice,
 * at the ends of periods and in the base, run by run.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/row.h"
#include "math/proportion.h"
#include "states/order.h"
#include "subscription/mrr_ledgers.h"
#include "subscription/mrr_retention.h"

#define CONFIDENCE 0.95
#define MOST_FIGURES 4000000 /* segments x periods */

typedef struct figures {
    int128 base;
    int128 expansion, contraction, churned; /* of those who are in the segment still, or pay nothing */
    int128 moved_out, moved_out_now; /* in the base, of those in another one now; what they pay there */
    int128 moved_in;                 /* now, of those who were in another one */
    int64 customers, lost, out, in;
} figures;

/* What a customer pays: at the ends of periods, or in the base. */
typedef struct reading {
    const int32 *counts;
    uint32 at;
    int128 *amounts; /* of each member */
    int128 total;
    int32 segment; /* in which they pay most; -1: they pay nothing */
} reading;

typedef struct report {
    mrr_comparison c;
    cm_mrr_ledgers l;
    figures *figures; /* of each segment and period, and one period more */
} report;

/* ---- one customer ---- */

static int32
next_period(const report *r, const reading *p)
{
    return p->at < r->l.change_count ? p->counts[r->l.changes[p->at].day - r->c.first_day]
                                     : r->c.history.count;
}

static void
take_period(const report *r, reading *p, int32 period)
{
    if (p->at >= r->l.change_count || next_period(r, p) != period)
        return;
    for (; p->at < r->l.change_count && next_period(r, p) == period; p->at++) {
        const cm_segment_change *c = &r->l.changes[p->at];

        p->amounts[c->member] = cm_units_add(p->amounts[c->member], c->units, r->l.scale);
        p->total = cm_units_add(p->total, c->units, r->l.scale);
    }

    uint32 best = 0;

    CHECK_FOR_INTERRUPTS();
    for (uint32 i = 1; i < r->l.member_count; i++)
        if (p->amounts[i] > p->amounts[best])
            best = i;
    p->segment = p->total == 0 ? -1 : (int32) r->l.members[best];
}

/* The customer has paid and pays this in the periods from one on and before another; figures hold differences between periods. */
static void
add_run(report *r, int32 from, int32 to, const reading *base, const reading *now)
{
    Size length = r->c.history.count + 1;

    if (base->segment < 0 || from >= to)
        return;
    for (int sign = 1; sign >= -1; sign -= 2) {
        figures *f = &r->figures[base->segment * length + (sign > 0 ? from : to)];
        int128 grown = now->total - base->total;

        f->base = cm_units_add(f->base, sign * base->total, r->l.scale);
        f->customers += sign;
        if (now->segment < 0) {
            f->churned = cm_units_add(f->churned, sign * base->total, r->l.scale);
            f->lost += sign;
        } else if (now->segment != base->segment) {
            figures *g = &r->figures[now->segment * length + (sign > 0 ? from : to)];

            f->moved_out = cm_units_add(f->moved_out, sign * base->total, r->l.scale);
            f->moved_out_now = cm_units_add(f->moved_out_now, sign * now->total, r->l.scale);
            f->out += sign;
            g->moved_in = cm_units_add(g->moved_in, sign * now->total, r->l.scale);
            g->in += sign;
        } else if (grown > 0)
            f->expansion = cm_units_add(f->expansion, sign * grown, r->l.scale);
        else
            f->contraction = cm_units_add(f->contraction, sign * -grown, r->l.scale);
    }
}

static void
take_customer(report *r, int128 *amounts)
{
    reading now = {r->c.end_counts, 0, amounts, 0, -1};
    reading base = {r->c.base_counts, 0, amounts + r->l.count, 0, -1};
    int32 from = 0;

    for (uint32 i = 0; i < r->l.member_count; i++)
        now.amounts[i] = base.amounts[i] = 0;
    while (from < r->c.history.count) {
        int32 to = Min(next_period(r, &now), next_period(r, &base));

        add_run(r, from, to, &base, &now);
        take_period(r, &now, to);
        take_period(r, &base, to);
        from = to;
    }
}

static void
sum_up(const report *r)
{
    Size length = r->c.history.count + 1;

    for (int32 s = 0; s < r->l.count; s++)
        for (int32 i = 1; i < r->c.history.count; i++) {
            figures *f = &r->figures[s * length + i];
            const figures *last = f - 1;

            f->base = cm_units_add(f->base, last->base, r->l.scale);
            f->expansion = cm_units_add(f->expansion, last->expansion, r->l.scale);
            f->contraction = cm_units_add(f->contraction, last->contraction, r->l.scale);
            f->churned = cm_units_add(f->churned, last->churned, r->l.scale);
            f->moved_out = cm_units_add(f->moved_out, last->moved_out, r->l.scale);
            f->moved_out_now = cm_units_add(f->moved_out_now, last->moved_out_now, r->l.scale);
            f->moved_in = cm_units_add(f->moved_in, last->moved_in, r->l.scale);
            f->customers += last->customers;
            f->lost += last->lost;
            f->out += last->out;
            f->in += last->in;
        }
}

/* ---- the report ---- */

static void
collect(report *r)
{
    int64 cells = (int64) r->l.count * (r->c.history.count + 1);
    int128 *amounts;

    if (cells > MOST_FIGURES)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                 errmsg("there are %d segments of %d periods", r->l.count, r->c.history.count),
                 errdetail("There may be %d rows.", MOST_FIGURES), errhint("Choose a longer period.")));
    r->figures = palloc_extended((Size) cells * sizeof(figures), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
    amounts = palloc(2 * (Size) r->l.count * sizeof(int128));
    for (uint32 i = 0; cm_mrr_next_customer(&r->l, r->c.history.as_of); i++) {
        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        take_customer(r, amounts);
    }
    sum_up(r);
}

static void
set_money(cm_row *row, int column, const report *r, int128 units)
{
    cm_row_set(row, column, cm_money_to_numeric((cm_money){units, r->l.scale, 0}));
}

static double
ratio(const report *r, int128 part, int128 whole)
{
    return whole == 0 ? NAN
                      : cm_money_to_float((cm_money){part, r->l.scale, 0}) /
                            cm_money_to_float((cm_money){whole, r->l.scale, 0});
}

static void
set_known(cm_row *row, const report *r, const figures *f)
{
    int128 amounts[] = {f->expansion, f->contraction,   f->churned,
                        f->moved_out, f->moved_out_now, f->moved_in};
    int128 stayed = f->base - f->moved_out, lowered = stayed - f->contraction - f->churned;
    cm_interval logo = cm_wilson(f->customers - f->lost, f->customers, CONFIDENCE);

    for (int k = 0; k < (int) lengthof(amounts); k++)
        set_money(row, 5 + k, r, amounts[k]);
    cm_row_set_float(row, 11, ratio(r, lowered, stayed));
    cm_row_set_float(row, 12, ratio(r, cm_units_add(lowered, f->expansion, r->l.scale), stayed));
    cm_row_set_float(
        row, 13,
        ratio(r, cm_units_add(cm_units_add(lowered, f->expansion, r->l.scale), f->moved_out_now, r->l.scale),
              f->base));
    cm_row_set_int(row, 15, f->lost);
    cm_row_set_int(row, 16, f->out);
    cm_row_set_int(row, 17, f->in);
    cm_row_set_float(row, 18, logo.value);
    cm_row_set_float(row, 19, logo.lower);
    cm_row_set_float(row, 20, logo.upper);
}

/*
 * mrr_segment_retention(ledgers, segments, period, as_of, before) -> segment, period_start, complete, base_day, base_mrr,
 * expansion_mrr, contraction_mrr, churned_mrr, moved_out_mrr, moved_out_now_mrr, moved_in_mrr, gross_revenue_retention,
 * net_revenue_retention, net_with_moved, base_customers, lost_customers, moved_out_customers, moved_in_customers,
 * logo_retention, logo_retention_lower, logo_retention_upper
 */
PG_FUNCTION_INFO_V1(cm_mrr_segment_retention);
Datum
cm_mrr_segment_retention(PG_FUNCTION_ARGS)
{
    DateADT as_of = CM_ARG_DAY_OF(3, "as_of"), first = as_of;
    report r;

    cm_rows_begin(fcinfo);
    r.l = cm_mrr_read_ledgers(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_ARRAYTYPE_P(1));
    for (int32 s = 0; s < r.l.count; s++)
        first = Min(first, cm_mrr_first_day(r.l.ledgers[s].map, as_of));
    r.c = cm_mrr_comparison(fcinfo, 2, first);

    const mrr_history *h = &r.c.history;

    if (h->count > 0)
        collect(&r);
    for (int32 s = 0; s < r.l.count; s++)
        for (int32 i = 0; i < h->count; i++) {
            const figures *f = &r.figures[s * ((Size) h->count + 1) + i];
            cm_row row = cm_row_empty();

            if (r.l.ledgers[s].name != NULL)
                cm_row_set(&row, 0,
                           PointerGetDatum(cstring_to_text_with_len(VARDATA_ANY(r.l.ledgers[s].name),
                                                                    VARSIZE_ANY_EXHDR(r.l.ledgers[s].name))));
            cm_row_set(&row, 1, DateADTGetDatum(cm_period_start(h->calendar, h->first + i)));
            cm_row_set(&row, 2, BoolGetDatum(mrr_complete(h, i)));
            cm_row_set(&row, 3, DateADTGetDatum(r.c.bases[i] - 1));
            if (mrr_base_known(&r.c, i)) {
                set_money(&row, 4, &r, f->base);
                cm_row_set_int(&row, 14, f->customers);
            }
            if (mrr_complete(h, i))
                set_known(&row, &r, f);
            cm_rows_put(fcinfo, &row);
        }
    return (Datum) 0;
}
