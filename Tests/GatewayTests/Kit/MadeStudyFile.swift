import ClinicalReport
import StudyHeaders
import VigilCore

/// A DICOM file that is a header and nothing else, and what a reader finds in it.
enum MadeStudyFile {
    /// - Parameters:
    ///   - study: the number of ``MadeFinding/uid(_:)``.
    ///   - patient: the number, which the issuer gave.
    ///   - name: the patient's.
    ///   - instance: its number in the study.
    static func bytes(
        study: Int, patient: String = "PAT-1", issuer: String = "", name: String = "Doe^Jane",
        instance: Int = 1
    ) -> [UInt8] {
        let uid = MadeFinding.uid(study).sensitiveValue
        let meta = element(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1")
        let length = UInt32(meta.count)
        let head = Array(repeating: UInt8(0), count: 128) + Array("DICM".utf8)
        return head + [2, 0, 0, 0] + Array("UL".utf8) + [4, 0] + word(length) + meta
            + element(0x0008, 0x0005, "CS", "ISO_IR 192")
            + element(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
            + element(0x0008, 0x0018, "UI", "\(uid).1.\(instance)")
            + element(0x0008, 0x0020, "DA", "20261129")
            + element(0x0008, 0x0030, "TM", "101500.25")
            + element(0x0008, 0x0050, "SH", "ACC-\(study)")
            + element(0x0008, 0x0060, "CS", "DX")
            + element(0x0010, 0x0010, "PN", name)
            + element(0x0010, 0x0020, "LO", patient)
            + element(0x0010, 0x0021, "LO", issuer)
            + element(0x0010, 0x0030, "DA", "19700101")
            + element(0x0010, 0x0040, "CS", "F")
            + element(0x0020, 0x000d, "UI", uid)
            + element(0x0020, 0x000e, "UI", "\(uid).1")
            + element(0x0020, 0x0010, "SH", "1")
    }

    /// The header of a study without a file.
    static func header(study: Int = 1, name: String = "Doe^Jane") -> StudyHeader {
        var (patient, identifiers) = (PatientHeader(), StudyIdentifiers())
        patient.id = PatientText("PAT-1")
        patient.name = PatientText(name)
        patient.birthDate = PatientText("19700101")
        patient.sex = "F"
        identifiers.instanceUID = PatientText(MadeFinding.uid(study).sensitiveValue)
        identifiers.date = PatientText("20261129")
        identifiers.time = PatientText("101500.25")
        identifiers.accessionNumber = PatientText("ACC-1")
        return StudyHeader(patient: patient, study: identifiers, instances: [])
    }

    static func report(
        _ finding: Finding, name: String = "Doe^Jane", codes: FindingCodes = FindingCodes()
    ) -> FindingReport {
        FindingReport(
            finding: finding, header: header(name: name), published: MadeFinding.time,
            codes: codes,
            instanceUIDs: [MadeFinding.pseudonym(1000): PatientText("1.2.3.4")])
    }

    private static func element(
        _ group: UInt16, _ number: UInt16, _ type: String, _ text: String
    ) -> [UInt8] {
        var value = Array(text.utf8)
        if !value.count.isMultiple(of: 2) { value.append(type == "UI" ? 0 : 0x20) }
        return half(group) + half(number) + Array(type.utf8) + half(UInt16(value.count)) + value
    }

    private static func half(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
    }

    private static func word(_ value: UInt32) -> [UInt8] {
        half(UInt16(truncatingIfNeeded: value)) + half(UInt16(value >> 16))
    }
}
