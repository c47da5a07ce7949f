/* funnels while they are built; see funnel_book.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "acquisition/funnel_book.h"
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

/* ---- new, and what is in it ---- */

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
    EOH_init_header(&book->finished, &cm_funnel_book_finished, context);
    book->next = book->waiting = MemoryContextAlloc(context, CM_FUNNEL_BLOCK * sizeof(cm_funnel_pair));
    book->waiting_end = book->waiting + CM_FUNNEL_BLOCK;
    cm_funnel_book_merge_log(book, f);
    return book;
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
