/*
 * The canonical form of funnel and funnels: records sorted by id, then time and step; see funnel_log.h.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/text_size.h"
#include "funnel/funnel_blocks.h"
#include "funnel/funnel_sort.h"

/* A bigint id and its row; or the beginning of an id, and the place of its record. */
typedef cm_funnel_pair pair;

static pair *
new_pairs(Size count)
{
    return MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * sizeof(pair));
}

/* ---- the rows of blocks ---- */

#define BUCKETS 512

/* Buckets of neighbouring ids, a few thousand rows each, so that sorting one stays in the cache. */
typedef struct buckets {
    int64 least;
    int shift;
    uint32 begin[BUCKETS + 1];
} buckets;

static inline uint32
bucket_of(const buckets *b, int64 id)
{
    return (uint32) (((uint64) id - (uint64) b->least) >> b->shift);
}

static void
spread(buckets *b, const cm_funnel_blocks *blocks, pair *to)
{
    pair *rows = palloc(CM_FUNNEL_BLOCK * sizeof(pair));
    uint32 end[BUCKETS];

    memset(b->begin, 0, sizeof(b->begin));
    for (uint32 i = 0; i < blocks->block_count; i++) {
        CHECK_FOR_INTERRUPTS();
        cm_funnel_block_unpack(blocks->blocks[i], rows);
        for (uint32 j = 0; j < blocks->blocks[i]->rows; j++)
            b->begin[bucket_of(b, rows[j].key) + 1]++;
    }
    for (int i = 0; i < BUCKETS; i++)
        b->begin[i + 1] += b->begin[i];
    memcpy(end, b->begin, sizeof(end));
    for (uint32 i = 0; i < blocks->block_count; i++) {
        CHECK_FOR_INTERRUPTS();
        cm_funnel_block_unpack(blocks->blocks[i], rows);
        for (uint32 j = 0; j < blocks->blocks[i]->rows; j++)
            to[end[bucket_of(b, rows[j].key)]++] = rows[j];
    }
    pfree(rows);
}

/* All rows of the blocks in the canonical order: there is room for them. */
static void
sort_blocks(const cm_funnel_blocks *blocks, pair *to)
{
    buckets *b = palloc(sizeof(buckets));
    int64 greatest = (int64) ((uint64) blocks->greatest_upper << CM_FUNNEL_PART_BITS | (CM_FUNNEL_PARTS - 1));
    uint32 largest = 0;

    b->least = (int64) ((uint64) blocks->least_upper << CM_FUNNEL_PART_BITS);
    b->shift = 0;
    while (((uint64) greatest - (uint64) b->least) >> b->shift >= BUCKETS)
        b->shift++;
    spread(b, blocks, to);
    for (int i = 0; i < BUCKETS; i++)
        largest = Max(largest, b->begin[i + 1] - b->begin[i]);

    pair *copy = new_pairs(largest), *spare = new_pairs(largest);

    for (int i = 0; i < BUCKETS && b->shift > 0; i++) {
        uint32 here = b->begin[i + 1] - b->begin[i];

        memcpy(copy, to + b->begin[i], here * sizeof(pair));
        if (here > 1)
            cm_funnel_sort_pairs(copy, to + b->begin[i], spare, here, CM_FUNNEL_FLIP_SIGN);
    }
    cm_funnel_sort_each_id(to, (uint32) blocks->rows);
    pfree(copy);
    pfree(spare);
    pfree(b);
}

/* ---- any records ---- */

int
cm_funnel_compare_bytes(const char *a, uint32 length_a, const char *b, uint32 length_b)
{
    int order = memcmp(a, b, Min(length_a, length_b));

    return order != 0 ? order : (length_a > length_b) - (length_a < length_b);
}

int
cm_funnel_compare_ids(const cm_funnel *f, uint32 a, uint32 b)
{
    const int64 *x = &f->words[a], *y = &f->words[b];

    if (f->ids == CM_KEY_BIGINT)
        return (*x > *y) - (*x < *y);
    if (f->ids == CM_KEY_UUID)
        return memcmp(x, y, sizeof(pg_uuid_t));
    if (f->ids == CM_KEY_TEXT)
        return cm_funnel_compare_bytes((const char *) (x + 1), (uint32) *x, (const char *) (y + 1),
                                       (uint32) *y);
    return 0;
}

int
cm_funnel_compare_records(const cm_funnel *f, uint32 a, uint32 b)
{
    int order = cm_funnel_compare_ids(f, a, b);

    a += cm_funnel_id_words(f, a);
    b += cm_funnel_id_words(f, b);
    for (uint32 i = 0; order == 0 && i < cm_funnel_row_words((cm_funnel_layout) f->layout); i++)
        order = (f->words[a + i] > f->words[b + i]) - (f->words[a + i] < f->words[b + i]);
    if (order == 0 && f->layout != CM_FUNNEL_STEPS) {
        cm_funnel_event x, y;

        cm_funnel_read_row(f, a, &x);
        cm_funnel_read_row(f, b, &y);
        if (!x.row.unheld) /* nor is the other, as their first words are equal */
            order = cm_funnel_compare_bytes(x.held, x.held_length, y.held, y.held_length);
    }
    return order;
}

static int
compare_places(const void *a, const void *b, void *state)
{
    CHECK_FOR_INTERRUPTS();
    return cm_funnel_compare_records(state, (uint32) ((const pair *) a)->value,
                                     (uint32) ((const pair *) b)->value);
}

/* The first 8 bytes of what records are sorted by, as a number. */
static int64
record_prefix(const cm_funnel *f, uint32 at)
{
    if (f->ids != CM_KEY_UUID && f->ids != CM_KEY_TEXT)
        return f->words[at] ^ (int64) CM_FUNNEL_FLIP_SIGN;

    const unsigned char *bytes = (const unsigned char *) &f->words[at + (f->ids == CM_KEY_TEXT)];
    int64 length = f->ids == CM_KEY_TEXT ? f->words[at] : UUID_LEN;
    uint64 prefix = 0;

    for (int i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < length ? bytes[i] : 0);
    return (int64) prefix;
}

#define MANY 256 /* records for which counting digits pays */

/* Any records: by the beginning of their ids, then all of it where beginnings are equal. */
static void
sort_records(const cm_funnel *f, cm_funnel *to)
{
    uint32 row_words = cm_funnel_row_words((cm_funnel_layout) f->layout); /* at least */
    uint32 count = 0, used = 0;
    pair *places = new_pairs(f->used / row_words);
    pair *sorted = new_pairs(f->used / row_words);
    pair *spare = new_pairs(f->used / row_words);

    for (uint32 at = 0, row; at < f->used; at = row + cm_funnel_words_at(f, row)) {
        row = at + cm_funnel_id_words(f, at);
        places[count++] = (pair){record_prefix(f, at), at};
    }
    if (count > MANY)
        cm_funnel_sort_pairs(places, sorted, spare, count, 0);
    else
        memcpy(sorted, places, count * sizeof(pair));
    for (uint32 from = 0, next; from < count; from = next) {
        for (next = from + 1; next < count && (count <= MANY || sorted[next].key == sorted[from].key); next++)
            ;
        if (next - from > 1)
            qsort_arg(sorted + from, next - from, sizeof(pair), compare_places, (void *) f);
    }
    for (uint32 i = 0; i < count; i++) {
        uint32 at = (uint32) sorted[i].value;
        uint32 id_words = cm_funnel_id_words(f, at);
        uint32 words = id_words + cm_funnel_words_at(f, at + id_words);

        memcpy(&to->words[used], &f->words[at], (Size) words * 8);
        used += words;
    }
    pfree(places);
    pfree(sorted);
    pfree(spare);
}

/* ---- the canonical form ---- */

static const cm_state_class *
class_of(const cm_funnel *f)
{
    return f->head.magic == cm_funnel_class.magic ? &cm_funnel_class : &cm_funnels_class;
}

/* With room for so many words. */
static cm_funnel *
empty_copy(const cm_funnel *f, uint64 words)
{
    Size size = sizeof(cm_funnel) + words * 8;

    cm_state_check_size(class_of(f), size);

    cm_funnel *to = palloc(size);

    memcpy(to, f, sizeof(cm_funnel));
    SET_VARSIZE(to, size);
    to->sorted = 1;
    to->used = (uint32) words;
    to->packed = 0;
    return to;
}

static const cm_funnel *
from_blocks(const cm_funnel *f)
{
    cm_funnel_blocks blocks = cm_funnel_blocks_of(f);
    cm_funnel *to = empty_copy(f, 2 * blocks.rows);

    sort_blocks(&blocks, (pair *) to->words);
    return to;
}

static void
sort_bigint_steps(const cm_funnel *f, cm_funnel *to)
{
    uint32 count = f->used / 2;
    pair *spare = new_pairs(count);

    cm_funnel_sort_pairs((const pair *) f->words, (pair *) to->words, spare, count, CM_FUNNEL_FLIP_SIGN);
    cm_funnel_sort_each_id((pair *) to->words, count);
    pfree(spare);
}

#define MOST_TEXT_OF_BYTE 10 /* a row of 24 bytes may match 64 conditions */
#define MOST_TEXT_OF_STEP 3  /* bytes of +64 */

/* A dump must be able to write it. */
static const cm_funnel *
checked(const cm_funnel *f)
{
    cm_funnel_customer c = {.from = f};
    cm_funnel_event event;
    uint64 bytes = 0;

    if (f->ids != 0 || !cm_text_may_be_long(f, MOST_TEXT_OF_BYTE)) /* of many customers it is packed then */
        return f;
    while (cm_funnel_next(&c)) {
        cm_key id = f->ids == 0 ? cm_key_bigint(0) : cm_funnel_key(&c);

        CHECK_FOR_INTERRUPTS();
        bytes += 2 + cm_key_text_size(&id);
        for (uint32 at = c.at; cm_funnel_next_row(&c, &at, &event);) {
            bytes += 2 + cm_text_int(event.row.at) + pg_popcount64(event.row.steps) * MOST_TEXT_OF_STEP;
            if (f->layout == CM_FUNNEL_ORDERED)
                bytes += 1 + cm_text_int(event.row.order);
            if (f->layout != CM_FUNNEL_STEPS)
                bytes += 1 + (event.row.unheld ? 0 : cm_text_quoted(event.held, event.held_length));
        }
        if (bytes > MaxAllocSize) /* it will not become shorter */
            break;
    }
    cm_state_check_text(class_of(f), bytes);
    return f;
}

static const cm_funnel *
canonical(const cm_funnel *f)
{
    bool steps = f->layout == CM_FUNNEL_STEPS;

    if (f->packed > 0 || (!f->sorted && f->ids == CM_KEY_BIGINT && steps && f->used > 2 * CM_FUNNEL_BLOCK))
        return from_blocks(f);

    cm_funnel *to = empty_copy(f, f->used);

    if (f->sorted || f->used == 0)
        memcpy(to->words, f->words, (Size) f->used * 8);
    else if (f->ids == CM_KEY_BIGINT && steps)
        sort_bigint_steps(f, to);
    else if (f->ids == 0 && steps) {
        memcpy(to->words, f->words, (Size) f->used * 8);
        cm_funnel_sort_words(to->words, to->used);
    } else
        sort_records(f, to);
    return to;
}

const cm_funnel *
cm_funnel_canonical(const cm_funnel *f)
{
    if (cm_funnel_is_stored(f) || (f->sorted && VARSIZE(f) == sizeof(cm_funnel) + (Size) f->used * 8))
        return f;
    return checked(canonical(f));
}
