/* funnels while they are built; see funnel_book.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "acquisition/funnel_book.h"
#include "acquisition/funnel_sort.h"
#include "common/check.h"
#include "common/memory.h"

/* ---- room ---- */

#define FIRST_WORDS ((Size) 64 * 1024) /* of what blocks are cut from */
#define MOST_WORDS ((Size) 4 * 1024 * 1024)

static int64 *
take_room(cm_funnel_book *book, uint32 words)
{
    int64 *place;

    cm_state_check_size(&cm_funnels_class, sizeof(cm_funnel) + (book->words + words) * 8);
    if (book->free_words < words) {
        book->free_words = Max(words, Min(Max(book->words, FIRST_WORDS), MOST_WORDS));
        book->free = cm_alloc_large(book->building.eoh_context, book->free_words * 8);
    }
    if (book->block_count == book->block_room) {
        book->block_room = Max(64, 2 * book->block_room);
        book->blocks = book->blocks == NULL
                           ? MemoryContextAlloc(book->building.eoh_context, book->block_room * sizeof(void *))
                           : repalloc(book->blocks, book->block_room * sizeof(void *));
    }
    place = book->free;
    book->free += words;
    book->free_words -= words;
    book->words += words;
    return place;
}

static void
add_block(cm_funnel_book *book, cm_funnel_block *block)
{
    if (book->block_count == 0) {
        book->least_upper = block->least_upper;
        book->greatest_upper = block->greatest_upper;
    }
    book->least_upper = Min(book->least_upper, block->least_upper);
    book->greatest_upper = Max(book->greatest_upper, block->greatest_upper);
    book->packed_rows += block->rows;
    book->blocks[book->block_count++] = block;
}

/* ---- building ---- */

static void
pack_rows(cm_funnel_book *book, const cm_funnel_pair *rows, uint32 count)
{
    cm_funnel_block head;
    uint32 words = cm_funnel_block_measure(&head, rows, count);
    cm_funnel_block *block = (cm_funnel_block *) take_room(book, words);

    CHECK_FOR_INTERRUPTS();
    cm_funnel_block_pack(block, &head, rows);
    add_block(book, block);
    book->canonical = NULL; /* left to its context: it is rare that a value grows after it was read */
}

void
cm_funnel_book_pack(cm_funnel_book *book)
{
    if (cm_funnel_book_waiting(book) > 0)
        pack_rows(book, book->waiting, cm_funnel_book_waiting(book));
    book->next = book->waiting;
}

static int
compare_times(const void *a, const void *b)
{
    int64 x = (*(cm_funnel_block *const *) a)->least_time, y = (*(cm_funnel_block *const *) b)->least_time;

    return (x > y) - (x < y);
}

void
cm_funnel_book_arrange(cm_funnel_book *book)
{
    cm_funnel_book_pack(book);
    if (book->block_count > 1)
        qsort(book->blocks, book->block_count, sizeof(cm_funnel_block *), compare_times);
}

static void
copy_block(cm_funnel_book *book, const cm_funnel_block *from)
{
    CHECK_FOR_INTERRUPTS();
    add_block(book, memcpy(take_room(book, from->words), from, (Size) from->words * 8));
    book->canonical = NULL;
}

static void
add_skipped(cm_funnel_book *book, int64 skipped)
{
    book->skipped = cm_add_counts(book->skipped, skipped, "skipped rows");
}

void
cm_funnel_book_merge_log(cm_funnel_book *book, const cm_funnel *f)
{
    const cm_funnel_pair *rows = (const cm_funnel_pair *) (f->words + f->packed);
    uint32 left = (f->used - f->packed) / 2;

    add_skipped(book, f->skipped);
    for (uint32 place = 0; place < f->packed;) {
        const cm_funnel_block *block = (const cm_funnel_block *) &f->words[place];

        if (!cm_funnel_block_valid(&f->words[place], f->packed - place))
            cm_state_refuse(&f->head, &cm_funnels_class);
        copy_block(book, block);
        place += block->words;
    }
    for (; left >= CM_FUNNEL_BLOCK; left -= CM_FUNNEL_BLOCK, rows += CM_FUNNEL_BLOCK)
        pack_rows(book, rows, CM_FUNNEL_BLOCK);
    for (; left > 0; left--, rows++)
        cm_funnel_book_add(book, rows->key, rows->value);
}

void
cm_funnel_book_merge(cm_funnel_book *book, const cm_funnel_book *other)
{
    add_skipped(book, other->skipped);
    for (uint32 i = 0; i < other->block_count; i++)
        copy_block(book, other->blocks[i]);
    for (const cm_funnel_pair *row = other->waiting; row < other->next; row++)
        cm_funnel_book_add(book, row->key, row->value);
}

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

static Size
finished_size(ExpandedObjectHeader *head)
{
    return canonical_size(book_at(head, offsetof(cm_funnel_book, finished)));
}

static void
finished_flatten(ExpandedObjectHeader *head, void *result, Size size)
{
    cm_funnel_book *book = book_at(head, offsetof(cm_funnel_book, finished));

    if (book->canonical != NULL)
        memcpy(result, book->canonical, size);
    else
        write_canonical(book, result, size);
}

const cm_funnel *
cm_funnel_book_canonical(cm_funnel_book *book)
{
    if (book->canonical == NULL) {
        Size size = canonical_size(book);
        cm_funnel *to = cm_alloc_large(book->building.eoh_context, size);

        write_canonical(book, to, size);
        book->canonical = to;
    }
    return book->canonical;
}

const ExpandedObjectMethods cm_funnel_book_building = {building_size, building_flatten};
static const ExpandedObjectMethods finished_methods = {finished_size, finished_flatten};

/* ---- as a value ---- */

bool
cm_funnel_may_be_book(const cm_funnel *f)
{
    return f->ids == CM_KEY_BIGINT && f->layout == CM_FUNNEL_STEPS;
}

cm_funnel_book *
cm_funnel_book_new(const cm_funnel *f, MemoryContext parent)
{
    MemoryContext context = AllocSetContextCreate(parent, "funnels", ALLOCSET_START_SMALL_SIZES);
    void *room = MemoryContextAllocZero(context, sizeof(cm_funnel_book) + PG_CACHE_LINE_SIZE);
    cm_funnel_book *book = (cm_funnel_book *) TYPEALIGN(PG_CACHE_LINE_SIZE, room);

    EOH_init_header(&book->building, &cm_funnel_book_building, context);
    EOH_init_header(&book->finished, &finished_methods, context);
    book->next = book->waiting = MemoryContextAlloc(context, CM_FUNNEL_BLOCK * sizeof(cm_funnel_pair));
    book->waiting_end = book->waiting + CM_FUNNEL_BLOCK;
    cm_funnel_book_merge_log(book, f);
    return book;
}

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
    return head->eoh_methods == &cm_funnel_book_building ? book_at(head, offsetof(cm_funnel_book, building))
           : head->eoh_methods == &finished_methods      ? book_at(head, offsetof(cm_funnel_book, finished))
                                                         : NULL;
}

const cm_funnel *
cm_funnel_read(Datum value, const cm_state_class *cls)
{
    cm_funnel_book *book = cls == &cm_funnels_class ? cm_funnel_book_of(value) : NULL;

    return book != NULL ? cm_funnel_book_canonical(book)
                        : cm_funnel_canonical(cm_funnel_read_any(value, cls));
}

uint64
cm_funnel_book_rows(const cm_funnel_book *book)
{
    return book->packed_rows + cm_funnel_book_waiting(book);
}

static inline uint64
step_bit(int64 word)
{
    return UINT64CONST(1) << (word & (CM_FUNNEL_MAX_STEPS - 1));
}

uint64
cm_funnel_book_steps(const cm_funnel_book *book)
{
    cm_funnel_pair *rows = palloc(CM_FUNNEL_BLOCK * sizeof(cm_funnel_pair));
    uint64 steps = 0;

    for (const cm_funnel_pair *row = book->waiting; row < book->next; row++)
        steps |= step_bit(row->value);
    for (uint32 i = 0; i < book->block_count; i++) {
        CHECK_FOR_INTERRUPTS();
        cm_funnel_block_unpack(book->blocks[i], rows);
        for (uint32 j = 0; j < book->blocks[i]->rows; j++)
            steps |= step_bit(rows[j].value);
    }
    pfree(rows);
    return steps;
}
