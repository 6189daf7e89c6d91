/// Asks the processor to fetch memory that will be used soon. Swift has no word for it.
///
/// A hint only: nothing is read or written, and any address will do.
#pragma once

static inline void prefetch(const void *_Nonnull address) { __builtin_prefetch(address, 0, 3); }

/// The same for memory that will be written, so that another processor's copy goes at once.
static inline void prefetchToWrite(const void *_Nonnull address) { __builtin_prefetch(address, 1, 3); }
