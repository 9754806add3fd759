// The affinity mask of this process, which the C library shows only to GNU sources.
#define _GNU_SOURCE
#include "include/CKernels.h"

#if defined(__linux__)
#include <sched.h>

size_t vigil_affinity_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 0;
    return (size_t)CPU_COUNT(&set);
}
#else
size_t vigil_affinity_count(void) { return 0; }
#endif
