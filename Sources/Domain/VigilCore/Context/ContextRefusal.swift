/// Why something said of a patient is not used. A closed list: each is counted, none is dropped in
/// silence.
package enum ContextRefusal: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// The record is no CloudEvents event of a version that is read, or its JSON is no JSON.
    case unreadable
    case tooLarge = "too_large"
    /// The key is not a patient's pseudonym, a slash and an identifier.
    case noPatient = "no_patient"
    /// The record names another patient than its key.
    case otherPatient = "other_patient"
    /// A resource of a bundle has no identifier to be corrected or taken back by.
    case noIdentifier = "no_identifier"
    /// A member is missing, or of another type than its schema says.
    case malformed
    /// A resource of FHIR that says nothing that is read.
    case otherResource = "other_resource"
    /// No code of the observation, condition or reason is known.
    case unknownCode = "unknown_code"
    /// A reason or condition in words alone. Words are not read.
    case noCode = "no_code"
    case unknownUnit = "unknown_unit"
    /// There is no number, or the result is registered and not there yet.
    case noValue = "no_value"
    /// No living patient has this value, in the unit that is stated.
    case impossibleValue = "impossible_value"
    /// There is no time, or none to the second.
    case noTime = "no_time"
    /// It is later than its record.
    case inFuture = "in_future"
    /// The status is unknown, or none of FHIR's.
    case unknownStatus = "unknown_status"
    /// A condition that is no longer, or was never confirmed.
    case notActive = "not_active"
    /// The table is full.
    case crowded
}
