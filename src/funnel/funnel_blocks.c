/* Finding the rows of funnels as packed blocks; see funnel_blocks.h. */
#include "postgres.h"

#include "miscadmin.h"

#include "funnel/funnel_blocks.h"

static void
add_block(cm_funnel_blocks *blocks, const cm_funnel_block *block)
{
    if (blocks->block_count == 0) {
        blocks->least_upper = block->least_upper;
        blocks->greatest_upper = block->greatest_upper;
    }
    blocks->least_upper = Min(blocks->least_upper, block->least_upper);
    blocks->greatest_upper = Max(blocks->greatest_upper, block->greatest_upper);
    blocks->rows += block->rows;
    blocks->blocks[blocks->block_count++] = block;
}

static const cm_funnel_block *
block_at(const cm_funnel *f, uint32 place)
{
    if (!cm_funnel_block_valid(&f->words[place], f->packed - place))
        cm_state_error(&f->head, &cm_funnels_class);
    return (const cm_funnel_block *) &f->words[place];
}

/* Rows that wait, in a block of their own. */
static const cm_funnel_block *
block_of(const cm_funnel_pair *rows, uint32 count)
{
    cm_funnel_block head;
    cm_funnel_block *block = palloc((Size) cm_funnel_block_measure(&head, rows, count) * 8);

    cm_funnel_block_pack(block, &head, rows);
    return block;
}

static int
compare_times(const void *a, const void *b)
{
    int64 x = (*(const cm_funnel_block *const *) a)->least_time;
    int64 y = (*(const cm_funnel_block *const *) b)->least_time;

    CHECK_FOR_INTERRUPTS();
    return (x > y) - (x < y);
}

/* In the order of time, as several processes may have made them: then the rows of one customer mostly are. */
cm_funnel_blocks
cm_funnel_blocks_of(const cm_funnel *f)
{
    cm_funnel_blocks blocks = {0};
    const cm_funnel_pair *rows = (const cm_funnel_pair *) &f->words[f->packed];
    uint32 left = (f->used - f->packed) / 2;
    uint32 most = f->packed / (offsetof(cm_funnel_block, data) / 8) + left / CM_FUNNEL_BLOCK + 1;

    blocks.blocks = palloc(most * sizeof(cm_funnel_block *));
    for (uint32 place = 0; place < f->packed; place += blocks.blocks[blocks.block_count - 1]->words)
        add_block(&blocks, block_at(f, place));
    while (left > 0) {
        uint32 count = Min(left, CM_FUNNEL_BLOCK);

        CHECK_FOR_INTERRUPTS();
        add_block(&blocks, block_of(rows, count));
        rows += count;
        left -= count;
    }
    qsort(blocks.blocks, blocks.block_count, sizeof(cm_funnel_block *), compare_times);
    return blocks;
}
