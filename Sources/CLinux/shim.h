#pragma once

// Calls of Linux and glibc that Swift's Glibc module leaves out: the GNU part of its headers, and
// functions with variable arguments. Declarations are those of the manual pages.
//
// No header here may declare a type that Glibc's module has as well: Swift takes such a type to be
// of whichever module it loads first, and a file that imports Glibc alone would then not compile.

#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

extern int unshare(int flags);
extern int memfd_create(const char *name, unsigned int flags);
extern long syscall(long number, ...);
// actions: a posix_spawn_file_actions_t.
extern int posix_spawn_file_actions_addclosefrom_np(void *actions, int from);

// Opens a path as a mere handle: no right to read, no effect on a device (open(2), O_PATH).
static const int vigil_open_as_handle = 010000000;

// An empty file in memory that exec closes (memfd_create(2), MFD_CLOEXEC), or -1 and errno.
static inline int vigil_memory_file(const char *name) { return memfd_create(name, 1); }

// Each of the following returns 0 or an errno.

static inline int vigil_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

static inline int vigil_die_with_parent(void) {
    return prctl(PR_SET_PDEATHSIG, 9 /* SIGKILL */, 0, 0, 0) == 0 ? 0 : errno;
}

static inline int vigil_not_dumpable(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno;
}

// Has the storage itself say what it knows of an open file (statx(2), AT_EMPTY_PATH and
// AT_STATX_FORCE_SYNC); a kernel without the call says so.
static inline int vigil_ask_storage(int file) {
    char answer[256];
    return syscall(SYS_statx, file, "", 0x1000 | 0x2000, 0x7ff, answer) == 0 ? 0 : errno;
}

// A network namespace of this process alone (CLONE_NEWNET).
static inline int vigil_leave_network(void) { return unshare(0x40000000) == 0 ? 0 : errno; }

// A descriptor that counts an event on one processor for all tasks (perf_event_open(2)), or -1 and
// errno. exec closes it.
static inline int vigil_open_event(uint32_t type, uint64_t config, int processor) {
    struct perf_event_attr event = {.type = type, .size = sizeof event, .config = config};
    return (int)syscall(SYS_perf_event_open, &event, -1, processor, -1, PERF_FLAG_FD_CLOEXEC);
}

// Has this thread, when it runs by the ordinary policy, keep a processor for so many nanoseconds
// only when another one wants it (sched_setattr(2), sched_runtime; Linux 6.12, before which it
// changes nothing).
static inline int vigil_short_slice(uint64_t nanoseconds) {
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {.size = sizeof attributes};
    if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return errno;
    if (attributes.policy != 0 /* SCHED_OTHER */) return 0;
    attributes.runtime = nanoseconds;
    return syscall(SYS_sched_setattr, 0, &attributes, 0) == 0 ? 0 : errno;
}
