internal import Settings
internal import VigilCore

/// What a role that listens for DICOM does with what comes.
struct ListenSettings: Sendable {
    /// Where objects are written.
    let folder: String
    /// Who may call; nil: anybody.
    let callers: [String]?
    /// Whose results are to count for the studies.
    let patients: PatientNumbers
    /// For how long nothing of a study may have come before it is told of.
    let quiet: Duration
    /// Which order the study's events state.
    let priority: Priority
    /// Served at a time.
    let associationsMax: Int
    /// Of one object.
    let bytesMax: Int

    static let names = [
        "folder", "calling-titles", "patient-issuer", "quiet-seconds", "priority",
        "associations-max", "object-mb-max",
    ]

    init(_ role: SectionReader) throws(SectionError) {
        folder = try role.required("folder")
        guard folder.hasPrefix("/"), !folder.hasSuffix("/"), folder.utf8.count <= 512 else {
            throw role.refused("folder", "an absolute path without a slash at its end")
        }
        guard let titles = try role.texts("calling-titles"), !titles.isEmpty else {
            throw .missing("calling-titles", at: role.place)
        }
        callers = titles == ["*"] ? nil : titles
        guard titles == ["*"] || titles.allSatisfy({ DicomPlace.isTitle($0) }) else {
            throw role.refused("calling-titles", "titles of 1 to 16 characters, or '*' for anybody")
        }
        patients = PatientNumbers(issuer: try role.text("patient-issuer"))
        quiet = try role.seconds("quiet-seconds", in: 0.1...3600) ?? .seconds(10)
        // An image does not say how soon it must be read, and a guess may hide an emergency.
        guard let priority = Priority(rawValue: try role.required("priority")) else {
            throw role.refused("priority", "stat, urgent, asap or routine")
        }
        self.priority = priority
        associationsMax = Int(try role.number("associations-max", in: 1...256) ?? 16)
        bytesMax = Int(try role.number("object-mb-max", in: 1...65_536) ?? 2048) << 20
    }
}
