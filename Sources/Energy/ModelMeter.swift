package import VigilCore

/// Estimates energy from processor time and resident memory by a stated ``PowerModel``.
package struct ModelMeter: EnergyMeter {
    package let method = EnergyMethod.model
    package let basis: SafeText

    private let model: PowerModel
    private let clock: any VigilClock
    private let times: any ProcessorTimes
    private let files: any EnergyFiles

    /// - Parameter reason: why there is an estimate and no measurement; begins the ``basis``.
    package init(
        model: PowerModel, reason: SafeText, clock: any VigilClock, times: any ProcessorTimes,
        files: any EnergyFiles
    ) {
        self.model = model
        self.clock = clock
        self.times = times
        self.files = files
        let (cpu, memory) = (model.processor, model.memory)
        basis = """
            \(reason). Estimate: \(cpu.value) W (\(cpu.low) to \(cpu.high)) for each busy logical \
            processor and \(memory.value) W (\(memory.low) to \(memory.high)) for each GiB resident
            """
    }

    package func begin() -> EnergyMark {
        EnergyMark(
            time: clock.monotonic(), own: times.own(), machine: times.machine(), counters: nil)
    }

    package func end(_ mark: EnergyMark) -> EnergyMeasurement {
        let span = Span(from: mark, to: begin())
        return measure(span, basis: basis)
    }

    /// The estimate for a span.
    func measure(_ span: Span, basis: SafeText) -> EnergyMeasurement {
        let gibibyteSeconds = residentGiB() * span.duration.seconds
        let cpuSeconds = span.own.seconds
        func joules(_ watts: (PowerRange) -> Double) -> Joules {
            Joules(
                watts(model.processor) * cpuSeconds + watts(model.memory) * gibibyteSeconds)
        }
        return EnergyMeasurement(
            reading: EnergyReading(
                joules: joules(\.value), low: joules(\.low), high: joules(\.high), method: .model,
                zones: [], duration: span.duration),
            machine: nil, cpuShare: span.share, cpuTime: span.own,
            memory: Joules(model.memory.value * gibibyteSeconds), basis: basis)
    }

    /// Resident memory by the second field of `/proc/self/statm` (proc(5)), in pages of 4 KiB; 0
    /// where that cannot be read.
    private func residentGiB() -> Double {
        guard let bytes = try? files.head(of: "/proc/self/statm") else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count >= 2, let pages = UInt32(fields[1]) else { return 0 }
        return Double(pages) * 4096 / 1_073_741_824
    }
}
