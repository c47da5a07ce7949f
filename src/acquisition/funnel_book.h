/*
 * funnels while they are built, of bigint ids and one step for each row: an expanded object (utils/expandeddatum.h) of
 * packed blocks. It grows without being copied, neither by us nor by the executor, and a report in the same query reads
 * it as it is; fresh memory is what costs most while millions of rows are collected.
 *
 * Where the value has to be in one piece it is flattened: on its way to another process into blocks, in any order; once
 * it has left the aggregate into the canonical form, so that what is stored does not depend on the order of rows.
 */
#ifndef CM_FUNNEL_BOOK_H
#define CM_FUNNEL_BOOK_H

#include "utils/expandeddatum.h"

#include "acquisition/funnel_block.h"
#include "acquisition/funnel_log.h"

#define CM_FUNNEL_BOOK_FROM 4096 /* rows; below this a state is a log */

typedef struct cm_funnel_book {
    /* all that most rows touch, in one line of the cache */
    ExpandedObjectHeader building; /* what the aggregate holds; its memory is the book's */
    cm_funnel_pair *next;          /* where the next row goes: among those that wait to be packed */
    cm_funnel_pair *waiting_end;

    cm_funnel_pair *waiting; /* room for CM_FUNNEL_BLOCK */
    uint32 block_count, block_room;
    ExpandedObjectHeader finished; /* what leaves it */
    cm_funnel_block **blocks;
    uint64 packed_rows;
    Size words; /* of all blocks */
    int64 skipped;
    int64 least_upper, greatest_upper; /* of ids in blocks */
    int64 *free;                       /* where the next block goes */
    Size free_words;
    cm_funnel *canonical; /* if somebody has asked for it */
} cm_funnel_book;

extern const ExpandedObjectMethods cm_funnel_book_building, cm_funnel_book_finished;

/* The book that an aggregate is building and may write to; NULL: the state is a log, or no state at all. */
static inline cm_funnel_book *
cm_funnel_book_own(NullableDatum state)
{
    cm_funnel_book *book;

    if (unlikely(state.isnull) || !VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(state.value)))
        return NULL;
    memcpy(&book, VARDATA_EXTERNAL(DatumGetPointer(state.value)),
           sizeof(book)); /* DatumGetEOHP without a call */
    return likely(book->building.eoh_methods == &cm_funnel_book_building) ? book : NULL;
}

/* Packs what waits. */
extern void cm_funnel_book_pack(cm_funnel_book *book);
/*
 * And puts the blocks in the order of time, as several processes have made them: then the rows of one customer mostly are.
 */
extern void cm_funnel_book_arrange(cm_funnel_book *book);

static inline uint32
cm_funnel_book_waiting(const cm_funnel_book *book)
{
    return (uint32) (book->next - book->waiting);
}

static inline bool
cm_funnel_book_full(const cm_funnel_book *book)
{
    return book->next == book->waiting_end;
}

static inline void
cm_funnel_book_add(cm_funnel_book *book, int64 id, int64 word)
{
    if (unlikely(cm_funnel_book_full(book)))
        cm_funnel_book_pack(book);
    *book->next++ = (cm_funnel_pair){id, word};
}

/* Whether the log may become a book. */
extern bool cm_funnel_may_be_book(const cm_funnel *f);
/* A book with the rows of a log, in a child of this context. */
extern cm_funnel_book *cm_funnel_book_new(const cm_funnel *f, MemoryContext parent);
extern void cm_funnel_book_merge_log(cm_funnel_book *book, const cm_funnel *f);
extern void cm_funnel_book_merge(cm_funnel_book *book, const cm_funnel_book *other);
/* As the state of an aggregate. */
extern Datum cm_funnel_book_state(cm_funnel_book *book);
/* As the result of an aggregate, to be read only. */
extern Datum cm_funnel_book_result(cm_funnel_book *book);

/* The book that a value is, being built or finished; NULL: it is in one piece. */
extern cm_funnel_book *cm_funnel_book_of(Datum value);
extern uint64 cm_funnel_book_rows(const cm_funnel_book *book);
/* Of the steps in it: bit k - 1 is step k. */
extern uint64 cm_funnel_book_steps(const cm_funnel_book *book);
/* Kept for the next who asks. */
extern const cm_funnel *cm_funnel_book_canonical(cm_funnel_book *book);

#endif
