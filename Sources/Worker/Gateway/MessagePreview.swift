internal import ClinicalReport
internal import FHIR
internal import Files
internal import HL7
package import VigilCore
internal import Wire
internal import StudyHeaders

/// What a finding's record becomes at each kind of counterpart, for a person to look at.
package struct MessagePreview {
    /// The transaction for a FHIR server.
    package let fhir: JSONValue
    /// The message for an interface engine, a segment a line.
    package let hl7: String

    /// From a file with the value of a record of the topic of findings. The study's header is not
    /// asked for: in its place stand words that name no one.
    package init(file path: String) throws(GatewayError) {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try FileHead.read(path, bytesMax: FindingDecoder.limits.bytes)
        } catch {
            throw .unreadable("errno \(error.errno)")
        }
        let finding: Finding
        do throws(WireError) {
            finding = try FindingDecoder.decode(value: bytes)
        } catch {
            throw .unreadable(error.what)
        }
        var (patient, study) = (PatientHeader(), StudyIdentifiers())
        patient.id = PatientText("PATIENT-ID")
        patient.name = PatientText("FAMILY^GIVEN")
        study.instanceUID = PatientText(finding.study.sensitiveValue)
        let report = FindingReport(
            finding: finding,
            header: StudyHeader(patient: patient, study: study, instances: []),
            published: finding.run.timeline.published ?? Timestamp(milliseconds: 0),
            codes: FindingCodes())
        fhir = FHIRBundle(report, patientSystem: "urn:example:patients").transaction()
        hl7 = String(
            decoding: HL7ObservationReport(report, sites: HL7Sites()).bytes
                .map { $0 == 0x0d ? 0x0a : $0 }, as: UTF8.self)
    }
}
