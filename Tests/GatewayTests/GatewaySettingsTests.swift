import ClinicalReport
import FileKit
import Files
import Glibc
import HL7
import Settings
import Testing
import VigilCore

@testable import Gateway

/// The gateway's configuration, read and refused.
struct GatewaySettingsTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try FileReplacement.write(MadeFinding.key, to: folder.path + "/key")
        chmod(folder.path + "/key", 0o600)
    }

    private var whole: [String] {
        [
            "kafka:",
            "  bootstrap.servers: 127.0.0.1:1",
            "studies:",
            "  roots: [/data]",
            "  pseudonym-key-file: \(folder.path)/key",
            "roles:",
            "  - name: ehr",
            "    kind: fhir-deliver",
            "    endpoint: https://ehr.example/r4/",
            "    patient-system: urn:oid:1.2.3",
            "  - {name: engine, kind: hl7-deliver, endpoint: \"mllps://engine:2575\"}",
        ]
    }

    private func read(_ lines: [String]) throws(SectionError) -> GatewaySettings {
        let path = folder.path + "/gateway.yaml"
        try? FileReplacement.write(Array(lines.joined(separator: "\n").utf8), to: path)
        return try GatewaySettings(file: path)
    }

    private func refusal(_ lines: [String]) -> String? {
        do throws(SectionError) {
            _ = try read(lines)
            return nil
        } catch { return "\(error)" }
    }

    @Test("a configuration says what it comes to, and nothing of a secret")
    func listing() throws {
        let settings = try read(whole)
        #expect(settings.roles.map(\.kind) == [.fhirDeliver, .hl7Deliver])
        #expect(settings.roles[0].endpoint == .http("https://ehr.example/r4"))
        #expect(settings.roles[1].endpoint == .mllp(host: "engine", port: 2575, usesTLS: true))
        let text = JSONWriter.text(settings.listing)
        #expect(text.contains("vigil-gateway-ehr") && !text.contains("ZZZZ"))
    }

    @Test("a key of pseudonyms that a worker would not take is refused")
    func weakKey() throws {
        for key in [Array(repeating: 0x5a, count: 32), [], Array(0..<32)] as [[UInt8]] {
            try FileReplacement.write(key, to: folder.path + "/key")
            chmod(folder.path + "/key", 0o600)
            let text = refusal(whole)
            #expect(text?.contains("pseudonym-key-file") == true, "\(text ?? "nothing")")
        }
    }

    @Test("each mistake is refused with its line, what is wrong and what to do")
    func mistakes() {
        func with(_ index: Int, _ line: String) -> [String] {
            var lines = whole
            lines[index] = line
            return lines
        }
        let cases: [(lines: [String], says: [String])] = [
            (with(7, "    kind: fhir-delivery"), [":8:", "kind", "fhir-deliver or hl7-deliver"]),
            (with(9, "    patient-systems: x"), [":10:", "patient-systems", "patient-system"]),
            (with(8, "    endpoint: ftp://x"), [":9:", "endpoint", "https://"]),
            (with(8, "    endpoint: https://u:p@host/r4"), [":9:", "endpoint"]),
            (with(9, "    patient-system: none"), [":10:", "patient-system", "URI"]),
            (with(6, "  - name: EHR"), [":7:", "name", "small letters"]),
            (with(6, "  - name: engine"), ["engine", "twice"]),
            (with(3, "  roots: []"), ["roots", "missing"]),
            (with(3, "  roots: [data]"), [":4:", "absolute"]),
            (with(4, "  pseudonym-key-file: /nowhere"), ["/nowhere", "chmod 600"]),
            (with(1, "  bootstrap.server: x"), ["bootstrap.servers", "missing"]),
            (with(1, "  {bootstrap.servers: a, sasl.password: b}"), ["sasl.password-file"]),
            (with(1, "  {bootstrap.servers: a, isolation.level: x}"), ["isolation.level"]),
            (whole + ["roles: []"], ["roles", "twice"]),
            (whole + ["retry: {first: -1}"], ["first", "number from"]),
            (whole + ["http: {port: 70000}"], ["port", "number from"]),
            (whole + ["http: [1]"], ["lines of"]),
            (with(0, "kafka: &a"), ["anchor"]),
            (with(0, "\tkafka:"), ["YAML"]),
            ([], ["missing"]),
        ]
        for (lines, says) in cases {
            let text = refusal(lines)
            for part in says {
                #expect(text?.contains(part) == true, "\(part) in \(text ?? "nothing")")
            }
        }
    }

    private func listening(_ changes: [String: String?] = [:]) -> [String] {
        var role: [String: String?] = [
            "name": "modalities", "kind": "dicom-listen", "folder": "/data/received",
            "endpoint": "dicom://127.0.0.1:11112/VIGIL", "calling-titles": "[CT1, PACS]",
            "priority": "routine",
        ]
        role.merge(changes) { $1 }
        return whole + ["  - name: other", "    kind: hl7-deliver", "    endpoint: mllp://a:1"]
            + role.sorted { $0.key < $1.key }.compactMap { name, value in
                value.map { "\(name): \($0)" }
            }.enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 }
    }

    @Test("a role that listens says for whom, where to and with which order, or is refused")
    func listens() throws {
        let role = try #require(try read(listening()).roles.last)
        #expect(role.listening?.callers == ["CT1", "PACS"])
        #expect(role.listening?.quiet == .seconds(10) && role.listening?.priority == .routine)
        #expect(role.listening?.patients == .unused)
        for (issuer, numbers) in [("'*'", PatientNumbers.anybodys), ("HOSP", .issued(by: "HOSP"))] {
            let role = try read(listening(["patient-issuer": issuer])).roles.last
            #expect(role?.listening?.patients == numbers)
        }
        let open = try read(listening(["calling-titles": "'*'"])).roles.last?.listening
        #expect(open != nil && open?.callers == nil)
        let cases: [(changes: [String: String?], says: String)] = [
            (["priority": nil], "'priority' is missing"),
            (["priority": "soon"], "stat, urgent, asap or routine"),
            (["calling-titles": nil], "'calling-titles' is missing"),
            (["calling-titles": "[A TITLE THAT IS TOO LONG]"], "titles of 1 to 16"),
            (["folder": "received"], "absolute path"),
            (["folder": "/elsewhere"], "studies.roots"),
            (["quiet-seconds": "0"], "number from"),
            (["endpoint": "http://127.0.0.1:1"], "dicom://"),
            (["endpoint": "dicoms://127.0.0.1:1/V"], "'ca-file' is missing"),
            (["patient-system": "urn:oid:1"], "there is no setting 'patient-system'"),
        ]
        for (changes, says) in cases {
            let text = refusal(listening(changes))
            #expect(text?.contains(says) == true, "\(says) in \(text ?? "nothing")")
        }
    }

    private func messages(_ changes: [String: String?]) -> [String] {
        let values: [(String, String)] = [
            ("kind", "hl7-listen"), ("endpoint", "mllp://127.0.0.1:2575"),
            ("patient-authority", "HOSPITAL"), ("time-zone", "'+01:00'"),
        ]
        let kept = values.compactMap { name, value -> String? in
            guard let change = changes[name] else { return "    \(name): \(value)" }
            return change.map { "    \(name): \($0)" }
        }
        let more = changes.filter { change in !values.contains { $0.0 == change.key } }
            .compactMap { name, value in value.map { "    \(name): \($0)" } }
        return Array(whole.prefix(6)) + ["  - name: laboratory"] + kept + more
    }

    @Test("a role that listens for HL7 says whose numbers it takes, and keeps to this machine")
    func messages() throws {
        let role = try #require(try read(messages([:])).roles.first)
        #expect(role.messages?.rules.authority == "HOSPITAL" && !role.kind.delivers)
        #expect(role.messages?.zone == .fixed(60))
        let anybody = messages(["patient-authority": "'*'", "time-zone": nil])
        #expect(try read(anybody).roles.first?.messages?.rules.authority == nil)
        #expect(
            refusal(messages(["endpoint": "mllp://10.0.0.5:1", "plaintext": "allowed"])) == nil)
        let cases: [(changes: [String: String?], says: String)] = [
            (["patient-authority": nil], "'patient-authority' is missing"),
            (["endpoint": "mllp://10.0.0.5:2575"], "plaintext: allowed"),
            (["endpoint": "http://127.0.0.1:1"], "mllp://"),
            (["endpoint": "mllps://10.0.0.5:2575"], "certificate-file and key-file"),
            (["plaintext": "yes"], "loopback or allowed"),
            (["time-zone": "Berlin"], "'local' or an offset"),
            (["message-kb-max": "4096"], "number from"),
            (["mappings": "/nowhere.yaml"], "/nowhere.yaml"),
            (["calling-titles": "[A]"], "there is no setting 'calling-titles'"),
        ]
        for (changes, says) in cases {
            let text = refusal(messages(changes))
            #expect(text?.contains(says) == true, "\(says) in \(text ?? "nothing")")
        }
    }

    @Test("what comes of a message is shown, and of what is none nothing")
    func preview() throws {
        let settings = try read(messages([:]))
        let path = folder.path + "/message"
        func shown(_ text: String) throws -> JSONValue? {
            try FileReplacement.write(Array(text.utf8), to: path)
            return try InboundPreview(file: path, settings: settings)?.listing
        }
        let result = try #require(try shown(MadeMessage.result("1")))
        #expect(result["parts"]?["result"] == .integer(1) && result["fault"] == .null)
        let record = result["records"]?.arrayValue?.first
        #expect(record?["value"]?["value"]?.doubleValue == 4.1)
        #expect(record?["key"]?.stringValue?.contains("CANARY") == false)
        let other = try shown(MadeMessage.result("1").replacing("|P|2.5.1", with: "|T|2.5.1"))
        #expect(other?["fault"] == .string("other_processing"))
        #expect(try shown("{}") == nil)
    }

    @Test("a row of mappings that is not whole is refused, and those of the gateway are read")
    func mappings() throws {
        let parts = #filePath.split(separator: "/").dropLast(3)
        let path = "/" + parts.joined(separator: "/") + "/Deploy/gateway/hl7.yaml"
        let rules = try MessageRulesFile.rules(authority: nil, file: path)
        #expect(rules.codes[HL7Rules.Code(code: "150456", table: "MDC")] == "59408-5")
        #expect(rules.units["266016"] == "mm[Hg]" && rules.priority("S") == .stat)
        let own = folder.path + "/hl7.yaml"
        func refused(_ text: String) -> Bool {
            try? FileReplacement.write(Array(text.utf8), to: own)
            return (try? MessageRulesFile.rules(authority: nil, file: own)) == nil
        }
        let good = "- {order: SOON, priority: urgent, source: the site}\n"
        #expect(!refused(good))
        #expect(try MessageRulesFile.rules(authority: nil, file: own).priority("SOON") == .urgent)
        for text in [
            good + good, "- {order: SOON, priority: soon, source: x}\n",
            "- {order: SOON, priority: urgent}\n", "- {code: A, loinc: 2524-7, source: x}\n",
            "- {unit: a, loinc: 2524-7, source: x}\n", "order: SOON\n",
        ] { #expect(refused(text), "\(text)") }
    }

    @Test("a file that others may read holds no secret")
    func secrets() throws {
        chmod(folder.path + "/key", 0o640)
        #expect(refusal(whole)?.contains("group or by others") == true)
    }

    @Test("a row of codes that is not whole is refused with its line")
    func codes() throws {
        let path = folder.path + "/codes.yaml"
        func read(_ text: String) throws(SectionError) -> Int {
            try? FileReplacement.write(Array(text.utf8), to: path)
            return try CodesFile.read(path).count
        }
        let row = "- {finding: a, system: 'http://s.info/x', code: '1', display: A, source: B}\n"
        #expect(try read(row) == 1)
        let bad = [
            row + "- {finding: a, system: 'http://s.info/x', code: '1', display: A}\n",
            row + row, row + "- {finding: b, system: sct, code: '1', display: A, source: B}\n",
            row + "- {finding: b, system: 'a:b', code: '1 2', display: A, source: B}\n",
            row + "- {findings: b, system: 'a:b', code: '1', display: A, source: B}\n",
        ]
        for text in bad {
            do throws(SectionError) {
                _ = try read(text)
                Issue.record("taken: \(text)")
            } catch { #expect("\(error)".contains("codes.yaml:2:"), "\(error)") }
        }
    }

    @Test("the table that comes with the gateway is read whole, and says where its codes are from")
    func deployed() throws {
        let parts = #filePath.split(separator: "/").dropLast(3)
        let path = "/" + parts.joined(separator: "/") + "/Deploy/gateway/codes.yaml"
        let codes = try CodesFile.read(path)
        #expect(codes.count > 10)
        let first = codes.codings(of: "pneumothorax", label: "Pneumothorax")
        #expect(first.contains { $0.code == "36118008" && $0.system == "http://snomed.info/sct" })
    }
}
