/// What the C library does with memory that is free. Swift does not see `malloc.h`.
#pragma once

#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

/// Has pieces of memory of half a megabyte and more given back to the system the moment they are free.
///
/// Left alone, glibc keeps ever larger pieces for later once it has seen one freed: after four hundred bodies of a megabyte the
/// process stays as large as it was with them. Other C libraries do not.
static inline void giveBackLargeMemory(void) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 512 * 1024);
    mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
#endif
}
