/* Memory by the megabyte. */
#ifndef CM_MEMORY_H
#define CM_MEMORY_H

/*
 * As MemoryContextAllocHuge; what fresh pages cost is kept low where the operating system can. Not cleared, freed with
 * pfree.
 */
extern void *cm_alloc_large(MemoryContext context, Size size);

#endif
