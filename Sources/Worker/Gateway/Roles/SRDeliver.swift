internal import ClinicalReport
internal import DicomNetwork
internal import HTTPClient
internal import StructuredReport
internal import StudyHeaders
internal import VigilCore
internal import Wire

/// The role `sr-deliver`: a finding's record as a DICOM structured report, stored by C-STORE in the
/// study that it is about. The same record is the same object, so storing it again is harmless.
final class SRDeliver: Counterpart {
    private let peer: DicomPeer

    init(_ role: RoleSettings, at place: DicomPlace) {
        let identity = role.trust.certificate.flatMap { certificate in
            role.trust.key.map { DicomPeer.Security.Identity(certificate: certificate, key: $0) }
        }
        peer = DicomPeer(
            host: place.host, port: place.port, callingTitle: role.callingTitle,
            calledTitle: place.title, timeout: role.timeout,
            security: place.usesTLS
                ? role.trust.authorities.map { .init(authority: $0, identity: identity) } : nil)
    }

    func attempt(_ delivery: Delivery) -> DeliveryAnswer {
        guard case .report(let report) = delivery else {
            // What was said of the study is not known any more, so it cannot be taken back.
            return .refused("record_without_value")
        }
        let written: WrittenReport
        do throws(StructuredReportError) {
            written = try Self.write(report)
        } catch {
            return StoreVerdict.answer(to: error)
        }
        do throws(DicomStoreError) {
            try DicomStore(peer).store(written.file)
            return .delivered
        } catch {
            return StoreVerdict.answer(to: error)
        }
    }

    private static func write(
        _ report: FindingReport
    ) throws(StructuredReportError) -> WrittenReport {
        let names = report.instanceUIDs.reduce(into: [String: Pseudonym]()) { names, one in
            names[one.value.disclosed] = one.key
        }
        let finding = report.finding
        let codes = finding.findings.map { ($0.code, concept(of: $0, in: report)) }
        let writer = StructuredReportWriter(
            codes: Dictionary(codes) { first, _ in first }, software: "\(BuildVersion.current)")
        return try writer.report(
            on: finding, record: finding.deterministicDigest, header: report.header,
            named: { names[$0.sensitiveValue] })
    }

    /// The first of a finding's codes that DICOM has a designator for; Vigil's own is the last.
    private static func concept(
        of result: Finding.Result, in report: FindingReport
    ) -> CodedConcept {
        let coding = report.codings(of: result).first { $0.tableName != "L" }
        return coding.map { CodedConcept($0.code, $0.tableName, $0.display) }
            ?? CodedConcept(result.code, CodedConcept.ownScheme, result.label)
    }
}
