/*
 * Rows of bigint ids and single steps, packed: in a block of up to CM_FUNNEL_BLOCK rows ids and times are offsets from
 * the least of the block, in as few bytes as the largest offset needs; times in microseconds, milliseconds or seconds,
 * whichever divides them all. Rows that come in the order of time, as most tables hold them, take about six bytes.
 * Blocks live only while a state is built, on one machine: their bytes are in the machine's order.
 */
#include "postgres.h"

#include "acquisition/funnel_log.h"

#define MILLISECOND 1000 /* in microseconds */
#define SECOND 1000000

typedef struct block {
    uint16 rows;
    uint8 id_bytes; /* 0: all the same */
    uint8 at_bytes;
    uint32 unit; /* of times: 1, MILLISECOND or SECOND */
    int64 least_id, greatest_id;
    int64 least_at;
    uint8 data[FLEXIBLE_ARRAY_MEMBER]; /* steps, ids, times, and 8 bytes that are read but not used */
} block;

static int
bytes_for(uint64 offset)
{
    return offset == 0 ? 0 : 8 - __builtin_clzll(offset) / 8;
}

static uint32
block_words(const block *b)
{
    return (uint32) ((offsetof(block, data) + (Size) b->rows * (1 + b->id_bytes + b->at_bytes) + 8 + 7) / 8);
}

/* A time as a number of units; constant divisors are multiplications. */
static inline uint64
in_units(uint64 time, uint32 unit)
{
    return unit == SECOND ? time / SECOND : unit == MILLISECOND ? time / MILLISECOND : time;
}

/* The largest unit of which all differences to the least time are multiples. */
static uint32
time_unit(const cm_funnel_pair *rows, uint32 count, int64 least)
{
    uint32 unit = SECOND;

    for (uint32 i = 0; i < count && unit > 1; i++) {
        uint64 offset = (uint64) ((rows[i].value >> CM_FUNNEL_STEP_BITS) - least);

        if (unit == SECOND && offset % SECOND != 0)
            unit = MILLISECOND;
        if (unit == MILLISECOND && offset % MILLISECOND != 0)
            unit = 1;
    }
    return unit;
}

static void
measure(block *b, const cm_funnel_pair *rows, uint32 count)
{
    int64 least_id = rows[0].key, greatest_id = rows[0].key;
    int64 least = rows[0].value, greatest = rows[0].value;

    for (uint32 i = 1; i < count; i++) {
        least_id = Min(least_id, rows[i].key);
        greatest_id = Max(greatest_id, rows[i].key);
        least = Min(least, rows[i].value);
        greatest = Max(greatest, rows[i].value);
    }
    b->rows = (uint16) count;
    b->least_id = least_id;
    b->greatest_id = greatest_id;
    b->least_at = least >> CM_FUNNEL_STEP_BITS;
    b->unit = time_unit(rows, count, b->least_at);
    b->id_bytes = (uint8) bytes_for((uint64) greatest_id - (uint64) least_id);
    b->at_bytes =
        (uint8) bytes_for(in_units((uint64) ((greatest >> CM_FUNNEL_STEP_BITS) - b->least_at), b->unit));
}

/* Each write covers 8 bytes, of which the next write keeps the first ones. */
static void
write_offsets(uint8 *to, int bytes, uint32 i, uint64 offset)
{
    memcpy(to + (Size) i * bytes, &offset, sizeof(offset));
}

static uint64
read_offset(const uint8 *from, int bytes, uint32 i)
{
    uint64 offset;

    memcpy(&offset, from + (Size) i * bytes, sizeof(offset));
    return offset & (bytes == 8 ? PG_UINT64_MAX : (UINT64CONST(1) << (8 * bytes)) - 1);
}

/* Returns the words written. */
static uint32
pack_rows(int64 *to, const cm_funnel_pair *rows, uint32 count)
{
    block *b = (block *) to;
    uint8 *ids = b->data + count;
    uint8 *times;

    measure(b, rows, count);
    times = ids + (Size) count * b->id_bytes;
    for (uint32 i = 0; i < count; i++)
        b->data[i] = (uint8) (rows[i].value & ((1 << CM_FUNNEL_STEP_BITS) - 1));
    for (uint32 i = 0; i < count; i++)
        write_offsets(ids, b->id_bytes, i, (uint64) rows[i].key - (uint64) b->least_id);
    for (uint32 i = 0; i < count; i++)
        write_offsets(times, b->at_bytes, i,
                      in_units((uint64) ((rows[i].value >> CM_FUNNEL_STEP_BITS) - b->least_at), b->unit));
    return block_words(b);
}

/* By how much packing can make a block of incompressible rows larger, in words. */
#define EXCESS ((sizeof(block) + CM_FUNNEL_BLOCK + 15) / 8)

cm_funnel *
cm_funnel_pack(cm_funnel *f, const cm_state_class *cls)
{
    cm_funnel_pair rows[CM_FUNNEL_BLOCK];
    uint32 read = f->packed;
    uint32 blocks = (f->used - read + 2 * CM_FUNNEL_BLOCK - 1) / (2 * CM_FUNNEL_BLOCK);

    f = cm_funnel_reserve(f, EXCESS * blocks, cls);
    if (blocks > 1) { /* so that what is written never reaches what is still to be read */
        memmove(&f->words[read + EXCESS * blocks], &f->words[read], (Size) (f->used - read) * 8);
        read += EXCESS * blocks;
        f->used += EXCESS * blocks;
    }
    while (read < f->used) {
        uint32 count = Min((f->used - read) / 2, CM_FUNNEL_BLOCK);

        memcpy(rows, &f->words[read], count * sizeof(cm_funnel_pair));
        read += count * 2;
        f->packed += pack_rows(&f->words[f->packed], rows, count);
    }
    f->used = f->packed;
    f->sorted = 0;
    return f;
}

uint32
cm_funnel_unpack(const cm_funnel *f, uint32 *place, cm_funnel_pair *rows)
{
    if (*place >= f->packed) { /* these wait */
        uint32 count = Min((f->used - *place) / 2, CM_FUNNEL_BLOCK);

        memcpy(rows, &f->words[*place], count * sizeof(cm_funnel_pair));
        *place += count * 2;
        return count;
    }

    const block *b = (const block *) &f->words[*place];
    const uint8 *ids = b->data + b->rows;
    const uint8 *times = ids + (Size) b->rows * b->id_bytes;

    for (uint32 i = 0; i < b->rows; i++) {
        uint64 at = (uint64) b->least_at + read_offset(times, b->at_bytes, i) * b->unit;

        rows[i].key = (int64) ((uint64) b->least_id + read_offset(ids, b->id_bytes, i));
        rows[i].value = (int64) (at << CM_FUNNEL_STEP_BITS | b->data[i]);
    }
    *place += block_words(b);
    return b->rows;
}

uint32
cm_funnel_id_range(const cm_funnel *f, int64 *least, int64 *greatest)
{
    uint32 count = (f->used - f->packed) / 2;

    *least = PG_INT64_MAX;
    *greatest = PG_INT64_MIN;
    for (uint32 place = 0; place < f->packed;) {
        const block *b = (const block *) &f->words[place];

        *least = Min(*least, b->least_id);
        *greatest = Max(*greatest, b->greatest_id);
        count += b->rows;
        place += block_words(b);
    }
    for (uint32 place = f->packed; place < f->used; place += 2) {
        *least = Min(*least, f->words[place]);
        *greatest = Max(*greatest, f->words[place]);
    }
    return count;
}
