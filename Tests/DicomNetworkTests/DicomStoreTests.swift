import BrokerTestKit
import DicomNetwork
import FileKit
import Foundation
import StructuredReport
import StructuredReportKit
import Testing
import VigilCore

/// C-STORE before DCMTK's own receiver.
@Suite(
    "Storing at another system", .serialized,
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: StoreReceiver.program)
            && NetworkNamespace.isAllowed,
        "needs storescp (apt-get install dcmtk) and the right to make a network namespace"))
struct DicomStoreTests {
    private static func peer(_ security: DicomPeer.Security? = nil) -> DicomPeer {
        DicomPeer(
            host: "127.0.0.1", port: StoreReceiver.port, callingTitle: "VIGIL",
            calledTitle: "ARCHIVE", timeout: .seconds(10), security: security)
    }

    private static func fault(_ peer: DicomPeer, _ file: [UInt8]) throws -> DicomStoreError? {
        do throws(DicomStoreError) {
            try DicomStore(peer).store(file)
            return nil
        } catch {
            return error
        }
    }

    /// The data set behind the meta header.
    private static func dataSet(_ file: [UInt8]) throws -> [UInt8] {
        let first: [UInt8] = [8, 0, 5, 0] + Array("CS".utf8)
        let start = try #require(file.indices.first { file[$0...].starts(with: first) })
        return Array(file[start...])
    }

    @Test("a report arrives byte for byte, and a second time as the same object")
    func stores() throws {
        let report = try MadeReport(.boxes, number: 2).written()
        let files = try NetworkNamespace.run {
            let receiver = try StoreReceiver()
            defer { receiver.stop() }
            try receiver.retrying { try DicomStore(Self.peer()).store(report.file) }
            try DicomStore(Self.peer()).store(report.file)
            return try receiver.files()
        }
        #expect(files.count == 1)
        let sent = try Self.dataSet(report.file)
        #expect(try files.first.map(Self.dataSet) == sent)
    }

    @Test("an association that is refused, and one that ends before the answer, are told apart")
    func refusals() throws {
        let report = try MadeReport(.flagged, number: 2).written()
        for (option, expected) in [
            ("--refuse", DicomStoreError.rejected), ("--abort-after", .broken),
        ] {
            let found = try NetworkNamespace.run {
                let receiver = try StoreReceiver([option])
                defer { receiver.stop() }
                return try receiver.retrying {
                    let found = try Self.fault(Self.peer(), report.file)
                    if found == .unreachable { throw DicomStoreError.unreachable }
                    return found
                }
            }
            #expect(found == expected)
        }
    }

    @Test("where nobody listens it is tried again, and what is no object is not sent")
    func nobody() throws {
        let report = try MadeReport(.flagged, number: 2).written()
        let found = try NetworkNamespace.run {
            [
                try Self.fault(Self.peer(), report.file),
                try Self.fault(Self.peer(), Array("no object at all".utf8)),
            ]
        }
        #expect(found == [.unreachable, .badFile])
        #expect(DicomStoreError.unreachable.disposition == .retry(after: .seconds(5)))
        #expect(DicomStoreError.refused(status: 0xA900).disposition == .deadLetter)
    }

    @Test("over TLS both sides have to know each other")
    func security() throws {
        let report = try MadeReport(.flagged, number: 2).written()
        let folder = try TestFolder()
        let path = folder.path
        let (archive, vigil, stranger) = (
            try TestCertificates.selfSigned(address: "127.0.0.1", days: 2, in: path),
            try TestCertificates.selfSigned(address: "127.0.0.2", days: 2, in: path),
            try TestCertificates.selfSigned(address: "127.0.0.3", days: 2, in: path)
        )
        func security(_ authority: String, _ own: TestCertificates.Pair) -> DicomPeer.Security {
            DicomPeer.Security(
                authority: authority, identity: .init(certificate: own.certificate, key: own.key))
        }
        let wanted = security(archive.certificate, vigil)
        let others = [
            security(stranger.certificate, vigil), security(archive.certificate, stranger), nil,
            security("\(path)/nowhere.pem", vigil),
        ]
        let (good, bad, files) = try NetworkNamespace.run {
            let receiver = try StoreReceiver([
                "+tls", archive.key, archive.certificate, "+cf", vigil.certificate,
            ])
            defer { receiver.stop() }
            let good = try receiver.retrying {
                let found = try Self.fault(Self.peer(wanted), report.file)
                if found == .unreachable { throw DicomStoreError.unreachable }
                return found
            }
            let bad = try others.map { try Self.fault(Self.peer($0), report.file) }
            return (good, bad, try receiver.files().count)
        }
        #expect(good == nil)
        #expect(bad.allSatisfy { $0 != nil }, "\(bad)")
        #expect(bad.last == .some(.security))
        #expect(files == 1)
        withExtendedLifetime(folder) {}
    }
}
