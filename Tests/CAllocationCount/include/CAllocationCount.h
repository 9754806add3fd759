// Counts heap allocations of each thread, for tests that promise none. Linked into tests only.
#ifndef CALLOCATIONCOUNT_H
#define CALLOCATIONCOUNT_H

#include <stdint.h>

// Calls of malloc, calloc, realloc and the aligned forms by the calling thread since it started.
uint64_t vigil_allocations_of_this_thread(void);

// The bytes that these asked for, freed ones included: work that does not depend on the machine.
uint64_t vigil_allocated_bytes_of_this_thread(void);

#endif
