/// Why a record of the topic of alarms is not what it should be. Whatever it is, nothing is
/// answered by it that was not before.
package enum AlarmRefusal: String, Sendable, Hashable, CaseIterable, SafeToLog, Error {
    /// It is no alarm that can be read: it counts as one against every calibration.
    case alarmUnreadable = "alarm_unreadable"
    /// The same of one without a value: an alarm cannot be taken back by removing it.
    case alarmRemoved = "alarm_removed"
    /// More alarms stand there than are remembered: every calibration counts as alarmed.
    case crowded
    /// It is no signed envelope, or what was signed clears nothing of a known version. The alarm
    /// stands, as it does with all that follow.
    case clearanceUnreadable = "clearance_unreadable"
    case clearanceRemoved = "clearance_removed"
    case unsigned
    case wrongSignature = "wrong_signature"
    case unknownKey = "unknown_key"
    /// It was signed as something else.
    case otherPayload = "other_payload"
    /// It was signed of another alarm than its key names.
    case otherAlarm = "other_alarm"
}
