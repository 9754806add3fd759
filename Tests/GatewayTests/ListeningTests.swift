import BrokerTestKit
import DicomNetwork
import FileKit
import Foundation
import LoopbackKit
import Testing
import VigilCore
import Wire

/// The role that takes what others store, before DCMTK's own programs and a real broker.
@Suite(
    "Listening for DICOM", .serialized,
    .enabled(if: BuiltPrograms.path("vigil-gateway") != nil, "\(BuiltPrograms.howToBuild)"),
    .enabled(if: !BrokerKind.available.isEmpty, "\(BrokerKind.demo.howToGet)"),
    .enabled(
        if: ListeningScene.programs.allSatisfy {
            FileManager.default.isExecutableFile(atPath: $0)
        }, "needs storescu and echoscu: apt-get install dcmtk"),
    .timeLimit(.minutes(10)))
struct ListeningTests {
    private static let canaries = ["Canary", "CANARY", "ACC-", "1.2.826.0.1.3680043.8.498.77"]

    /// Waits until something holds.
    private func eventually(_ holds: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(60)
        while try !holds() {
            try #require(ContinuousClock.now < end)
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    @Test("what was answered with success is told of once, though the gateway dies right after")
    func durable() throws {
        let scene = try ListeningScene(quiet: 2)
        let files = try scene.files(study: 1, instances: 1...3)
        var gateway = try scene.start()
        #expect(try scene.store(files).code == 0)
        gateway.kill()
        #expect(try scene.events().isEmpty)
        #expect(try scene.kept().count == 3)
        gateway = try scene.start()
        let told = try scene.await(ids: 1)
        // Killed around its mark, and asked anew: the same set has the same event.
        gateway.kill()
        gateway = try scene.start()
        #expect(try scene.store(files).code == 0)
        #expect(try scene.kept().count == 3)
        #expect(try scene.store(scene.files(study: 2, instances: 1...1)).code == 0)
        let all = try scene.await(ids: 2)
        #expect(Set(all.compactMap(\.eventID)).count == 2)
        try expectWhole(try #require(told.first), instances: 3, below: scene.objects)
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
        for record in all {
            let key = String(decoding: record.key ?? [], as: UTF8.self)
            #expect(!key.contains("Canary") && !key.contains("CANARY"))
        }
        for line in gateway.log { #expect(!Self.canaries.contains { line.contains($0) }) }
    }

    private func expectWhole(
        _ record: InboundRecord, instances: Int, below folder: String
    ) throws {
        let event = try StudyEventDecoder().decode(record)
        #expect(event.study == MadeFinding.uid(1) && event.priority == .asap)
        #expect(event.instances.count == instances && event.expected?.instances == instances)
        #expect(Set(event.instances.compactMap(\.sop)).count == instances)
        for instance in event.instances {
            let path = String(decoding: try FileURI.path(of: instance.uri), as: UTF8.self)
            #expect(path.hasPrefix(folder))
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            #expect(path.hasSuffix("/\(Digest(of: bytes).hex).dcm"))
            let identity = try DicomHeaderFile.identity(path)
            #expect(identity.study == event.study && identity.instance == instance.sop)
        }
    }

    @Test("objects that come later make a further event, which names all of the study")
    func later() throws {
        let scene = try ListeningScene(quiet: 0.5)
        let gateway = try scene.start()
        #expect(try scene.store(scene.files(study: 1, instances: 1...2)).code == 0)
        _ = try scene.await(ids: 1)
        #expect(try scene.store(scene.files(study: 1, instances: 3...3)).code == 0)
        let events = try scene.await(ids: 2).map { try StudyEventDecoder().decode($0) }
        #expect(Set(events.map(\.instances.count)) == [2, 3])
        #expect(events.allSatisfy { $0.expected?.instances == $0.instances.count })
        // By the name under which a result that came by HL7 stands.
        let patient = try #require(
            Pseudonym(ofPatient: ListeningScene.patient, key: MadeFinding.key))
        #expect(events.allSatisfy { $0.patient == .named(patient) })
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("a study whose objects are of two patients names neither, and says so")
    func patients() throws {
        let scene = try ListeningScene(quiet: 1)
        let gateway = try scene.start()
        let files =
            try scene.files(study: 1, instances: 1...1)
            + scene.files(study: 1, instances: 2...2, patient: "PAT-CANARY-2")
        #expect(try scene.store(files).code == 0)
        let event = try StudyEventDecoder().decode(try #require(try scene.await(ids: 1).first))
        #expect(event.instances.count == 2 && event.patient == nil)
        try eventually { gateway.log.contains { $0.contains("patients_differ") } }
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
        for line in gateway.log { #expect(!Self.canaries.contains { line.contains($0) }) }
    }

    @Test("who calls another title, or may not call, is told so, and anybody known hears an echo")
    func titles() throws {
        let scene = try ListeningScene(quiet: 0.5)
        let gateway = try scene.start()
        let files = try scene.files(study: 1, instances: 1...1)
        let another = try scene.store(files, called: "ARCHIVE")
        #expect(another.code != 0)
        #expect(another.said.contains("Called AE Title Not Recognized"), "\(another.said)")
        let stranger = try scene.store(files, calling: "STRANGER")
        #expect(stranger.code != 0)
        #expect(stranger.said.contains("Calling AE Title Not Recognized"), "\(stranger.said)")
        #expect(try scene.echo().code == 0)
        #expect(try scene.kept().isEmpty)
        try eventually { gateway.log.contains { $0.contains("calling_unknown") } }
        #expect(gateway.log.contains { $0.contains("called_unknown") })
        #expect(!gateway.log.contains { $0.contains("STRANGER") || $0.contains("ARCHIVE") })
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("an object that is too large, or none, is refused, and the next is taken")
    func refused() throws {
        let scene = try ListeningScene(quiet: 0.5)
        let gateway = try scene.start()
        let good = try scene.files(study: 1, instances: 1...1)
        // Private bytes behind the header.
        let filler: [UInt8] = [0x21, 0, 0x10, 0x10] + Array("OB".utf8) + [0, 0, 0, 0, 0x20, 0]
        let large = try scene.folder.write(
            "sent/large.dcm",
            MadeStudyFile.bytes(study: 3) + filler + [UInt8](repeating: 1, count: 2 << 20))
        #expect(try scene.store([large]).code != 0)
        #expect(try scene.kept().isEmpty)
        #expect(try scene.store(good).code == 0)
        #expect(try scene.kept().count == 1)
        #expect(try scene.drafts().isEmpty)
        #expect(gateway.log.contains { $0.contains("not_understood") })
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("whatever is sent in place of DICOM, it closes, keeps its memory and serves the next")
    func malformed() throws {
        let scene = try ListeningScene(quiet: 0.5)
        let gateway = try scene.start()
        #expect(try scene.echo().code == 0)
        let before = gateway.residentBytes
        let ends = try PythonCounterpart.output("malformed", ["\(scene.port)"])
        let shapes = try JSONParser.parse(ends).objectValue?.members ?? []
        #expect(shapes.count >= 30)
        for shape in shapes {
            let end = shape.value.stringValue
            #expect(end == "closed" || end == "refused", "\(shape.name): \(end ?? "")")
        }
        #expect(gateway.isRunning)
        #expect(gateway.residentBytes - before < 48 << 20)
        #expect(try scene.echo().code == 0)
        #expect(try scene.store(scene.files(study: 1, instances: 1...1)).code == 0)
        try eventually { try scene.drafts().isEmpty }
        for line in gateway.log { #expect(!Self.canaries.contains { line.contains($0) }) }
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }

    @Test("over TLS whoever calls has to show a certificate that is known")
    func security() throws {
        let folder = try TestFolder()
        let (vigil, modality, stranger) = (
            try TestCertificates.selfSigned(address: "127.0.0.1", days: 2, in: folder.path),
            try TestCertificates.selfSigned(address: "127.0.0.2", days: 2, in: folder.path),
            try TestCertificates.selfSigned(address: "127.0.0.3", days: 2, in: folder.path)
        )
        let scene = try ListeningScene(
            quiet: 0.5,
            security: [
                "ca-file: '\(modality.certificate)'", "certificate-file: '\(vigil.certificate)'",
                "key-file: '\(vigil.key)'",
            ])
        let gateway = try scene.start()
        func options(_ own: TestCertificates.Pair, _ known: TestCertificates.Pair) -> [String] {
            ["+tls", own.key, own.certificate, "+cf", known.certificate]
        }
        let files = try scene.files(study: 1, instances: 1...1)
        #expect(try scene.store(files, options: options(modality, vigil)).code == 0)
        #expect(try scene.store(files, options: options(stranger, vigil)).code != 0)
        #expect(try scene.store(files, options: ["+tla", "-ic"]).code != 0)
        #expect(try scene.store(files).code != 0)
        #expect(try scene.kept().count == 1)
        try eventually { gateway.log.contains { $0.contains("insecure") } }
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
    }
}
