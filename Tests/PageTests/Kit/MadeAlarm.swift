import Control
import VigilCore

/// An alarm, and what a person decides of it.
enum MadeAlarm {
    static let calibration = Digest(of: [7])
    static let alarm = QualityAlarm(
        stream: QualityAlarm.Stream(
            group: "view=PA", quantity: "score", code: "pneumothorax"),
        evidence: QualityAlarm.Evidence(value: 9000, bound: 4000, level: 0.05, studies: 900),
        since: MadeRecord.time, at: MadeRecord.time, calibrations: [calibration])

    /// That a person clears it.
    static func clearance(of sent: OutboundRecord, at offset: Int64) -> AlarmClearance {
        AlarmClearance(
            alarm: QualityAlarm.id(of: alarm.stream), record: Digest(of: sent.value ?? []),
            offset: offset, issued: MadeRecord.time, reason: "a test")
    }
}
