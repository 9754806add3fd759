// Counts the heap allocations of a thread, by standing in for the C library's functions.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H

/// Allocations of the calling thread since it started.
long vt_allocations(void);

#endif
