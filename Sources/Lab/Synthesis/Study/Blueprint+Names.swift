internal import VigilCore

/// Dates, numbers and titles of a study.
extension Blueprint {
    /// Microseconds of 2026-01-01.
    private static let epoch: Int64 = 1_767_225_600_000_000

    /// When it was taken.
    package var taken: String {
        Timestamp(
            microseconds: Self.epoch + (Int64(moment.day) * 86_400 + Int64(moment.second))
                * 1_000_000
        ).description
    }

    /// The date in DICOM's form.
    var date: String { String(taken.prefix(10).filter { $0 != "-" }) }

    /// The time in DICOM's form.
    var time: String { String(taken.dropFirst(11).prefix(8).filter { $0 != ":" }) }

    /// The first of July of the year that fits the age.
    var birthDate: String {
        let year = (Int(date.prefix(4)) ?? 2026) - patient.age - 1
        return "\(year)0701"
    }

    /// The accession number.
    var accession: String { "A\(uid("accession").suffix(12))" }

    /// What was done.
    var description: String {
        switch kind {
        case .radiograph: "Chest radiograph"
        case .chestCT: "CT chest"
        case .headCT: "CT head"
        }
    }

    /// DICOM's code of what it was taken with.
    package var modality: String {
        kind == .radiograph ? (technique.look.isPlate ? "CR" : "DX") : "CT"
    }

    /// The SOP class of its images.
    var storageClass: String {
        switch modality {
        case "CR": "1.2.840.10008.5.1.4.1.1.1"
        case "DX": "1.2.840.10008.5.1.4.1.1.1.1"
        default: "1.2.840.10008.5.1.4.1.1.2"
        }
    }

    /// The maker's name, for subgroups.
    package var maker: String { kind == .radiograph ? technique.look.name : "Vigil Synthetic" }
}
