// The functions below replace the C library's in the test program and in every library that it loads.
#include "CAllocations.h"

#include <errno.h>
#include <stddef.h>

static __thread long count __attribute__((tls_model("initial-exec")));

long vt_allocations(void) { return count; }

#if defined(__GLIBC__)
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t unit, size_t size);

void *malloc(size_t size) {
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count++;
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count++;
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t unit, size_t size) {
    count++;
    return __libc_memalign(unit, size);
}

int posix_memalign(void **memory, size_t unit, size_t size) {
    count++;
    *memory = __libc_memalign(unit, size);
    return *memory ? 0 : ENOMEM;
}
#endif
