internal import VigilCore

/// What became of one result or order of a message. A closed list: each is counted.
package enum HL7Part: String, Sendable, CaseIterable, SafeToLog {
    /// A value goes on, or one in the place of an earlier one, or an earlier one is taken back.
    case result
    case correction
    case takenBack = "taken_back"
    /// A study's order rises.
    case raised
    /// There is no number of the authority that is asked for, or several.
    case noPatient = "no_patient"
    /// A code of no table that is read, or of something that nobody uses.
    case unknownCode = "unknown_code"
    /// Of a type other than NM and SN.
    case otherType = "other_type"
    /// No number, several, or a range.
    case noValue = "no_value"
    case noUnit = "no_unit"
    /// No time, a day alone, or a time of no known zone.
    case noTime = "no_time"
    /// Registered, or of a status that is unknown.
    case noResult = "no_result"
    /// The order names no study, or not by a UID.
    case noStudy = "no_study"
    /// The order is ended, held back or only answered.
    case notOrdered = "not_ordered"
    /// It asks for nothing sooner than routine, and nothing is lowered here.
    case notRaised = "not_raised"
    case unknownPriority = "unknown_priority"

    package var safeText: String { rawValue }
}
