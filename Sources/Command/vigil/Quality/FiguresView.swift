import KafkaTransport
import Quality
import VigilCore

/// How often findings were right, told apart by one trait at most.
struct FiguresView: QualityView {
    var reading: QualityReading
    let grouping: StudyGrouping?
    let telling: QualityFigures.Telling

    var topics: [String] { reading.topics }

    mutating func take(_ record: InboundRecord) { reading.take(record) }

    mutating func show(isJSON: Bool, partitions: [TopicPartition]) -> ExitCode {
        QualityReport(reading, by: grouping, telling).show(isJSON: isJSON)
        return .ok
    }
}

/// How groups of studies differ.
struct FairnessView: QualityView {
    var reading: QualityReading
    let grouping: StudyGrouping
    let telling: QualityFigures.Telling

    var topics: [String] { reading.topics }

    mutating func take(_ record: InboundRecord) { reading.take(record) }

    /// A priority below what was ordered is a fault, and the command ends with it.
    mutating func show(isJSON: Bool, partitions: [TopicPartition]) -> ExitCode {
        let report = FairnessReport(reading, by: grouping, telling)
        report.show(isJSON: isJSON)
        return report.isFaulty ? .dataError : .ok
    }
}
