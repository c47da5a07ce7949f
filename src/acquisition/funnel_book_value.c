/* funnels while they are built, as values: in one piece, as states, as results; see funnel_book.h. */
#include "postgres.h"

#include "miscadmin.h"

#include "acquisition/funnel_book.h"
#include "acquisition/funnel_sort.h"
#include "common/memory.h"

/* ---- in one piece ---- */

static cm_funnel_book *
book_at(ExpandedObjectHeader *head, Size offset)
{
    return (cm_funnel_book *) ((char *) head - offset);
}

static Size
building_size(ExpandedObjectHeader *head)
{
    const cm_funnel_book *book = book_at(head, offsetof(cm_funnel_book, building));
    Size size = sizeof(cm_funnel) + (book->words + 2 * (Size) cm_funnel_book_waiting(book)) * 8;

    cm_state_check_size(&cm_funnels_class, size);
    return size;
}

static void
write_head(const cm_funnel_book *book, cm_funnel *to, Size size)
{
    memset(to, 0, sizeof(cm_funnel));
    SET_VARSIZE(to, size);
    to->head.magic = cm_funnels_class.magic;
    to->head.version = cm_funnels_class.version;
    to->ids = CM_KEY_BIGINT;
    to->layout = CM_FUNNEL_STEPS;
    to->used = (uint32) ((size - sizeof(cm_funnel)) / 8);
    to->skipped = book->skipped;
}

static void
building_flatten(ExpandedObjectHeader *head, void *result, Size size)
{
    const cm_funnel_book *book = book_at(head, offsetof(cm_funnel_book, building));
    cm_funnel *to = result;
    int64 *word = to->words;

    write_head(book, to, size);
    to->packed = (uint32) book->words;
    for (uint32 i = 0; i < book->block_count; word += book->blocks[i++]->words)
        memcpy(word, book->blocks[i], (Size) book->blocks[i]->words * 8);
    memcpy(word, book->waiting, cm_funnel_book_waiting(book) * sizeof(cm_funnel_pair));
}

static Size
canonical_size(const cm_funnel_book *book)
{
    Size size = sizeof(cm_funnel) + cm_funnel_book_rows(book) * sizeof(cm_funnel_pair);

    cm_funnel_check_canonical_size(size);
    return size;
}

static void
write_canonical(cm_funnel_book *book, cm_funnel *to, Size size)
{
    write_head(book, to, size);
    to->sorted = 1;
    cm_funnel_book_arrange(book);
    cm_funnel_sort_blocks(book, (cm_funnel_pair *) to->words);
}

/* A window reads its state, and then adds to it: rows or skipped rows only ever grow. */
static bool
canonical_is_current(const cm_funnel_book *book)
{
    return book->canonical != NULL && book->canonical->used == 2 * cm_funnel_book_rows(book) &&
           book->canonical->skipped == book->skipped;
}

static Size
finished_size(ExpandedObjectHeader *head)
{
    return canonical_size(book_at(head, offsetof(cm_funnel_book, finished)));
}

static void
finished_flatten(ExpandedObjectHeader *head, void *result, Size size)
{
    cm_funnel_book *book = book_at(head, offsetof(cm_funnel_book, finished));

    if (canonical_is_current(book))
        memcpy(result, book->canonical, size);
    else
        write_canonical(book, result, size);
}

const cm_funnel *
cm_funnel_book_canonical(cm_funnel_book *book)
{
    if (!canonical_is_current(book)) {
        Size size = canonical_size(book);
        cm_funnel *to = cm_alloc_large(book->building.eoh_context, size);

        write_canonical(book, to, size);
        if (book->canonical != NULL)
            pfree(book->canonical);
        book->canonical = to;
    }
    return book->canonical;
}

const ExpandedObjectMethods cm_funnel_book_building = {building_size, building_flatten};
const ExpandedObjectMethods cm_funnel_book_finished = {finished_size, finished_flatten};

/* ---- as a value ---- */

Datum
cm_funnel_book_state(cm_funnel_book *book)
{
    return EOHPGetRWDatum(&book->building);
}

/*
 * The executor copies what does not lie in the memory of its results, and copies are flat; so the pointer does, though
 * not what it points to. The aggregate's memory lasts as long as its row.
 */
Datum
cm_funnel_book_result(cm_funnel_book *book)
{
    return PointerGetDatum(
        memcpy(palloc(EXPANDED_POINTER_SIZE), book->finished.eoh_ro_ptr, EXPANDED_POINTER_SIZE));
}

cm_funnel_book *
cm_funnel_book_of(Datum value)
{
    ExpandedObjectHeader *head;

    if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(value)))
        return NULL;
    head = DatumGetEOHP(value);
    return head->eoh_methods == &cm_funnel_book_building   ? book_at(head, offsetof(cm_funnel_book, building))
           : head->eoh_methods == &cm_funnel_book_finished ? book_at(head, offsetof(cm_funnel_book, finished))
                                                           : NULL;
}

const cm_funnel *
cm_funnel_read(Datum value, const cm_state_class *cls)
{
    cm_funnel_book *book = cls == &cm_funnels_class ? cm_funnel_book_of(value) : NULL;

    return book != NULL ? cm_funnel_book_canonical(book)
                        : cm_funnel_canonical(cm_funnel_read_any(value, cls));
}
