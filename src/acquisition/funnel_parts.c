/* The customers of a book, part by part; see funnel_parts.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "acquisition/funnel_parts.h"
#include "acquisition/funnel_sort.h"

#define SPARSE 4 /* counters for each row that are still faster than sorting */

cm_funnel_parts
cm_funnel_parts_begin(cm_funnel_book *book)
{
    cm_funnel_parts p = {.book = book};

    cm_funnel_book_arrange(book);
    p.range = (uint64) book->greatest_upper - (uint64) book->least_upper + 1;
    p.counted = p.range - 1 < Max(book->packed_rows / CM_FUNNEL_PARTS, 256) * SPARSE;
    if (p.counted)
        p.ends = palloc(p.range * sizeof(uint32));
    return p;
}

static void *
make_room(void *memory, Size size)
{
    if (memory != NULL)
        pfree(memory);
    return MemoryContextAllocHuge(CurrentMemoryContext, size);
}

/* Room for the rows of the part. */
static void
prepare(cm_funnel_parts *p)
{
    const cm_funnel_book *book = p->book;
    uint32 part = p->part;

    p->count = 0;
    for (uint32 i = 0; i < book->block_count; i++) {
        const uint16 *ends = book->blocks[i]->ends;

        p->count += ends[part] - (part > 0 ? ends[part - 1] : 0);
    }
    if (p->count <= p->room)
        return;
    p->room = p->count + p->count / 4;
    p->sorted = make_room(p->sorted, p->room * sizeof(int64));
    if (p->counted) {
        p->words = make_room(p->words, p->room * sizeof(int64));
        p->uppers = make_room(p->uppers, p->room * sizeof(uint32));
    } else {
        p->pairs = make_room(p->pairs, p->room * sizeof(cm_funnel_pair));
        p->spare = make_room(p->spare, 2 * p->room * sizeof(cm_funnel_pair));
        p->ends = make_room(p->ends, p->room * sizeof(uint32));
    }
}

/* ---- ids close to each other: counting ---- */

static uint32
read_counted(cm_funnel_parts *p, const cm_funnel_block *b, uint32 from, uint32 to, uint32 count)
{
    uint32 *uppers = p->uppers, *ends = p->ends;
    int64 *words = p->words;
    uint64 least = (uint64) p->book->least_upper;

    if (b->row_bytes == CM_FUNNEL_PAIR_BYTES)
        for (uint32 i = from; i < to; i++, count++) {
            const cm_funnel_pair *pair = (const cm_funnel_pair *) b->data + i;

            uppers[count] = (uint32) ((uint64) cm_funnel_upper(pair->key) - least);
            words[count] = pair->value;
            ends[uppers[count]]++;
        }
    else {
        cm_funnel_row_reader r = cm_funnel_read_rows(b);

        for (uint32 i = from; i < to; i++, count++) {
            uint64 row = cm_funnel_row_number(&r, i);
            uint32 upper = (uint32) (cm_funnel_row_upper(&r, row) - least);

            uppers[count] = upper;
            words[count] = cm_funnel_row_word(&r, row);
            ends[upper]++;
        }
    }
    return count;
}

static void
sort_counted(cm_funnel_parts *p)
{
    uint32 *ends = p->ends;
    uint32 place = 0;

    for (uint64 i = 0; i < p->range; i++) {
        uint32 here = ends[i];

        ends[i] = place;
        place += here;
    }
    for (uint32 i = 0; i < p->count; i++)
        p->sorted[ends[p->uppers[i]]++] = p->words[i];
    p->groups = (uint32) p->range;
}

/* ---- ids far from each other: sorting ---- */

static uint32
read_pairs(cm_funnel_parts *p, const cm_funnel_block *b, uint32 from, uint32 to, uint32 count)
{
    if (b->row_bytes == CM_FUNNEL_PAIR_BYTES)
        for (uint32 i = from; i < to; i++) {
            const cm_funnel_pair *pair = (const cm_funnel_pair *) b->data + i;

            p->pairs[count++] = (cm_funnel_pair){cm_funnel_upper(pair->key), pair->value};
        }
    else {
        cm_funnel_row_reader r = cm_funnel_read_rows(b);

        for (uint32 i = from; i < to; i++) {
            uint64 row = cm_funnel_row_number(&r, i);

            p->pairs[count++] =
                (cm_funnel_pair){(int64) cm_funnel_row_upper(&r, row), cm_funnel_row_word(&r, row)};
        }
    }
    return count;
}

static void
sort_pairs(cm_funnel_parts *p)
{
    cm_funnel_pair *sorted = p->spare + p->room;

    p->groups = 0;
    if (p->count == 0)
        return;
    cm_funnel_sort_pairs(p->pairs, sorted, p->spare, p->count, CM_FUNNEL_FLIP_SIGN);
    for (uint32 i = 0; i < p->count; i++) {
        p->sorted[i] = sorted[i].value;
        if (i > 0 && sorted[i].key != sorted[i - 1].key)
            p->ends[p->groups++] = i;
    }
    p->ends[p->groups++] = p->count;
}

/* ---- parts ---- */

#define AHEAD 8 /* blocks whose rows are fetched before they are needed: each is somewhere else in memory */

static void
read_part(cm_funnel_parts *p)
{
    const cm_funnel_book *book = p->book;
    uint32 part = p->part, count = 0;

    CHECK_FOR_INTERRUPTS();
    prepare(p);
    if (p->counted)
        memset(p->ends, 0, p->range * sizeof(uint32));
    for (uint32 i = 0; i < book->block_count; i++) {
        const cm_funnel_block *b = book->blocks[i];
        uint32 from = part > 0 ? b->ends[part - 1] : 0, to = b->ends[part];

        if (i + AHEAD < book->block_count) {
            const cm_funnel_block *later = book->blocks[i + AHEAD];

            __builtin_prefetch(later->data + (Size) later->ends[part] * later->row_bytes);
        }
        count = p->counted ? read_counted(p, b, from, to, count) : read_pairs(p, b, from, to, count);
    }
    if (p->counted)
        sort_counted(p);
    else
        sort_pairs(p);
    p->part++;
    p->group = p->from = 0;
}

uint32
cm_funnel_parts_next(cm_funnel_parts *p, const int64 **words)
{
    for (;;) {
        while (p->group < p->groups) {
            uint32 from = p->from, count = p->ends[p->group++] - from;

            if (count == 0)
                continue;
            p->from += count;
            if (!cm_funnel_words_rise(p->sorted + from, count))
                cm_funnel_sort_words(p->sorted + from, count);
            *words = p->sorted + from;
            return count;
        }
        if (p->part == CM_FUNNEL_PARTS || p->book->block_count == 0)
            return 0;
        read_part(p);
    }
}
