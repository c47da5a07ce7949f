/*
 * As much of a PostgreSQL server as the input and output functions of types call, so that they can be fuzzed in a program
 * of their own: memory from malloc, whose bounds AddressSanitizer sees, and errors that jump back. What is not here is not
 * called by them: the linker leaves it out, and a call of it would end the run.
 */
#include "postgres.h"

#include <setjmp.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "server/server.h"

#undef vsnprintf /* the C library's, not PostgreSQL's */

MemoryContext CurrentMemoryContext = NULL;
volatile sig_atomic_t InterruptPending = false;

/* ---- memory ---- */

#define MOST (512 * 1024 * 1024) /* bytes at once */

typedef struct block {
    struct block *before, *after;
    Size size;
    max_align_t data[];
} block;

static block blocks = {&blocks, &blocks};

static void *
allocate(Size size, Size limit)
{
    block *b;

    if (size > limit)
        abort(); /* "invalid memory alloc request size" blames us, not the input */
    if (size > MOST)
        server_throw(ERRCODE_OUT_OF_MEMORY);
    b = malloc(sizeof(block) + size);
    *b = (block){&blocks, blocks.after, size};
    b->after->before = b;
    blocks.after = b;
    memset(b->data, 0x7f, size); /* what nobody set is not zero */
    return b->data;
}

static block *
block_of(void *data)
{
    return (block *) ((char *) data - offsetof(block, data));
}

void
pfree(void *data)
{
    block *b = block_of(data);

    b->before->after = b->after;
    b->after->before = b->before;
    free(b);
}

void
server_free_all(void)
{
    while (blocks.after != &blocks)
        pfree(blocks.after->data);
}

static void *
reallocate(void *data, Size size, Size limit)
{
    void *moved = allocate(size, limit);

    memcpy(moved, data, Min(size, block_of(data)->size));
    pfree(data);
    return moved;
}

static void *
allocate_zero(Size size)
{
    return memset(allocate(size, MaxAllocSize), 0, size);
}

void *
palloc(Size size)
{
    return allocate(size, MaxAllocSize);
}

void *
palloc0(Size size)
{
    return allocate_zero(size);
}

void *
palloc_extended(Size size, int flags)
{
    void *data = allocate(size, flags & MCXT_ALLOC_HUGE ? MaxAllocHugeSize : MaxAllocSize);

    return flags & MCXT_ALLOC_ZERO ? memset(data, 0, size) : data;
}

void *
MemoryContextAlloc(MemoryContext context, Size size)
{
    return palloc(size);
}

void *
MemoryContextAllocZero(MemoryContext context, Size size)
{
    return palloc0(size);
}

void *
MemoryContextAllocHuge(MemoryContext context, Size size)
{
    return allocate(size, MaxAllocHugeSize);
}

void *
repalloc(void *data, Size size)
{
    return reallocate(data, size, MaxAllocSize);
}

void *
repalloc_huge(void *data, Size size)
{
    return reallocate(data, size, MaxAllocHugeSize);
}

/* Contexts are one: what it holds is freed at the end of an input. */
MemoryContext
AllocSetContextCreateInternal(MemoryContext parent, const char *name, Size least, Size first, Size most)
{
    return NULL;
}

void
MemoryContextReset(MemoryContext context)
{
}

void
MemoryContextDelete(MemoryContext context)
{
}

char *
pnstrdup(const char *text, Size length)
{
    char *copy;

    length = strnlen(text, length);
    copy = palloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *
pstrdup(const char *text)
{
    return pnstrdup(text, strlen(text));
}

/* What the input functions made is never compressed or out of line. */
struct varlena *
pg_detoast_datum(struct varlena *datum)
{
    return datum;
}

struct varlena *
pg_detoast_datum_packed(struct varlena *datum)
{
    return datum;
}

/* ---- errors ---- */

sigjmp_buf server_caught;
static int error_code;

void
server_throw(int code)
{
    int class = ERRCODE_TO_CATEGORY(code);

    if (class != ERRCODE_DATA_EXCEPTION && class != ERRCODE_PROGRAM_LIMIT_EXCEEDED &&
        code != ERRCODE_PROTOCOL_VIOLATION && code != ERRCODE_DATATYPE_MISMATCH &&
        code != ERRCODE_OUT_OF_MEMORY)
        abort(); /* an error that does not blame the input */
    siglongjmp(server_caught, 1);
}

bool
errstart(int level, const char *domain)
{
    error_code = ERRCODE_INTERNAL_ERROR;
    return level >= ERROR;
}

bool
errstart_cold(int level, const char *domain)
{
    return errstart(level, domain);
}

int
errcode(int code)
{
    error_code = code;
    return 0;
}

/* The text is made and thrown away: a wrong argument of a format shows itself. */
#define FORMAT_AND_FORGET(name)                                                                              \
    int name(const char *format, ...)                                                                        \
    {                                                                                                        \
        char text[1024];                                                                                     \
        va_list arguments;                                                                                   \
                                                                                                             \
        va_start(arguments, format);                                                                         \
        vsnprintf(text, sizeof(text), format, arguments);                                                    \
        va_end(arguments);                                                                                   \
        return 0;                                                                                            \
    }

FORMAT_AND_FORGET(errmsg)
FORMAT_AND_FORGET(errmsg_internal)
FORMAT_AND_FORGET(errdetail)
FORMAT_AND_FORGET(errhint)

void
errfinish(const char *file, int line, const char *function)
{
    server_throw(error_code);
}

void
ProcessInterrupts(void)
{
}
