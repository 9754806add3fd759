internal import CLinux
internal import CSeccomp
internal import DecoderProtocol
internal import Sandboxing

#if canImport(Glibc)
    internal import Glibc
#endif

/// Tries, from inside the closed sandbox, what a hostile file might want, and tells the outcome.
///
/// Standard output gets one line an attempt, `NAME denied` or `NAME ALLOWED`, after one line with
/// the protections. The exit code is 0 when every attempt was denied, else 1.
enum SelfTest {
    /// Runs it in a child, so that there is a parent to attack, and an output that may be a file.
    static func run(_ options: Sandbox.Options) -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return 71 }
        let child = vigil_fork()
        guard child >= 0 else { return 71 }
        if child == 0 {
            let code = attack(options, telling: ends[1])
            _exit(code)
        }
        close(ends[1])
        var buffer = [UInt8](repeating: 0, count: 4096)
        var count = 0
        repeat {
            count = read(ends[0], &buffer, buffer.count)
            if count > 0 { _ = write(1, buffer, count) }
        } while count > 0 || (count < 0 && errno == EINTR)
        var state: Int32 = 0
        while waitpid(child, &state, 0) < 0 && errno == EINTR {}
        return state & 0x7f == 0 ? state >> 8 : 1
    }

    private static func attack(_ options: Sandbox.Options, telling output: Int32) -> Int32 {
        let parent = Int(getppid())
        let protections = Sandbox.enter(options)
        let calls =
            options.lacksFilter ? Call.deniedByLandlock(parent, protections) : Call.all(parent)
        var results = calls.map { ($0.name, $0.isAllowed) }
        if !options.lacksFilter { results += memory() }
        var lines = "protections \(protections.rawValue)\n"
        for (name, allowed) in results { lines += "\(name) \(allowed ? "ALLOWED" : "denied")\n" }
        let text = Array(lines.utf8)
        _ = write(output, text, text.count)
        return results.contains(where: \.1) ? 1 : 0
    }

    private static func memory() -> [(String, Bool)] {
        func mapped(_ length: Int, _ protection: Int32) -> UnsafeMutableRawPointer? {
            let found = mmap(nil, length, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            return found == MAP_FAILED ? nil : found
        }
        let plain = mapped(4096, PROT_READ | PROT_WRITE)
        return [
            ("executable-memory", mapped(4096, PROT_READ | PROT_EXEC) != nil),
            ("made-executable", mprotect(plain, 4096, PROT_READ | PROT_EXEC) == 0),
            ("memory-beyond-limit", mapped(64 << 30, PROT_READ | PROT_WRITE) != nil),
        ]
    }
}

extension SelfTest {
    /// A system call and harmless arguments: where it is let through it fails for them, or does
    /// nothing.
    struct Call {
        let name: String
        let arguments: [Int]

        init(_ name: String, _ arguments: Int...) {
            self.name = name
            self.arguments = arguments + Array(repeating: 0, count: 5 - arguments.count)
        }

        /// Whether the kernel did more than refuse the right to it.
        var isAllowed: Bool {
            let number = seccomp_syscall_resolve_name(name)
            guard number != __NR_SCMP_ERROR, number >= 0 else { return false }
            let code = vigil_try_call(
                Int(number), arguments[0], arguments[1], arguments[2], arguments[3], arguments[4])
            return ![EPERM, EACCES, ENOSYS].contains(code)
        }

        /// Everything that seccomp has to deny, by name.
        static func all(_ parent: Int) -> [Call] {
            onParent(parent) + files + others.map { Call($0) } + [
                Call("socket", Int(AF_INET), 1), Call("socket", Int(AF_UNIX), 1),
                Call("socket", Int(AF_NETLINK), 3), Call("clone", Int(SIGCHLD)),
                Call("setpgid", 0, parent), Call("memfd_create", 0), Call("setuid", -1),
            ]
        }

        /// Landlock denies every file, and signals to others where it can; it denies tracing the
        /// parent as well.
        static func deniedByLandlock(
            _ parent: Int, _ protections: DecoderHello.Protections
        ) -> [Call] {
            let signals = protections.contains(.signalScope) ? onParent(parent).prefix(3) : []
            return Array(signals) + [Call("open", path), Call("ptrace", 0x4206, parent)]
        }

        /// What would harm the worker: the first three are signals.
        private static func onParent(_ parent: Int) -> [Call] {
            [
                Call("kill", parent, 0), Call("tgkill", parent, parent, 0),
                Call("tkill", parent, 0), Call("kill", -1, 0), Call("tgkill", 1, 1, 0),
                Call("rt_sigqueueinfo", parent, 0), Call("rt_tgsigqueueinfo", parent, parent, 0),
                Call("pidfd_open", parent), Call("pidfd_send_signal", -1), Call("pidfd_getfd", -1),
                Call("process_vm_writev", parent), Call("process_vm_readv", parent),
                Call("ptrace", 0x4206 /* PTRACE_SEIZE */, parent), Call("kcmp", parent, parent),
                Call("prlimit64", parent, 7), Call("sched_setscheduler", parent),
                Call("sched_setparam", parent), Call("sched_setattr", parent),
                Call("sched_setaffinity", parent), Call("setpriority", 0, parent),
                Call("ioprio_set", 1, parent), Call("move_pages", parent),
                Call("migrate_pages", parent), Call("process_madvise", -1),
                Call("get_robust_list", parent),
            ]
        }

        private static let path = Int(bitPattern: strdup("/etc/passwd"))
        private static let newPath = Int(bitPattern: strdup("/tmp/vigil-self-test"))

        private static var files: [Call] {
            [
                Call("open", path), Call("openat", Int(AT_FDCWD), path), Call("access", path),
                Call("stat", path), Call("creat", newPath, 0o600), Call("mkdir", newPath),
                Call("unlink", newPath), Call("readlink", path), Call("truncate", newPath),
            ]
        }

        private static let others = [
            "execve", "execveat", "fork", "vfork", "clone3", "unshare", "setns", "openat2",
            "connect", "bind", "sendmsg", "sendto", "socketpair", "pipe2", "dup", "dup2", "fcntl",
            "ioctl", "prctl", "seccomp", "capset", "setresuid", "setgroups", "setrlimit", "mount",
            "umount2", "pivot_root", "chroot", "chdir", "rename", "link", "symlink", "chmod",
            "chown", "getdents64", "inotify_init1", "fanotify_init", "name_to_handle_at",
            "open_by_handle_at", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup",
            "shmget", "msgget", "semget", "mq_open", "keyctl", "add_key", "timer_create",
            "setitimer", "personality", "process_mrelease", "pwrite64", "writev", "sendfile",
            "splice", "vmsplice", "landlock_create_ruleset", "init_module", "kexec_load",
        ]
    }
}
