/*
 * The canonical form of funnel and funnels: records sorted by id, then time and step; see funnel_log.h. Ids by radix,
 * because a comparison sort of all rows would cost more than reading them from the table; the few rows of one customer,
 * which mostly come in the order of time, by comparison.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "acquisition/funnel_log.h"

/* A bigint id and its row; or the beginning of an id, and the place of its record. */
typedef cm_funnel_pair pair;

/* ---- radix sort of pairs by key, stable ---- */

#define DIGIT_BITS 11 /* their counters fit the first-level cache */
#define MAX_PASSES 6

typedef struct radix {
    uint64 flip; /* turns the order of the keys into that of unsigned numbers */
    int passes;
    int low;  /* the lowest bit in which keys differ */
    int bits; /* of a digit */
    uint32 counts[MAX_PASSES][1 << DIGIT_BITS];
} radix;

static inline uint32
digit(const radix *r, const pair *p, int pass)
{
    return (uint32) ((((uint64) p->key ^ r->flip) >> (r->low + pass * r->bits)) & ((1 << r->bits) - 1));
}

/* Which bits differ, and so how many passes are needed; counts the digits of all passes. */
static void
radix_begin(radix *r, const pair *pairs, uint32 count)
{
    uint64 differ = 0;

    for (uint32 i = 1; i < count; i++)
        differ |= (uint64) (pairs[i].key ^ pairs[0].key);
    r->passes = 0;
    if (differ == 0)
        return;
    r->low = __builtin_ctzll(differ);

    int width = 64 - __builtin_clzll(differ) - r->low;

    r->passes = (width + DIGIT_BITS - 1) / DIGIT_BITS;
    r->bits = (width + r->passes - 1) / r->passes;
    memset(r->counts, 0, r->passes * sizeof(r->counts[0]));
    CHECK_FOR_INTERRUPTS();
    for (uint32 i = 0; i < count; i++)
        for (int pass = 0; pass < r->passes; pass++)
            r->counts[pass][digit(r, &pairs[i], pass)]++;
}

static void
radix_pass(radix *r, int pass, const pair *from, pair *to, uint32 count)
{
    uint32 *starts = r->counts[pass];
    uint32 start = 0;

    CHECK_FOR_INTERRUPTS();
    for (int i = 0; i < 1 << r->bits; i++) {
        uint32 here = starts[i];

        starts[i] = start;
        start += here;
    }
    for (uint32 i = 0; i < count; i++)
        to[starts[digit(r, &from[i], pass)]++] = from[i];
}

/* Sorts pairs into `to`; from is left alone. spare has room for as many. */
static void
sort_pairs(const pair *from, pair *to, pair *spare, uint32 count, uint64 flip)
{
    radix *r = palloc(sizeof(radix));

    r->flip = flip;
    radix_begin(r, from, count);
    if (r->passes == 0)
        memcpy(to, from, (Size) count * sizeof(pair));
    for (int pass = 0; pass < r->passes; pass++) {
        pair *target = (r->passes - pass) % 2 == 1 ? to : spare;

        radix_pass(r, pass, from, target, count);
        from = target;
    }
    pfree(r);
}

/* ---- rows of one customer ---- */

static int
compare_words(const void *a, const void *b)
{
    int64 x = *(const int64 *) a, y = *(const int64 *) b;

    CHECK_FOR_INTERRUPTS();
    return (x > y) - (x < y);
}

#define FEW 24 /* words that insertion sorts faster */

static void
sort_words(int64 *words, uint32 count)
{
    if (count > FEW) {
        qsort(words, count, sizeof(int64), compare_words);
        return;
    }
    for (uint32 i = 1; i < count; i++) {
        int64 word = words[i];
        uint32 at = i;

        for (; at > 0 && words[at - 1] > word; at--)
            words[at] = words[at - 1];
        words[at] = word;
    }
}

/* Pairs of one id that are not in the order of their values. */
static void
sort_values(pair *pairs, uint32 count)
{
    int64 *words = MemoryContextAllocHuge(CurrentMemoryContext, (Size) count * sizeof(int64));

    for (uint32 i = 0; i < count; i++)
        words[i] = pairs[i].value;
    sort_words(words, count);
    for (uint32 i = 0; i < count; i++)
        pairs[i].value = words[i];
    pfree(words);
}

/* ---- the three ways ---- */

static pair *
new_pairs(uint32 count)
{
    return MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * sizeof(pair));
}

#define FLIP_SIGN (UINT64CONST(1) << 63)

/* Pairs sorted by id, each id's by value. */
static void
sort_each_id(pair *sorted, uint32 count)
{
    bool rising = true;

    for (uint32 from = 0, i = 1; i <= count; i++) {
        if (i < count && sorted[i].key == sorted[i - 1].key) {
            rising = rising && sorted[i].value >= sorted[i - 1].value;
            continue;
        }
        if (!rising)
            sort_values(sorted + from, i - from);
        from = i;
        rising = true;
    }
}

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
spread(buckets *b, const cm_funnel *f, pair *to)
{
    pair rows[CM_FUNNEL_BLOCK];
    uint32 place = 0, count, end[BUCKETS];

    memset(b->begin, 0, sizeof(b->begin));
    while ((count = cm_funnel_unpack(f, &place, rows)) > 0) {
        CHECK_FOR_INTERRUPTS();
        for (uint32 i = 0; i < count; i++)
            b->begin[bucket_of(b, rows[i].key) + 1]++;
    }
    for (int i = 0; i < BUCKETS; i++)
        b->begin[i + 1] += b->begin[i];
    memcpy(end, b->begin, sizeof(end));
    place = 0;
    while ((count = cm_funnel_unpack(f, &place, rows)) > 0) {
        CHECK_FOR_INTERRUPTS();
        for (uint32 i = 0; i < count; i++)
            to[end[bucket_of(b, rows[i].key)]++] = rows[i];
    }
}

/* Bigint ids with one word for each row. */
static void
sort_bigint_steps(const cm_funnel *f, pair *to)
{
    buckets *b = palloc(sizeof(buckets));
    int64 greatest;
    uint32 count = cm_funnel_id_range(f, &b->least, &greatest), largest = 0;

    b->shift = 0;
    while (((uint64) greatest - (uint64) b->least) >> b->shift >= BUCKETS)
        b->shift++;
    spread(b, f, to);
    for (int i = 0; i < BUCKETS; i++)
        largest = Max(largest, b->begin[i + 1] - b->begin[i]);

    pair *copy = new_pairs(largest), *spare = new_pairs(largest);

    for (int i = 0; i < BUCKETS && b->shift > 0; i++) {
        uint32 here = b->begin[i + 1] - b->begin[i];

        memcpy(copy, to + b->begin[i], here * sizeof(pair));
        if (here > 1)
            sort_pairs(copy, to + b->begin[i], spare, here, FLIP_SIGN);
    }
    sort_each_id(to, count);
    pfree(copy);
    pfree(spare);
    pfree(b);
}

static int
compare_bytes(const void *a, int64 length_a, const void *b, int64 length_b)
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
    return f->ids == CM_KEY_TEXT ? compare_bytes(x + 1, *x, y + 1, *y) : 0;
}

int
cm_funnel_compare_records(const cm_funnel *f, uint32 a, uint32 b)
{
    int order = cm_funnel_compare_ids(f, a, b);

    a += cm_funnel_id_words(f, a);
    b += cm_funnel_id_words(f, b);
    for (int i = 0; order == 0 && i < cm_funnel_row_words(f->layout); i++)
        order = (f->words[a + i] > f->words[b + i]) - (f->words[a + i] < f->words[b + i]);
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
        return f->words[at] ^ (int64) FLIP_SIGN;

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
    uint32 row_words = cm_funnel_row_words(f->layout);
    uint32 count = 0, used = 0;
    pair *places = new_pairs(f->used / row_words);
    pair *sorted = new_pairs(f->used / row_words);
    pair *spare = new_pairs(f->used / row_words);

    for (uint32 at = 0; at < f->used; at += cm_funnel_id_words(f, at) + row_words)
        places[count++] = (pair){record_prefix(f, at), at};
    if (count > MANY)
        sort_pairs(places, sorted, spare, count, 0);
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
        uint32 words = cm_funnel_id_words(f, at) + row_words;

        memcpy(&to->words[used], &f->words[at], (Size) words * 8);
        used += words;
    }
    pfree(places);
    pfree(sorted);
    pfree(spare);
}

static cm_funnel *
empty_copy(const cm_funnel *f, uint32 words)
{
    Size size = sizeof(cm_funnel) + (Size) words * 8;

    if (size > MaxAllocSize)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("a value of type funnels would exceed 1 GB"),
                 errhint("Aggregate fewer customers or a shorter time at once, and combine the reports.")));

    cm_funnel *to = palloc(size);

    memcpy(to, f, sizeof(cm_funnel));
    SET_VARSIZE(to, size);
    to->used = words;
    to->packed = 0;
    to->sorted = 1;
    return to;
}

const cm_funnel *
cm_funnel_canonical(const cm_funnel *f)
{
    if (f->sorted && VARSIZE(f) == sizeof(cm_funnel) + (Size) f->used * 8)
        return f;
    if (f->ids == CM_KEY_BIGINT && f->layout == CM_FUNNEL_STEPS && !f->sorted) {
        int64 least, greatest;
        cm_funnel *to = empty_copy(f, 2 * cm_funnel_id_range(f, &least, &greatest));

        sort_bigint_steps(f, (pair *) to->words);
        return to;
    }

    cm_funnel *to = empty_copy(f, f->used);

    if (f->sorted || f->used == 0)
        memcpy(to->words, f->words, (Size) f->used * 8);
    else if (f->ids == 0 && f->layout == CM_FUNNEL_STEPS) {
        memcpy(to->words, f->words, (Size) f->used * 8);
        sort_words(to->words, to->used);
    } else
        sort_records(f, to);
    return to;
}
