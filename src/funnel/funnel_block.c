/* Packed blocks of rows; see funnel_block.h. */
#include "postgres.h"

#include "funnel/funnel_block.h"

/* What it takes to read the packed rows of a block: kept in registers. */
typedef struct row_reader {
    const uint8 *data;
    uint64 least_upper, least_word;
    uint64 row_mask, time_mask, step_mask;
    int bytes, step_bits, upper_shift, time_shift;
} row_reader;

static inline row_reader
read_rows(const cm_funnel_block *b)
{
    return (row_reader){
        .data = b->data,
        .least_upper = (uint64) b->least_upper,
        .least_word = (uint64) b->least_time << CM_FUNNEL_STEP_BITS,
        .row_mask = PG_UINT64_MAX >> (64 - 8 * b->row_bytes),
        .time_mask = (UINT64CONST(1) << b->time_bits) - 1,
        .step_mask = (UINT64CONST(1) << b->step_bits) - 1,
        .bytes = b->row_bytes,
        .step_bits = b->step_bits,
        .upper_shift = b->step_bits + b->time_bits,
        .time_shift = b->time_zeros + CM_FUNNEL_STEP_BITS,
    };
}

/* Low bytes come first, so that the first ones of 8 are a shorter number. */
static inline uint64
load_row(const uint8 *from)
{
    uint64 row;

    memcpy(&row, from, sizeof(row));
#ifdef WORDS_BIGENDIAN
    row = __builtin_bswap64(row);
#endif
    return row;
}

static inline void
store_half(uint8 *to, uint32 half)
{
#ifdef WORDS_BIGENDIAN
    half = __builtin_bswap32(half);
#endif
    memcpy(to, &half, sizeof(half));
}

/* Reads 8 bytes, of which those after the row are not used. */
static inline uint64
row_number(const row_reader *r, uint32 i)
{
    return load_row(r->data + (Size) i * r->bytes) & r->row_mask;
}

static inline uint64
row_upper(const row_reader *r, uint64 row)
{
    return r->least_upper + (row >> r->upper_shift);
}

static inline int64
row_word(const row_reader *r, uint64 row)
{
    return (int64) (r->least_word +
                    ((row >> r->step_bits & r->time_mask) << r->time_shift | (row & r->step_mask)));
}

#define STEP_MASK ((1 << CM_FUNNEL_STEP_BITS) - 1)

static int
bits_for(uint64 offset)
{
    return offset == 0 ? 0 : 64 - __builtin_clzll(offset);
}

/* The last row is read with bytes that follow it. */
static uint32
words_of(const cm_funnel_block *head)
{
    return (uint32) ((offsetof(cm_funnel_block, data) + (Size) head->rows * head->row_bytes + 8 + 7) / 8);
}

uint32
cm_funnel_block_measure(cm_funnel_block *head, const cm_funnel_pair *rows, uint32 count)
{
    int64 least_id = rows[0].key, greatest_id = rows[0].key;
    int64 least = rows[0].value, greatest = rows[0].value;
    uint64 differ = 0, steps = 0;

    Assert(count > 0 && count <= CM_FUNNEL_BLOCK);
    for (uint32 i = 0; i < count; i++) {
        least_id = Min(least_id, rows[i].key);
        greatest_id = Max(greatest_id, rows[i].key);
        least = Min(least, rows[i].value);
        greatest = Max(greatest, rows[i].value);
        differ |= (uint64) (rows[i].value ^ rows[0].value); /* ends in the zeros in which differences end */
        steps |= (uint64) rows[i].value;
    }
    memset(head, 0, offsetof(cm_funnel_block, ends));
    head->rows = (uint16) count;
    head->least_upper = cm_funnel_upper(least_id);
    head->greatest_upper = cm_funnel_upper(greatest_id);
    head->least_time = cm_funnel_word_time(least);
    differ >>= CM_FUNNEL_STEP_BITS;

    int zeros = differ == 0 ? 0 : __builtin_ctzll(differ);
    int time_bits = bits_for((uint64) (cm_funnel_word_time(greatest) - head->least_time) >> zeros);
    int step_bits = bits_for(steps & STEP_MASK);
    int bits = bits_for((uint64) head->greatest_upper - (uint64) head->least_upper) + time_bits + step_bits;

    head->time_zeros = (uint8) zeros;
    head->time_bits = (uint8) time_bits;
    head->step_bits = (uint8) step_bits;
    head->row_bytes = bits > 64 ? CM_FUNNEL_PAIR_BYTES : (uint8) Max((bits + 7) / 8, 4);
    return head->words = words_of(head);
}

/* Counts the rows of each part, and turns that into where each part begins. */
static void
find_places(uint32 *places, const cm_funnel_pair *rows, uint32 count)
{
    uint32 place = 0;

    memset(places, 0, CM_FUNNEL_PARTS * sizeof(*places));
    for (uint32 i = 0; i < count; i++)
        places[cm_funnel_part(rows[i].key)]++;
    for (int part = 0; part < CM_FUNNEL_PARTS; part++) {
        uint32 here = places[part];

        places[part] = place;
        place += here;
    }
}

/* Numbers of 4 to 8 bytes: their first 4 and their last 4. */
static void
pack_numbers(cm_funnel_block *to, const cm_funnel_pair *rows, uint32 *places)
{
    uint64 least_upper = (uint64) to->least_upper;
    int64 least_time = to->least_time;
    uint32 count = to->rows;
    int bytes = to->row_bytes, step_bits = to->step_bits, zeros = to->time_zeros;
    int upper_shift = step_bits + to->time_bits;
    uint8 *data = to->data;

    for (uint32 i = 0; i < count; i++) {
        uint8 *place = data + (Size) places[cm_funnel_part(rows[i].key)]++ * bytes;
        uint64 upper = (uint64) cm_funnel_upper(rows[i].key) - least_upper;
        uint64 time = (uint64) (cm_funnel_word_time(rows[i].value) - least_time) >> zeros;
        uint64 row = (rows[i].value & STEP_MASK) | time << step_bits;
        if (upper != 0) /* or the shift may be by all bits */
            row |= upper << upper_shift;
        store_half(place, (uint32) row);
        store_half(place + bytes - 4, (uint32) (row >> (8 * bytes - 32)));
    }
}

void
cm_funnel_block_pack(cm_funnel_block *to, const cm_funnel_block *head, const cm_funnel_pair *rows)
{
    uint32 places[CM_FUNNEL_PARTS];

    memcpy(to, head, offsetof(cm_funnel_block, ends));
    find_places(places, rows, head->rows);
    if (head->row_bytes != CM_FUNNEL_PAIR_BYTES)
        pack_numbers(to, rows, places);
    else
        for (uint32 i = 0; i < head->rows; i++)
            ((cm_funnel_pair *) to->data)[places[cm_funnel_part(rows[i].key)]++] = rows[i];
    memset(to->data + (Size) head->rows * head->row_bytes, 0,
           (Size) head->words * 8 - offsetof(cm_funnel_block, data) - (Size) head->rows * head->row_bytes);
    for (int part = 0; part < CM_FUNNEL_PARTS; part++)
        to->ends[part] = (uint16) places[part];
}

static bool
head_valid(const cm_funnel_block *b, Size words)
{
    bool pairs = b->row_bytes == CM_FUNNEL_PAIR_BYTES;
    int bits = b->step_bits + b->time_bits;

    return b->rows > 0 && b->rows <= CM_FUNNEL_BLOCK && (pairs || (b->row_bytes >= 4 && b->row_bytes <= 8)) &&
           b->words == words_of(b) && b->words <= words && b->least_upper <= b->greatest_upper &&
           (pairs || (b->step_bits <= CM_FUNNEL_STEP_BITS && bits < 64 && b->time_bits + b->time_zeros < 64));
}

bool
cm_funnel_block_valid(const int64 *words, Size count)
{
    const cm_funnel_block *b = (const cm_funnel_block *) words;
    uint32 before = 0;

    if (count < offsetof(cm_funnel_block, data) / 8 || !head_valid(b, count))
        return false;
    for (int part = 0; part < CM_FUNNEL_PARTS; before = b->ends[part++])
        if (b->ends[part] < before)
            return false;
    if (before != b->rows)
        return false;

    /* readers sort into buckets by upper bits */
    bool beyond = false;

    if (b->row_bytes == CM_FUNNEL_PAIR_BYTES)
        for (uint32 i = 0; i < b->rows; i++) {
            int64 upper = cm_funnel_upper(((const cm_funnel_pair *) b->data)[i].key);

            beyond |= upper < b->least_upper || upper > b->greatest_upper;
        }
    else {
        row_reader r = read_rows(b);
        uint64 most = (uint64) b->greatest_upper - (uint64) b->least_upper;

        for (uint32 i = 0; i < b->rows; i++)
            beyond |= row_number(&r, i) >> r.upper_shift > most;
    }
    return !beyond;
}

void
cm_funnel_block_unpack(const cm_funnel_block *b, cm_funnel_pair *rows)
{
    uint32 i = 0;

    if (b->row_bytes == CM_FUNNEL_PAIR_BYTES) {
        memcpy(rows, b->data, b->rows * sizeof(cm_funnel_pair));
        return;
    }

    row_reader r = read_rows(b);

    for (uint32 part = 0; part < CM_FUNNEL_PARTS; part++)
        for (; i < b->ends[part]; i++) {
            uint64 row = row_number(&r, i);

            rows[i].key = cm_funnel_id((int64) row_upper(&r, row), part);
            rows[i].value = row_word(&r, row);
        }
}
