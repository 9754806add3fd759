internal import DecoderProtocol
internal import Sandboxing

#if canImport(Glibc)
    internal import Glibc
#endif

/// Becomes a site's own generator of reports, with less right than whoever started it: no network,
/// no change of any file, no other process, and of files its own folder and the system's programs
/// alone. Reads from descriptor 0 and writes to 1, which the worker gave it.
@main
enum Command {
    /// How far it stands behind the worker's own threads.
    private static let niceness: Int32 = 10
    /// Processor time over its life: a backstop, since each answer has a deadline.
    private static let processorSeconds: UInt64 = 86_400
    /// What programs need of the system to run.
    private static let system = [
        "/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/zero",
        "/dev/urandom",
    ]
    /// Without these nothing is run.
    private static let needed: DecoderHello.Protections = [
        .resourceLimits, .noNewPrivileges, .seccomp, .parentDeathSignal,
    ]

    static func main() {
        guard let (options, program) = parse(CommandLine.arguments.dropFirst()) else { exit(64) }
        guard let slash = program.lastIndex(of: "/") else { exit(64) }
        var confined = options
        let folder = slash == program.startIndex ? "/" : String(program[..<slash])
        guard chdir(folder) == 0 else { exit(66) }
        confined.processorSeconds = processorSeconds
        confined.tenant = .program(reads: system + [folder])
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
        guard Sandbox.enter(confined).isSuperset(of: needed) else { exit(77) }
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(program), nil]
        execv(program, &words)
        exit(126)
    }

    /// Reads `BYTES USER PROGRAM`: the address space, whom to become where this is root, and the
    /// program by its whole path; nil when anything else is there.
    private static func parse(
        _ arguments: ArraySlice<String>
    ) -> (options: Sandbox.Options, program: String)? {
        let words = Array(arguments)
        guard words.count == 3, let memory = UInt64(words[0]), memory > 0,
            let user = UInt32(words[1]), user > 0, user < .max, words[2].hasPrefix("/")
        else { return nil }
        var options = Sandbox.Options()
        options.memory = memory
        options.user = user
        return (options, words[2])
    }
}
