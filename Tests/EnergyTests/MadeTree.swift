import Energy
import FileKit
import Synchronization
import Testing
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// A powercap tree in a folder of its own, removed with this object.
final class MadeTree: Sendable {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    var path: String { folder.path }

    /// Makes or changes a zone; nil leaves a file out.
    func set(
        _ zone: String, name: String? = nil, range: String? = nil, energy: String? = nil
    ) throws {
        mkdir("\(path)/\(zone)", 0o755)
        for (file, text) in [
            ("name", name), ("max_energy_range_uj", range), ("energy_uj", energy),
        ] {
            guard let text else { continue }
            try self.file(zone, file, text)
        }
    }

    func removeFile(_ name: String) { unlink("\(path)/\(name)") }

    /// One package of 1 J range at 0.25 J, and whatever must not be counted.
    static func usual() throws -> MadeTree {
        let tree = try MadeTree()
        try tree.set("intel-rapl", name: nil)
        try tree.set("intel-rapl:0", name: "package-0", range: "1000000", energy: "250000")
        try tree.set("intel-rapl:0:0", name: "core", range: "1000000", energy: "1")
        try tree.set("intel-rapl:0:1", name: "uncore", range: "1000000", energy: "1")
        try tree.set("intel-rapl:1", name: "psys", range: "1000000", energy: "1")
        try tree.set("intel-rapl-mmio:0", name: "package-0", range: "1000000", energy: "1")
        try tree.set("dtpm", name: "package-9", range: "1000000", energy: "1")
        return tree
    }

    /// The tree as the only source there is.
    static func sources(
        _ path: String, _ files: any EnergyFiles = SystemEnergyFiles()
    ) -> EnergySources {
        var sources = EnergySources()
        sources.powercap = path
        sources.perf = "/nonexistent/perf"
        sources.hwmon = "/nonexistent/hwmon"
        sources.files = files
        return sources
    }

    /// Writes any file one folder deep.
    func file(_ folder: String, _ name: String, _ text: String) throws {
        try self.folder.write("\(folder)/\(name)", Array((text + "\n").utf8))
    }
}

/// A clock and processor times that a test turns by hand.
final class HandTurned: VigilClock, ProcessorTimes {
    private struct State {
        var now: Int64 = 1_000_000_000
        var own = Duration.zero
        var decoders = Duration.zero
        var machine: MachineTimes? = MachineTimes(busy: .zero, total: .zero)
    }

    private let state = Mutex(State())

    func monotonic() -> MonotonicTime {
        state.withLock { MonotonicTime(nanoseconds: $0.now) }
    }
    func wall() -> Timestamp { Timestamp(microseconds: 0) }
    func own() -> Duration { state.withLock { $0.own } }
    func decoders() -> Duration { state.withLock { $0.decoders } }
    func machine() -> MachineTimes? { state.withLock { $0.machine } }

    /// Lets time pass in which this process and the machine worked.
    func pass(
        seconds: Double, own: Double, busy: Double, total: Double, decoders: Double = 0
    ) {
        state.withLock { state in
            state.now += Int64(seconds * 1e9)
            state.own += .seconds(own)
            state.decoders += .seconds(decoders)
            if let machine = state.machine {
                state.machine = MachineTimes(
                    busy: machine.busy + .seconds(busy), total: machine.total + .seconds(total))
            }
        }
    }

    func hideMachine() { state.withLock { $0.machine = nil } }
}

/// The system's files, but some paths are refused.
struct RefusingFiles: EnergyFiles {
    let suffix: String
    let fault: FileFault
    private let system = SystemEnergyFiles()

    init(suffix: String, fault: FileFault) {
        self.suffix = suffix
        self.fault = fault
    }

    func entries(of directory: String) throws(FileFault) -> [String] {
        if directory.hasSuffix(suffix) { throw fault }
        return try system.entries(of: directory)
    }

    func head(of path: String) throws(FileFault) -> [UInt8] {
        if path.hasSuffix(suffix) { throw fault }
        return try system.head(of: path)
    }
}
