/* Memory by the megabyte; see memory.h. */
#include "postgres.h"

#include <sys/mman.h>

#include "utils/memutils.h"

#include "common/memory.h"

#define LARGE_PAGE ((Size) 2 * 1024 * 1024)

/*
 * The first touch of each page is a trip to the kernel, which for many small pages takes longer than what is done with
 * them. Where huge pages are given to those who ask, this asks; a refusal changes nothing.
 */
void *
cm_alloc_large(MemoryContext context, Size size)
{
    char *memory = MemoryContextAllocHuge(context, size);

#ifdef MADV_HUGEPAGE
    char *from = (char *) TYPEALIGN(LARGE_PAGE, (uintptr_t) memory);
    char *to = (char *) TYPEALIGN_DOWN(LARGE_PAGE, (uintptr_t) memory + size);

    if (from < to)
        (void) madvise(from, (Size) (to - from), MADV_HUGEPAGE);
#endif
    return memory;
}
