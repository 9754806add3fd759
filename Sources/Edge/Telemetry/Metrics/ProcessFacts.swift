internal import Files
internal import Glibc
internal import VigilCore

/// What Linux says about this process (proc(5), `/proc/self/stat` and `/proc/self/fd`).
struct ProcessFacts {
    var cpuSeconds: Double?
    var residentBytes: Double?
    var virtualBytes: Double?
    var openDescriptors: Double?
    var descriptorsMax: Double?
    var threads: Double?
    /// Seconds since the Unix epoch.
    var startTime: Double?

    /// Reads all of them; one that cannot be read is nil.
    static func read() -> ProcessFacts {
        var facts = ProcessFacts()
        facts.readStatus()
        facts.readDescriptors()
        return facts
    }

    private mutating func readStatus() {
        guard let stat = Self.text(of: "/proc/self/stat"), let paren = stat.lastIndex(of: ")")
        else { return }
        // The command's name may hold spaces and brackets; field 3 comes after its closing bracket.
        let fields = stat[stat.index(after: paren)...].split(separator: " ")
        func field(_ number: Int) -> Double? {
            fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil
        }
        let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
        if let user = field(14), let system = field(15) { cpuSeconds = (user + system) / ticks }
        threads = field(20)
        virtualBytes = field(23)
        residentBytes = field(24).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
        if let sinceBoot = field(22), let boot = Self.bootTime() {
            startTime = boot + sinceBoot / ticks
        }
    }

    private mutating func readDescriptors() {
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(7), &limit) == 0 {  // RLIMIT_NOFILE
            descriptorsMax = Double(limit.rlim_cur)
        }
        guard let folder = opendir("/proc/self/fd") else { return }
        defer { closedir(folder) }
        var count = -3.0  // ".", ".." and the folder's own descriptor
        while readdir(folder) != nil { count += 1 }
        openDescriptors = max(0, count)
    }

    /// When the machine started, in seconds since the Unix epoch.
    private static func bootTime() -> Double? {
        let line = text(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst("btime ".count)) }
    }

    /// The first 256 KB of a kernel file, read whole, for such a file has no size.
    private static func text(of path: String) -> String? {
        (try? FileHead.read(path, bytesMax: 256 * 1024)).map { String(decoding: $0, as: UTF8.self) }
    }
}
