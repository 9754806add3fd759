import FileKit
import Glibc
import Settings
import Testing
import VigilCore

@testable import WorklistPage

/// The page's configuration, read and refused.
struct PageSettingsTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func read(_ text: String) throws -> PageSettings {
        try PageSettings(file: try folder.write("page.yaml", Array(text.utf8)))
    }

    private let least = "kafka: {bootstrap.servers: '127.0.0.1:1'}\n"

    @Test("what is not written has its usual value, and feedback is off")
    func usual() throws {
        let settings = try read(least)
        #expect(settings.http.address == "127.0.0.1" && settings.http.token == nil)
        #expect(settings.topics.feedback == nil)
        #expect(settings.topics.finding == "radiology.finding.prioritized.v2")
        let more = try read(least + "feedback: true\ntopics: {worklist: none}\n")
        #expect(more.topics.feedback == "radiology.finding.feedback.v1")
        #expect(more.topics.worklist == nil)
    }

    @Test("each mistake is refused with its line, what is wrong and what to do")
    func mistakes() {
        let cases: [(text: String, says: [String])] = [
            (least + "htpp: {port: 1}\n", [":2:", "htpp", "http"]),
            (least + "http: {port: 70000}\n", [":2:", "port", "number from"]),
            (least + "http: {host: a}\n", [":2:", "host", "hosts"]),
            (least + "feedback: yes\n", [":2:", "feedback", "true or false"]),
            (least + "topics: {finding: none}\n", [":2:", "finding"]),
            (least + "topics: {energy: 'a b'}\n", [":2:", "energy"]),
            (least + "topics: {alarms: a}\nalarm-keys: [/nowhere]\n", [":3:", "public keys"]),
            (least + "alarm-keys: [/nowhere]\n", [":2:", "a topic of alarms"]),
            (least + "studies: {keep: 1}\n", [":2:", "keep"]),
            (least + "http: {token-file: /nowhere}\n", ["/nowhere", "chmod 600"]),
            ("kafka: {}\n", ["bootstrap.servers", "missing"]),
            ("kafka: {bootstrap.servers: a, isolation.level: x}\n", ["isolation.level"]),
        ]
        for (text, says) in cases {
            let error = #expect(throws: SectionError.self, "\(text)") { try read(text) }
            let told = error?.description ?? ""
            for part in says {
                #expect(told.contains(part), "\(part) in \(told)")
            }
        }
    }

    @Test("beyond this machine it answers with a token alone, and with none that can be guessed")
    func tokens() throws {
        let open = WorklistPage(try read(least + "http: {address: 0.0.0.0, port: 0}\n"))
        let missing = #expect(throws: PageError.self) { try open.run { _ in } }
        #expect(missing?.code == "page_token_missing")
        let path = try folder.write("token", Array("short\n".utf8))
        let text = least + "http: {port: 0, token-file: '\(path)'}\n"
        let short = WorklistPage(try read(text))
        let refused = #expect(throws: PageError.self) { try short.run { _ in } }
        #expect(refused?.code == "page_token_short")
        chmod(path, 0o644)
        let shown = #expect(throws: SectionError.self) { try read(text) }
        #expect(shown?.code == "secret_unusable")
    }
}
