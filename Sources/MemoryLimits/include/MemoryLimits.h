/// What the C library does with memory that is free. Swift does not see `malloc.h`.
#pragma once

#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

/// Makes the C library give pieces of 64 KiB and more back to the system as soon as they are free.
///
/// Without this call, glibc keeps ever larger pieces for later once the process has freed one. After four hundred
/// bodies of a megabyte, the process would stay as large as it was with them. With a limit of half a megabyte, bodies
/// that grew at the same time left gaps between the small pieces. Other C libraries need no such call.
static inline void giveBackLargeMemory(void) {
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
#endif
}
