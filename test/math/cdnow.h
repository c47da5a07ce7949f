/*
 * The CDNOW sample: 2,357 customers who first bought in early 1997 (Fader,
 * Hardie), observed to 1997-09-30. Read from the folder named by CM_DATA.
 */
#ifndef CM_TEST_CDNOW_H
#define CM_TEST_CDNOW_H

#include "fixture.h"

#define CDNOW_CUSTOMERS 2357

typedef struct cdnow_customer {
    int x;         /* repeat purchase days */
    int last, end; /* days from the first purchase to the last and to 1997-09-30 */
    double spend;  /* dollars on the repeat days */
} cdnow_customer;

/* Days since 1997-01-01 of a yyyymmdd in 1997 or 1998 */
static inline int
cdnow_day(int date)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

    return (date / 10000 - 1997) * 365 + before[date / 100 % 100 - 1] + date % 100 - 1;
}

/* Fills customer[0 .. 2356]; false if there is no such data here */
static inline bool
cdnow_read(cdnow_customer *customer)
{
    char path[4096];
    const char *folder = getenv("CM_DATA");
    int master, id, date, cds, first = 0, previous = -1, last_id = 0;
    double dollars;
    FILE *file;

    if (folder == NULL || *folder == '\0')
        return false;
    snprintf(path, sizeof(path), "%s/cdnow_sample.txt", folder);
    file = fopen(path, "r");
    if (file == NULL)
        return false;
    memset(customer, 0, sizeof(cdnow_customer) * CDNOW_CUSTOMERS);
    while (fscanf(file, "%d %d %d %d %lf", &master, &id, &date, &cds, &dollars) == 5) {
        cdnow_customer *c = &customer[id - 1];
        int day = cdnow_day(date);

        if (day > cdnow_day(19970930) || id < 1 || id > CDNOW_CUSTOMERS)
            continue;
        if (id != last_id) {
            first = day;
            c->end = cdnow_day(19970930) - day;
        } else if (day != previous)
            c->x++;
        if (day != first) {
            c->last = day - first;
            c->spend += dollars;
        }
        last_id = id;
        previous = day;
    }
    fclose(file);
    return true;
}

/* The customers as grouped histories with times divided by days_per_unit; free the rows */
static inline cm_histories
cdnow_histories(const cdnow_customer *customer, double days_per_unit)
{
    cm_purchase_history *rows = host_alloc(sizeof(cm_purchase_history) * CDNOW_CUSTOMERS);

    for (int i = 0; i < CDNOW_CUSTOMERS; i++)
        rows[i] = (cm_purchase_history){customer[i].x, customer[i].last / days_per_unit,
                                        customer[i].end / days_per_unit, 1};
    return grouped(rows, CDNOW_CUSTOMERS);
}

#endif
