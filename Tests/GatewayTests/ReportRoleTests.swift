import ClinicalReport
import DicomNetwork
import FileKit
import Files
import Foundation
import StructuredReportKit
import StudyHeaders
import Settings
import Testing
import VigilCore

@testable import Gateway

/// The role that stores structured reports, before DCMTK's own receiver.
@Suite(
    "Structured reports to another system", .serialized,
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: StoreReceiver.program)
            && NetworkNamespace.isAllowed,
        "needs storescp (apt-get install dcmtk) and the right to make a network namespace"))
struct ReportRoleTests {
    private static let endpoint = "dicom://127.0.0.1:\(StoreReceiver.port)/ARCHIVE"

    private func role(_ endpoint: String, _ more: [String] = []) throws -> RoleSettings {
        let folder = try TestFolder()
        let lines = ["name: archive", "kind: sr-deliver", "endpoint: '\(endpoint)'"] + more
        let path = folder.path + "/role.yaml"
        try FileReplacement.write(Array(lines.joined(separator: "\n").utf8), to: path)
        return try RoleSettings(try #require(try SectionReader.yaml(path)))
    }

    /// A record whose image the header tells of, or does not.
    private static func report(
        _ shape: MadeFinding.Shape, isImageKnown: Bool = true
    ) -> Delivery {
        let image = PatientText(MadeFinding.uid(1000).sensitiveValue)
        let plain = MadeStudyFile.header()
        let instances = [
            InstanceReference(
                sopClassUID: "1.2.840.10008.5.1.4.1.1.1.1", sopInstanceUID: image,
                seriesInstanceUID: PatientText("1.2.3"), modality: "DX")
        ]
        return .report(
            FindingReport(
                finding: MadeFinding.make(shape),
                header: StudyHeader(
                    patient: plain.patient, study: plain.study,
                    instances: isImageKnown ? instances : []),
                published: MadeFinding.time, codes: FindingCodes(),
                instanceUIDs: [MadeFinding.pseudonym(1000): image]))
    }

    @Test("records of every shape become objects of their study, and sent again stay the same")
    func stores() throws {
        let role = try role(Self.endpoint)
        let shapes = MadeFinding.Shape.allCases
        let files = try NetworkNamespace.run {
            let receiver = try StoreReceiver()
            defer { receiver.stop() }
            let counterpart = role.counterpart
            let first = Self.report(shapes[0])
            for _ in 0..<200 where counterpart.attempt(first) != .delivered {
                Thread.sleep(forTimeInterval: 0.05)
            }
            for shape in shapes + shapes {
                #expect(counterpart.attempt(Self.report(shape)) == .delivered, "\(shape)")
            }
            return try receiver.files()
        }
        #expect(files.count == shapes.count)
        let study = Array(MadeFinding.uid(1).sensitiveValue.utf8)
        for file in files { #expect(file.firstRange(of: study) != nil) }
    }

    @Test("a system that is away, that refuses the association, or that ends it, is waited for")
    func troubles() throws {
        let role = try role(Self.endpoint, ["timeout: 2"])
        let (away, refused, broken) = try NetworkNamespace.run {
            let counterpart = role.counterpart
            let away = counterpart.attempt(Self.report(.flagged))
            func answer(_ option: String, while expected: DeliveryAnswer) throws -> DeliveryAnswer {
                let receiver = try StoreReceiver([option])
                defer { receiver.stop() }
                for _ in 0..<200 {
                    let answer = counterpart.attempt(Self.report(.flagged))
                    if answer != expected { return answer }
                    Thread.sleep(forTimeInterval: 0.05)
                }
                return expected
            }
            return (
                away, try answer("--refuse", while: away), try answer("--abort-after", while: away)
            )
        }
        #expect(away == .unanswered("dicom_unreachable"))
        #expect(refused == .unanswered("dicom_association_rejected"))
        #expect(broken == .unanswered("dicom_broken"))
    }

    @Test("a finding on an image that no header tells of is given up, not stored without it")
    func unknownImage() throws {
        let answer = try role(Self.endpoint).counterpart.attempt(
            Self.report(.flagged, isImageKnown: false))
        #expect(answer == .refused("report_instance_unknown"))
    }

    @Test(
        "a place that is none is refused as the configuration is read",
        arguments: [
            "dicom://host/TITLE", "dicom://host:104", "dicom://host:104/", "dicom://host:0/A",
            "dicom://host:104/A TITLE THAT IS TOO LONG", "dicom://:104/A", "http://host:104/A",
            "dicoms://host:104/A", "dicom://ho st:104/A", "dicom://host:104/A/B",
        ])
    func places(_ endpoint: String) throws {
        #expect(throws: SectionError.self) { try role(endpoint) }
    }
}
