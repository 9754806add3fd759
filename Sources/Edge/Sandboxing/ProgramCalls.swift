internal import CSeccomp

#if canImport(Glibc)
    internal import Glibc
#endif

/// The calls that a site's program is refused. It may be of any language, so that no list of what
/// it needs can be written: refused is what reaches the network, changes a file, or touches
/// another process or the system.
enum ProgramCalls {
    static var rules: [(rule: CallFilter.Rule, action: UInt32)] {
        let refuse = vigil_refuse_with_eperm()
        let plain = network + files + processes + system
        return [((plain, nil), refuse), ((unknown, nil), vigil_refuse_with_enosys())]
            + conditions.map { names, condition in ((names, condition), refuse) }
    }

    /// io_uring makes calls that no filter sees.
    private static let network = [
        "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendmsg",
        "sendmmsg", "io_uring_setup", "io_uring_enter", "io_uring_register",
    ]
    private static let files = [
        "creat", "mkdir", "mkdirat", "mknod", "mknodat", "rmdir", "unlink", "unlinkat", "rename",
        "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod",
        "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "truncate", "ftruncate",
        "fallocate", "utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr",
        "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "memfd_create",
        "memfd_secret", "open_by_handle_at", "name_to_handle_at", "mq_open", "mq_unlink",
    ]
    private static let processes = [
        "kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open", "pidfd_getfd",
        "pidfd_send_signal", "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
        "process_mrelease", "kcmp", "setpriority", "ioprio_set", "sched_setaffinity",
        "sched_setscheduler", "sched_setparam", "sched_setattr", "migrate_pages", "move_pages",
        "shmget", "shmat", "shmctl", "semget", "semop", "semtimedop", "semctl", "msgget",
        "msgsnd", "msgrcv", "msgctl", "unshare", "setns",
    ]
    private static let system = [
        "mount", "umount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen",
        "fsconfig", "fsmount", "fspick", "pivot_root", "chroot", "swapon", "swapoff", "reboot",
        "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "bpf",
        "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "acct", "quotactl",
        "quotactl_fd", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
        "sethostname", "setdomainname", "fanotify_init", "syslog", "lookup_dcookie", "iopl",
        "ioperm", "vhangup",
    ]
    /// Calls whose arguments lie in memory, where no filter looks: their callers take an older
    /// call when the kernel has none.
    private static let unknown = ["clone3", "openat2"]

    private static var conditions: [CallFilter.Rule] {
        let writing: [Int32] = [O_WRONLY, O_RDWR, O_CREAT, O_TRUNC]
        // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
        let namespaces: [UInt] = [17, 25, 26, 27, 28, 29, 30].map { 1 << $0 }
        func set(_ index: UInt32, _ bits: UInt) -> scmp_arg_cmp { vigil_bits_set(index, bits) }
        return writing.map { (["open"], set(1, UInt($0))) }
            + writing.map { (["openat"], set(2, UInt($0))) }
            + namespaces.map { (["clone"], set(0, $0)) }
            + [
                // A datagram to a socket by its name.
                (["sendto"], vigil_differs(4, 0)),
                // Signals to, and limits of, others.
                (["tgkill"], vigil_differs(0, UInt(getpid()))),
                (["prlimit64"], vigil_differs(0, 0)),
            ]
    }
}
