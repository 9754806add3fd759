import BrokerTestKit
import ClinicalReport
import FileKit
import Files
import Foundation
import HTTPClient
import Settings
import Testing
import VigilCore

@testable import Gateway

/// Roles against counterparts that are strict, or behave badly.
struct RoleTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func role(
        _ kind: RoleKind, _ endpoint: String, _ more: [String] = [], timeout: String = "5"
    ) throws -> RoleSettings {
        let lines =
            [
                "name: role", "kind: \(kind.rawValue)", "endpoint: '\(endpoint)'",
                "timeout: \(timeout)",
            ]
            + (kind == .fhirDeliver ? ["patient-system: 'urn:oid:1.2.3'"] : []) + more
        let path = folder.path + "/role.yaml"
        try FileReplacement.write(Array(lines.joined(separator: "\n").utf8), to: path)
        return try RoleSettings(try #require(try SectionReader.yaml(path)))
    }

    private func report(_ shape: MadeFinding.Shape, revision: Int? = nil) -> Delivery {
        .report(MadeStudyFile.report(MadeFinding.make(shape, revision: revision)))
    }

    @Test("a finding's records, however often each is sent, leave one report as of the last")
    func revisions() throws {
        let server = try FHIRServer()
        let counterpart = try role(.fhirDeliver, server.base).counterpart
        for _ in 0..<2 { #expect(counterpart.attempt(report(.flagged, revision: 1)) == .delivered) }
        let first = try server.held()
        #expect(first.filter { $0.type == "DiagnosticReport" }.count == 1)
        #expect(first.filter { $0.type == "Observation" }.count == 3)
        #expect(counterpart.attempt(report(.revised)) == .delivered)
        let second = try server.held()
        #expect(second.count == first.count + 1)  // One Provenance a record.
        let statuses = second.filter { $0.type == "Observation" }.compactMap(\.status).sorted()
        // The revision says nothing of a finding that the record before it spoke of.
        #expect(statuses == ["corrected", "corrected", "entered-in-error"])
        // What comes again after a crash does not go back behind what stands.
        #expect(counterpart.attempt(report(.revised, revision: 2)) == .delivered)
        #expect(counterpart.attempt(report(.flagged, revision: 1)) == .overtaken)
        #expect(counterpart.attempt(report(.withdrawn)) == .delivered)
        #expect(counterpart.attempt(report(.revised)) == .overtaken)
        let last = try server.held()
        for held in last where ["DiagnosticReport", "Observation"].contains(held.type) {
            #expect(held.status == "entered-in-error")
        }
    }

    @Test("an emptied study is taken back without its header")
    func emptied() throws {
        let server = try FHIRServer()
        let counterpart = try role(.fhirDeliver, server.base).counterpart
        #expect(counterpart.attempt(.emptied(MadeFinding.pseudonym(1))) == .delivered)
        #expect(counterpart.attempt(report(.flagged)) == .delivered)
        #expect(counterpart.attempt(.emptied(MadeFinding.pseudonym(1))) == .delivered)
        let said = try server.held().filter { $0.type != "Device" && $0.type != "Provenance" }
        #expect(said.count == 4)
        #expect(said.allSatisfy { $0.status == "entered-in-error" })
    }

    @Test("what a server answers decides, and an answer that never came changes nothing twice")
    func answers() throws {
        let server = try FHIRServer(["--cut", "1"])
        let counterpart = try role(.fhirDeliver, server.base).counterpart
        let wanted: [(status: Int, answer: DeliveryAnswer)] = [
            (503, .busy("http_503", after: nil)), (412, .busy("http_412", after: nil)),
            (422, .refused("http_422")), (401, .unanswered("http_401")),
            (301, .unanswered("http_301")),
        ]
        for (status, answer) in wanted {
            try server.answer(status)
            #expect(counterpart.attempt(report(.flagged)) == answer)
        }
        #expect(try server.held().isEmpty)
        for _ in 0..<3 {
            #expect(counterpart.attempt(report(.flagged)) == .unanswered("http_no_answer"))
        }
        let held = try server.held()
        #expect(held.count == 6)
        #expect(held.allSatisfy { $0.versions.count == 3 })
        let nobody = try role(.fhirDeliver, "http://127.0.0.1:1").counterpart
        #expect(nobody.attempt(report(.flagged)) == .unanswered("http_no_answer"))
    }

    @Test("a token goes by a file of its owner's alone, and to no other machine in the clear")
    func tokens() throws {
        let server = try FHIRServer(["--token", "secret"])
        let path = folder.path + "/headers"
        try FileReplacement.write(Array("Authorization: Bearer secret\n".utf8), to: path)
        chmod(path, 0o600)
        let own = try role(.fhirDeliver, server.base, ["header-file: \(path)"]).counterpart
        #expect(own.attempt(report(.flagged)) == .delivered)
        let without = try role(.fhirDeliver, server.base).counterpart
        #expect(without.attempt(report(.flagged)) == .unanswered("http_401"))
        chmod(path, 0o644)
        #expect(own.attempt(report(.flagged)) == .unanswered("secret_unusable"))
        #expect(throws: SectionError.self) {
            try role(.fhirDeliver, "http://ehr.example/r4", ["header-file: \(path)"])
        }
    }

    @Test("a certificate of nobody's is refused, over HTTPS and over MLLP")
    func certificates() throws {
        let good = try TestCertificates.selfSigned(address: "127.0.0.1", days: 2, in: folder.path)
        let other = try TestCertificates.selfSigned(address: "127.0.0.2", days: 2, in: folder.path)
        let server = try FHIRServer(["--tls", good.certificate, good.key])
        let listener = try PythonCounterpart(
            "mllp_listener", [folder.path + "/log", "--tls", good.certificate, good.key])
        let endpoints: [(RoleKind, String)] = [
            (.fhirDeliver, "https://127.0.0.1:\(server.port)"),
            (.hl7Deliver, "mllps://127.0.0.1:\(listener.port)"),
        ]
        for (kind, endpoint) in endpoints {
            let trusting = try role(kind, endpoint, ["ca-file: \(good.certificate)"]).counterpart
            #expect(trusting.attempt(report(.flagged)) == .delivered)
            for more in [[], ["ca-file: \(other.certificate)"]] {
                let doubting = try role(kind, endpoint, more).counterpart
                #expect(!doubting.attempt(report(.flagged)).isAnswered)
            }
        }
    }

    private func listener(_ arguments: [String]) throws -> PythonCounterpart {
        try PythonCounterpart("mllp_listener", [folder.path + "/log"] + arguments)
    }

    @Test("an interface engine's own answers decide, and another message's count for nothing")
    func engine() throws {
        let wanted: [([String], DeliveryAnswer)] = [
            ([], .delivered), (["--twice", "1"], .delivered), (["--junk", "1"], .delivered),
            (["--error", "1"], .busy("hl7_ae", after: nil)),
            (["--code", "AR"], .refused("hl7_ar")), (["--code", "CR"], .refused("hl7_cr")),
            (["--lose", "1"], .unanswered("mllp_no_answer")),
            (["--flood"], .unanswered("mllp_answer_too_long")),
        ]
        for (arguments, answer) in wanted {
            let listener = try listener(arguments)
            let counterpart = try role(.hl7Deliver, "mllp://127.0.0.1:\(listener.port)").counterpart
            #expect(counterpart.attempt(report(.flagged)) == answer, "\(arguments)")
        }
    }

    @Test("an engine that acknowledges other messages is believed of none but its own")
    func strangers() throws {
        let listener = try listener(["--stranger", "1", "--seed", "3"])
        let role = try role(.hl7Deliver, "mllp://127.0.0.1:\(listener.port)", [], timeout: "0.2")
        let counterpart = role.counterpart
        let answers = (1...8).map { counterpart.attempt(report(.revised, revision: $0)) }
        let lines = try String(contentsOfFile: folder.path + "/log", encoding: .utf8)
            .split(separator: "\n")
        #expect(lines.contains { $0.contains("\"stranger\"") })
        let own = lines.count { $0.contains("\"answer\": \"AA\"") }
        let delivered = answers.count { $0 == .delivered }
        #expect(delivered > 0 && delivered < answers.count && delivered <= own)
    }
}
