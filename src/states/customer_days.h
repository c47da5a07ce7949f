/* What adding and merging customers do with their purchase days; rooms read them by customers.h. */
#ifndef CM_CUSTOMER_DAYS_H
#define CM_CUSTOMER_DAYS_H

#include "states/customers.h"

extern void cm_customer_put_any_day(cm_map_edit *edit, uint32 entry, DateADT day);
extern void cm_customer_copy_days(cm_map_edit *edit, uint32 entry, const cm_map *from,
                                  const cm_customer *other);
extern void cm_customer_merge_days(cm_map_edit *edit, uint32 entry, const cm_map *from,
                                   const cm_customer *other);
/* What is wrong with the days of a customer from outside, who has a purchase; NULL: nothing. n says how many there are. */
extern const char *cm_customer_days_fault(const cm_map *map, uint32 entry, uint32 *n);
extern uint32 cm_customer_count_gaps(const cm_map *map, const cm_customer *c);

/* A day of a customer who has a first one. */
static inline void
cm_customer_put_day(cm_map_edit *edit, uint32 entry, DateADT day)
{
    cm_customer *c = cm_map_payload(edit->map, entry);
    int64 gap = (int64) day - c->last;

    if (gap == 0)
        return;
    if (likely(gap > 0 && gap < 0x80 << 7 &&
               c->gaps_used < CM_GAPS_HERE - 1)) { /* nearly always: one byte or two */
        bool two = gap >= 0x80;

        c->gaps.here[c->gaps_used] = (uint8) (gap | two << 7);
        c->gaps.here[c->gaps_used + 1] = (uint8) (gap >> 7);
        c->gaps_used += 1 + two;
        c->last = day;
        return;
    }
    cm_customer_put_any_day(edit, entry, day);
}

#endif
