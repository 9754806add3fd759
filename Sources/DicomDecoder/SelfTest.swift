internal import DecoderProtocol

#if canImport(Glibc)
    internal import Glibc
#endif

/// Tries, from inside the closed sandbox, what a hostile file might want, and tells the outcome.
///
/// Standard output gets one line an attempt, `NAME denied` or `NAME ALLOWED`, after one line with
/// the protections. The exit code is 0 when every attempt was denied, else 1.
enum SelfTest {
    static func run(_ protections: DecoderHello.Protections) -> Int32 {
        var lines = "protections \(protections.rawValue)\n"
        var breaches: Int32 = 0
        for (name, allowed) in attempts() {
            lines += "\(name) \(allowed ? "ALLOWED" : "denied")\n"
            if allowed { breaches += 1 }
        }
        let text = Array(lines.utf8)
        _ = write(1, text, text.count)
        return breaches == 0 ? 0 : 1
    }

    private static func attempts() -> [(String, Bool)] {
        func mapped(_ length: Int, _ protection: Int32) -> Bool {
            mmap(nil, length, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
        }
        let stream = Int32(SOCK_STREAM.rawValue)
        return [
            ("open-file", open("/etc/passwd", O_RDONLY) >= 0),
            ("create-file", creat("/tmp/vigil-self-test", 0o600) >= 0),
            ("inet-socket", socket(AF_INET, stream, 0) >= 0),
            ("unix-socket", socket(AF_UNIX, stream, 0) >= 0),
            ("netlink-socket", socket(AF_NETLINK, Int32(SOCK_RAW.rawValue), 0) >= 0),
            ("new-process", spawned()),
            ("signal-parent", kill(getppid(), 0) == 0),
            ("stat-file", access("/etc/passwd", R_OK) == 0),
            ("executable-memory", mapped(4096, PROT_READ | PROT_EXEC)),
            ("memory-beyond-limit", mapped(64 << 30, PROT_READ | PROT_WRITE)),
        ]
    }

    private static func spawned() -> Bool {
        var process = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [nil]
        return posix_spawn(&process, "/bin/true", nil, nil, &arguments, nil) == 0
    }
}
