/// The options of the Basic Application Level Confidentiality Profile (PS3.15 annex E.3) that are
/// carried out, by the words of the command's options.
package enum ConfidentialityOption: String, CaseIterable, Sendable, Hashable {
    case cleanGraphics = "graphics"
    case cleanStructuredContent = "structured-content"
    case cleanDescriptors = "descriptors"
    case retainFullDates = "full-dates"
    case retainModifiedDates = "modified-dates"
    case retainPatientCharacteristics = "patient-characteristics"
    case retainDeviceIdentity = "device-identity"
    case retainUIDs = "uids"
    case retainSafePrivate = "safe-private"
    case retainInstitutionIdentity = "institution-identity"

    /// Those that the command takes behind `--clean`.
    package static let cleaning: [ConfidentialityOption] = [
        .cleanDescriptors, .cleanStructuredContent, .cleanGraphics,
    ]

    /// Those that the command takes behind `--retain`.
    package static let retaining = allCases.filter { !cleaning.contains($0) }

    /// Its code and meaning in CID 7050 of PS3.16.
    var code: (value: String, meaning: String) {
        switch self {
        case .cleanGraphics: ("113103", "Clean Graphics Option")
        case .cleanStructuredContent: ("113104", "Clean Structured Content Option")
        case .cleanDescriptors: ("113105", "Clean Descriptors Option")
        case .retainFullDates:
            ("113106", "Retain Longitudinal Temporal Information Full Dates Option")
        case .retainModifiedDates:
            ("113107", "Retain Longitudinal Temporal Information Modified Dates Option")
        case .retainPatientCharacteristics: ("113108", "Retain Patient Characteristics Option")
        case .retainDeviceIdentity: ("113109", "Retain Device Identity Option")
        case .retainUIDs: ("113110", "Retain UIDs Option")
        case .retainSafePrivate: ("113111", "Retain Safe Private Option")
        case .retainInstitutionIdentity: ("113112", "Retain Institution Identity Option")
        }
    }

    /// The letter of its column in ``ConfidentialityTable``: as it is where the column says K,
    /// small where it says C. Nil for private attributes, which are no row.
    var letter: Character? {
        switch self {
        case .cleanGraphics: "G"
        case .cleanStructuredContent: "S"
        case .cleanDescriptors: "T"
        case .retainFullDates: "F"
        case .retainModifiedDates: "M"
        case .retainPatientCharacteristics: "P"
        case .retainDeviceIdentity: "D"
        case .retainUIDs: "U"
        case .retainInstitutionIdentity: "I"
        case .retainSafePrivate: nil
        }
    }
}
