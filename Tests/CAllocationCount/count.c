// glibc lets a program define its own malloc; these count and hand on to the C library's.
#include "CAllocationCount.h"
#include <errno.h>
#include <stddef.h>

static __thread uint64_t count;
static __thread uint64_t bytes;

uint64_t vigil_allocations_of_this_thread(void) { return count; }
uint64_t vigil_allocated_bytes_of_this_thread(void) { return bytes; }

// The thread sanitizer needs a malloc of its own; nothing is counted then.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define IS_REPLACED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(IS_REPLACED)
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t size) {
    count++;
    bytes += size;
    return __libc_malloc(size);
}
void *calloc(size_t n, size_t size) {
    count++;
    bytes += n * size;
    return __libc_calloc(n, size);
}
void *realloc(void *old, size_t size) {
    count++;
    bytes += size;
    return __libc_realloc(old, size);
}
void *memalign(size_t alignment, size_t size) {
    count++;
    bytes += size;
    return __libc_memalign(alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **out, size_t alignment, size_t size) {
    void *memory = memalign(alignment, size);
    if (!memory) return ENOMEM;
    *out = memory;
    return 0;
}
void free(void *memory) { __libc_free(memory); }
#endif
