internal import Synchronization
package import VigilCore

/// Opens and reads events of the kernel's performance monitoring, behind a protocol so that a test
/// can make its own.
package protocol PerfEvents: Sendable {
    /// A descriptor that counts an event on a processor for all tasks, or the error number.
    func open(type: UInt32, config: UInt64, processor: Int32) throws(FileFault) -> Int32
    /// The count so far; nil when it cannot be read.
    func read(_ descriptor: Int32) -> UInt64?
    /// Ends counting.
    func close(_ descriptor: Int32)
}

/// The processor's energy through the kernel's `power` events (perf_event_open(2)): the packages,
/// and memory where it is told. For machines whose administrator allows perf and not powercap.
package final class PerfCounters: EnergyCounters {
    /// Where Linux keeps the description of the events.
    package static let systemPath = "/sys/bus/event_source/devices/power"

    package let method = EnergyMethod.perf
    package let zones: [String]
    package let showsMemory: Bool
    package let summary: SafeText
    /// The same counters as powercap's.
    package let updatePeriod = 0.001
    package let refreshPeriod: Duration? = nil

    private struct Event {
        let label: String
        let descriptor: Int32
        let joulesPerCount: Double
        let isMemory: Bool
    }

    private struct State {
        var last: [UInt64?]
        var time: MonotonicTime
        var totals = CounterTotals()
    }

    private let events: [Event]
    private let perf: any PerfEvents
    private let clock: any VigilClock
    private let state: Mutex<State>

    /// Opens the events; the package's must be there.
    package init(
        path: String = systemPath, files: any EnergyFiles, perf: any PerfEvents,
        clock: any VigilClock
    ) throws(EnergyError) {
        func head(_ name: String) -> [UInt8]? { try? files.head(of: "\(path)/\(name)") }
        guard let type = head("type").flatMap({ FileNumber.whole($0) }),
            let mask = head("cpumask"), let type = UInt32(exactly: type)
        else { throw .noCounters(.noPerf) }
        let processors = String(decoding: mask, as: UTF8.self).trimmed.split(separator: ",")
            .compactMap { Int32($0) }
        var events: [Event] = []
        do throws(FileFault) {
            for (name, label) in [("energy-pkg", "package"), ("energy-ram", "dram")] {
                guard let config = head("events/\(name)").flatMap({ Self.config($0) }),
                    let scale = head("events/\(name).scale").flatMap({ FileNumber.real($0) }),
                    scale > 0, scale < 1
                else { continue }
                for (socket, processor) in processors.enumerated() {
                    events.append(
                        Event(
                            label: "\(label)-\(socket)",
                            descriptor: try perf.open(
                                type: type, config: config, processor: processor),
                            joulesPerCount: scale, isMemory: label == "dram"))
                }
            }
        } catch {
            for event in events { perf.close(event.descriptor) }
            throw .noCounters(error == .permission ? .perfPermission : .noPerf)
        }
        guard events.contains(where: { !$0.isMemory }) else {
            for event in events { perf.close(event.descriptor) }
            throw .noCounters(.noPerf)
        }
        self.events = events
        self.perf = perf
        self.clock = clock
        zones = events.map(\.label)
        showsMemory = events.contains { $0.isMemory }
        summary = "Perf energy events of \(events.count) zones"
        state = Mutex(
            State(last: events.map { perf.read($0.descriptor) }, time: clock.monotonic()))
    }

    deinit {
        for event in events { perf.close(event.descriptor) }
    }

    package func refresh() {}

    package func totals() -> CounterTotals {
        state.withLock { state in
            let now = clock.monotonic()
            let elapsed = (now - state.time).seconds
            state.time = now
            for (index, event) in events.enumerated() {
                let value = perf.read(event.descriptor)
                let last = state.last[index]
                state.last[index] = value
                // The kernel widens the counters to 64 bits, which do not wrap.
                guard let value, let last, value >= last,
                    case let gained = Double(value - last) * event.joulesPerCount * 1e6,
                    gained < Double(UInt64.max >> 8),
                    EnergyBounds.isPlausible(
                        microjoules: UInt64(gained), seconds: elapsed,
                        watts: EnergyBounds.maximumWatts)
                else {
                    state.totals.faults &+= 1
                    continue
                }
                state.totals.all &+= UInt64(gained)
                if event.isMemory { state.totals.memory &+= UInt64(gained) }
            }
            return state.totals
        }
    }

    /// The number in `event=0x02`.
    private static func config(_ bytes: [UInt8]) -> UInt64? {
        let text = String(decoding: bytes, as: UTF8.self).trimmed
        guard text.hasPrefix("event=0x") else { return nil }
        return UInt64(text.dropFirst(8), radix: 16)
    }
}
