#pragma once

// Calls of Linux and glibc that Swift's Glibc module leaves out: the GNU part of its headers, and
// functions with variable arguments. Declarations are those of the manual pages.
//
// No header here may declare a type that Glibc's module has as well: Swift takes such a type to be
// of whichever module it loads first, and a file that imports Glibc alone would then not compile.

#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/eventfd.h>
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

// A counter that poll(2) waits for (eventfd(2)), which never blocks and which exec closes, or -1
// and errno.
static inline int vigil_event_counter(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

// Each of the following returns 0 or an errno.

static inline int vigil_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

static inline int vigil_die_with_parent(void) {
    return prctl(PR_SET_PDEATHSIG, 9 /* SIGKILL */, 0, 0, 0) == 0 ? 0 : errno;
}

static inline int vigil_set_dumpable(int dumpable) {
    return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0) == 0 ? 0 : errno;
}

static inline int vigil_not_dumpable(void) { return vigil_set_dumpable(0); }

// Gives up every capability (capset(2)).
static inline int vigil_drop_capabilities(void) {
    struct {
        uint32_t version;
        int32_t process;
    } header = {0x20080522 /* _LINUX_CAPABILITY_VERSION_3 */, 0};
    struct {
        uint32_t effective, permitted, inheritable;
    } none[2] = {{0, 0, 0}, {0, 0, 0}};
    return syscall(SYS_capset, &header, none) == 0 ? 0 : errno;
}

// Becomes this user and the group of the same number, in no other group, for good; for root. The
// calls change the calling thread alone, so this is for processes of one thread.
static inline int vigil_become(uint32_t user) {
    if (syscall(SYS_setgroups, 0, 0) != 0) return errno;
    if (syscall(SYS_setresgid, user, user, user) != 0) return errno;
    return syscall(SYS_setresuid, user, user, user) == 0 ? 0 : errno;
}

// The version of Landlock that the kernel has (landlock_create_ruleset(2)); 0: none. The numbers of
// its calls are the same on all processors, and older headers lack them.
static inline int vigil_landlock_version(void) {
    long version = syscall(444, 0, 0, 1 /* LANDLOCK_CREATE_RULESET_VERSION */);
    return version > 0 ? (int)version : 0;
}

// Rules of Landlock by which every file and, where that version can, every TCP port, abstract socket
// and signal to others is denied; -1 and errno.
static inline int vigil_landlock_rules(int version) {
    struct {
        uint64_t files, network, scopes;
    } denied = {0x1fff, 0, 0};
    if (version >= 2) denied.files |= 1 << 13;  // LANDLOCK_ACCESS_FS_REFER
    if (version >= 3) denied.files |= 1 << 14;  // LANDLOCK_ACCESS_FS_TRUNCATE
    if (version >= 4) denied.network = 3;       // bind, connect
    if (version >= 5) denied.files |= 1 << 15;  // LANDLOCK_ACCESS_FS_IOCTL_DEV
    if (version >= 6) denied.scopes = 3;        // abstract sockets, signals
    unsigned long size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    return (int)syscall(444, &denied, size, 0);
}

// Allows reading and running a file, or all that lies below a folder.
static inline int vigil_landlock_allow_reading(int rules, const char *path) {
    struct __attribute__((packed)) {
        uint64_t rights;
        int32_t file;
    } beneath = {0xd /* EXECUTE, READ_FILE, READ_DIR */, -1};
    beneath.file = (int32_t)syscall(SYS_openat, -100, path, vigil_open_as_handle | 02000000, 0);
    if (beneath.file < 0) return errno;
    long failed = syscall(445, rules, 1 /* LANDLOCK_RULE_PATH_BENEATH */, &beneath, 0);
    if (failed != 0) {
        // A file can be no folder.
        beneath.rights = 5;
        failed = syscall(445, rules, 1, &beneath, 0);
    }
    int code = failed != 0 ? errno : 0;
    syscall(SYS_close, beneath.file);
    return code;
}

// Holds this thread to rules for good. Needs vigil_no_new_privileges.
static inline int vigil_landlock_enter(int rules) {
    return syscall(446, rules, 0) == 0 ? 0 : errno;
}

// Has the storage itself say what it knows of an open file (statx(2), AT_EMPTY_PATH and
// AT_STATX_FORCE_SYNC); a kernel without the call says so.
static inline int vigil_ask_storage(int file) {
    char answer[256];
    return syscall(SYS_statx, file, "", 0x1000 | 0x2000, 0x7ff, answer) == 0 ? 0 : errno;
}

// A network namespace of this process alone (CLONE_NEWNET).
static inline int vigil_leave_network(void) { return unshare(0x40000000) == 0 ? 0 : errno; }

// As fork(2), by clone(2) with SIGCHLD. For processes of one thread: no handler of a library runs.
static inline int vigil_fork(void) { return (int)syscall(SYS_clone, 17, 0, 0, 0, 0); }

// The same, but the child's parent is this process's own (CLONE_PARENT), which has to wait for it.
static inline int vigil_fork_sibling(void) {
    return (int)syscall(SYS_clone, 0x8000 | 17, 0, 0, 0, 0);
}

// Makes a system call by its number and gives 0 or an errno. Where it made a process, that ends.
static inline int vigil_try_call(long number, long a, long b, long c, long d, long e) {
    long self = syscall(SYS_getpid);
    long result = syscall(number, a, b, c, d, e, 0);
    int code = result < 0 ? errno : 0;
    if (result == 0 && syscall(SYS_getpid) != self) syscall(SYS_exit_group, 0);
    return code;
}

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
