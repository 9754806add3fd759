package import VigilCore

/// Which method the operator wants.
package enum EnergyChoice: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// Measured if the counters are readable, else estimated; the start-up event says which and
    /// why.
    case auto
    /// Measured, or the worker does not start.
    case rapl
    /// Estimated.
    case model
    /// Not known at all.
    case none
}

/// Picks the meter.
package enum EnergyMeters {
    /// The meter for a choice. Its ``EnergyMeter/basis`` says why it was picked.
    ///
    /// - Parameter path: the powercap directory.
    package static func detect(
        _ choice: EnergyChoice = .auto, model: PowerModel = PowerModel(),
        powercap path: String = PowercapTree.systemPath, clock: any VigilClock = SystemClock(),
        times: any ProcessorTimes = SystemProcessorTimes(),
        files: any EnergyFiles = SystemEnergyFiles()
    ) throws(EnergyError) -> any EnergyMeter {
        func estimate(_ reason: SafeText) -> ModelMeter {
            ModelMeter(model: model, reason: reason, clock: clock, times: times, files: files)
        }
        switch choice {
        case .none: return NoMeter(clock: clock, times: times)
        case .model: return estimate("Estimation is set")
        case .auto, .rapl:
            do {
                let tree = try PowercapTree.open(path, files: files)
                return RaplMeter(
                    tree: tree, clock: clock, times: times,
                    fallback: estimate("The counters failed"))
            } catch {
                if choice == .rapl { throw error }
                return estimate(error.what)
            }
        }
    }
}

/// Knows nothing of energy, and says so.
package struct NoMeter: EnergyMeter {
    package let method = EnergyMethod.none
    package let basis: SafeText = "Energy is switched off"

    private let clock: any VigilClock
    private let times: any ProcessorTimes

    package init(clock: any VigilClock, times: any ProcessorTimes) {
        self.clock = clock
        self.times = times
    }

    package func begin() -> EnergyMark {
        EnergyMark(time: clock.monotonic(), own: times.own(), machine: nil, counters: nil)
    }

    package func end(_ mark: EnergyMark) -> EnergyMeasurement {
        let span = Span(from: mark, to: begin())
        return EnergyMeasurement(
            reading: EnergyReading(
                joules: .zero, low: .zero, high: .zero, method: .none, zones: [],
                duration: span.duration),
            machine: nil, cpuShare: nil, cpuTime: span.own, memory: nil, basis: basis)
    }
}
