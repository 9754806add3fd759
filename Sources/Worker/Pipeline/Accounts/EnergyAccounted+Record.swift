internal import Telemetry
internal import VigilCore

extension EnergyAccounted {
    /// The event of a window's record.
    init(_ record: EnergyRecord) {
        var (studies, idle) = (0, record.reading.joules)
        if case .interval(let interval) = record.subject {
            studies = interval.studies
            idle = max(.zero, record.reading.joules - (interval.active ?? .zero))
        }
        self.init(
            studies: studies, decode: record.stages?.decode ?? .zero,
            inference: record.stages?.inference ?? .zero,
            publish: record.stages?.publish ?? .zero, idle: idle, method: record.reading.method,
            carbon: record.carbon.map {
                Carbon(
                    grams: $0.grams + $0.embodied, gramsPerStudy: $0.sci,
                    intensity: $0.intensity, source: SafeText(fixedMessage: $0.source),
                    zone: SafeText(operatorProvided: $0.zone), isStale: $0.isStale)
            })
    }
}
