internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// How long processors worked, behind a protocol so that a simulation can turn them.
package protocol ProcessorTimes: Sendable {
    /// Processor time of this process and its decoders since some start.
    func own() -> Duration
    /// The part of ``own()`` that reading studies took: code without the model's instructions.
    func decoders() -> Duration
    /// Processor time of the whole machine since some start; nil where the system does not tell.
    func machine() -> MachineTimes?
}

/// Time of all processors together since some start.
package struct MachineTimes: Sendable, Hashable {
    /// Spent working, for any process or the kernel.
    package let busy: Duration
    /// Spent working or idle.
    package let total: Duration

    package init(busy: Duration, total: Duration) {
        self.busy = busy
        self.total = total
    }
}

/// The times that Linux keeps: `CLOCK_PROCESS_CPUTIME_ID` and `/proc/stat`.
package struct SystemProcessorTimes: ProcessorTimes {
    private let files: any EnergyFiles
    private let children: @Sendable () -> Duration
    private let helpers: @Sendable () -> Duration

    /// - Parameters:
    ///   - children: the processor time of all decoder processes so far, running or ended; it must
    ///     never go down.
    ///   - helpers: that of this process's own threads while they read studies; the same holds.
    package init(
        files: any EnergyFiles = SystemEnergyFiles(),
        children: @escaping @Sendable () -> Duration = { .zero },
        helpers: @escaping @Sendable () -> Duration = { .zero }
    ) {
        self.files = files
        self.children = children
        self.helpers = helpers
    }

    /// Processor time of the calling thread so far.
    package static func thread() -> Duration { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    package func own() -> Duration {
        Self.read(CLOCK_PROCESS_CPUTIME_ID) + children()
    }

    package func decoders() -> Duration { children() + helpers() }

    package func machine() -> MachineTimes? {
        guard let bytes = try? files.head(of: "/proc/stat") else { return nil }
        return Self.parse(bytes, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Reads the first line of `/proc/stat` (proc(5)): user, nice, system, idle, iowait, irq,
    /// softirq and more. Time that a hypervisor gave to others (steal) is nobody's here.
    static func parse(_ bytes: [UInt8], ticksPerSecond: Int) -> MachineTimes? {
        let line = String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
        let fields = line.split(separator: " ")
        guard fields.first == "cpu", fields.count >= 8, ticksPerSecond > 0 else { return nil }
        var ticks: [Int64] = []
        for field in fields.dropFirst().prefix(7) {
            guard let value = Int64(field), (0...1 << 52).contains(value) else { return nil }
            ticks.append(value)
        }
        let idle = ticks[3] + ticks[4]
        let total = ticks.reduce(0, +)
        func duration(_ ticks: Int64) -> Duration {
            .seconds(Double(ticks) / Double(ticksPerSecond))
        }
        return MachineTimes(busy: duration(total - idle), total: duration(total))
    }
}
