// Tells the thread sanitizer of what it does not see by itself; to be preloaded.
//
// Swift's Mutex: the quick ways of Synchronization.Mutex are compiled into its callers, where the
// sanitizer sees their atomics; the slow ones are in libswiftSynchronization, which was not built
// with it, and what a thread did before it unlocked then looks like a race.
//
// C11 threads, which librdkafka uses: the sanitizer knows those of pthread_create alone, and a
// thread that it does not know crashes when it takes memory.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

#define SWIFTCALL __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef void note(void *);

// The sanitizer's own functions, in the program; not there in programs without it.
static void tell(const char *name, void *mutex) {
    note *found = (note *)dlsym(RTLD_DEFAULT, name);
    if (found != NULL) found(mutex);
}

// _MutexHandle._lockSlow(_: UInt32); self is the word that the quick ways use.
SWIFTCALL void vigil_lock_slow(uint32_t thread, SELF mutex) __asm__(LOCK_SLOW);
SWIFTCALL void vigil_lock_slow(uint32_t thread, SELF mutex) {
    typedef SWIFTCALL void lock_slow(uint32_t, SELF);
    ((lock_slow *)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, mutex);
    tell("__tsan_acquire", mutex);
}

// _MutexHandle._unlockSlow().
SWIFTCALL void vigil_unlock_slow(SELF mutex) __asm__(UNLOCK_SLOW);
SWIFTCALL void vigil_unlock_slow(SELF mutex) {
    typedef SWIFTCALL void unlock_slow(SELF);
    tell("__tsan_release", mutex);
    ((unlock_slow *)dlsym(RTLD_NEXT, UNLOCK_SLOW))(mutex);
}

struct start {
    thrd_start_t body;
    void *argument;
};

static void *run(void *given) {
    struct start start = *(struct start *)given;
    free(given);
    return (void *)(intptr_t)start.body(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t body, void *argument) {
    struct start *start = malloc(sizeof *start);
    if (start == NULL) return thrd_nomem;
    *start = (struct start){body, argument};
    if (pthread_create(thread, NULL, run, start) == 0) return thrd_success;
    free(start);
    return thrd_error;
}

int thrd_join(thrd_t thread, int *result) {
    void *returned;
    if (pthread_join(thread, &returned) != 0) return thrd_error;
    if (result != NULL) *result = (int)(intptr_t)returned;
    return thrd_success;
}
