internal import Processes
package import VigilCore

/// Which method the operator wants.
package enum EnergyChoice: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// The best source that can be read: RAPL, then perf, then hwmon, else an estimate; the
    /// start-up event says which, and why not the others.
    case auto
    /// RAPL counters, or the worker does not start; so for the next three.
    case rapl
    case perf
    case hwmon
    case http
    /// Estimated.
    case model
    /// Not known at all.
    case none
}

/// Where the sources are, and what a test puts in their place.
package struct EnergySources: Sendable {
    package var powercap = PowercapTree.systemPath
    package var scope = PowercapTree.Scope.processor
    package var perf = PerfCounters.systemPath
    package var perfEvents: any PerfEvents = SystemPerfEvents()
    package var hwmon = HwmonPower.systemPath
    package var hwmonName = HwmonPower.acpiName
    /// The plug; nil when none is set.
    package var plug: HTTPPower?
    package var files: any EnergyFiles = SystemEnergyFiles()

    package init() {}
}

/// Picks the meter.
package enum EnergyMeters {
    /// The meter for a choice. Its ``EnergyMeter/basis`` says why it was picked.
    ///
    /// - Parameter model: nil takes the figures of this machine's family of processors.
    package static func detect(
        _ choice: EnergyChoice = .auto, model: PowerModel? = nil,
        sources: EnergySources = EnergySources(), clock: any VigilClock = SystemClock(),
        times: any ProcessorTimes = SystemProcessorTimes()
    ) throws(EnergyError) -> any EnergyMeter {
        let files = sources.files
        let model = model ?? PowerModel.ofThisMachine(files: files)
        func estimate(_ reason: SafeText) -> ModelMeter {
            ModelMeter(model: model, reason: reason, clock: clock, times: times, files: files)
        }
        func measured(_ counters: any EnergyCounters, _ passedOver: SafeText = "") -> CounterMeter {
            CounterMeter(
                counters: counters, passedOver: passedOver,
                fallback: estimate("The source failed"))
        }
        switch choice {
        case .none: return NoMeter(clock: clock, times: times)
        case .model: return estimate("Estimation is set")
        case .rapl, .perf, .hwmon, .http:
            return measured(try counters(choice, sources, clock))
        case .auto:
            var reasons: SafeText = ""
            for source in [EnergyChoice.rapl, .perf, .hwmon] {
                do throws(EnergyError) {
                    return measured(try counters(source, sources, clock), reasons)
                } catch {
                    guard case .noCounters(let obstacle) = error else { continue }
                    reasons = reasons.text.isEmpty ? "\(obstacle)" : "\(reasons); \(obstacle)"
                }
            }
            return estimate("Energy cannot be measured: \(reasons)")
        }
    }

    private static func counters(
        _ choice: EnergyChoice, _ sources: EnergySources, _ clock: any VigilClock
    ) throws(EnergyError) -> any EnergyCounters {
        switch choice {
        case .perf:
            return try PerfCounters(
                path: sources.perf, files: sources.files, perf: sources.perfEvents, clock: clock)
        case .hwmon:
            return PowerCounters(
                source: try HwmonPower.open(
                    sources.hwmon, name: sources.hwmonName, files: sources.files), clock: clock)
        case .http:
            guard let plug = sources.plug else { throw .noCounters(.noURL) }
            guard plug.watts() != nil else { throw .noCounters(.noAnswer) }
            return PowerCounters(source: plug, clock: clock)
        default:
            return PowercapCounters(
                tree: try PowercapTree.open(
                    sources.powercap, scope: sources.scope, files: sources.files), clock: clock)
        }
    }
}

/// Knows nothing of energy, and says so.
package struct NoMeter: EnergyMeter {
    package let method = EnergyMethod.none
    package let basis: SafeText = "Energy is switched off"
    package let refreshPeriod: Duration? = nil

    private let clock: any VigilClock
    private let times: any ProcessorTimes

    package init(clock: any VigilClock, times: any ProcessorTimes) {
        self.clock = clock
        self.times = times
    }

    package func begin() -> EnergyMark {
        EnergyMark(
            time: clock.monotonic(), own: times.own(), decoders: times.decoders(), machine: nil,
            frequency: nil, counters: nil, resident: 0)
    }

    package func end(_ mark: EnergyMark) -> EnergyMeasurement {
        let span = MeteredSpan(from: mark, to: begin())
        return EnergyMeasurement(
            reading: EnergyReading(
                joules: .zero, low: .zero, high: .zero, method: .none, zones: [],
                duration: span.duration),
            machine: nil, cpuShare: nil, cpuTime: span.own, decoderTime: span.decoders,
            memory: nil, basis: basis)
    }

    package func refresh() {}
}
