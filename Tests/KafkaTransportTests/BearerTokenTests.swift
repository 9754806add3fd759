import Foundation
import KafkaTransport
import Testing
import VigilCore

@Suite("Bearer tokens")
struct BearerTokenTests {
    private static let now = Timestamp(microseconds: 1_700_000_000_000_000)

    private func token(_ claims: String, signature: String = "") -> String {
        let parts = ["{\"alg\":\"none\"}", claims].map {
            Data($0.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
                .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        }
        return parts.joined(separator: ".") + "." + signature
    }

    private func fault(of text: String) -> BearerToken.Fault? {
        do throws(BearerToken.Fault) {
            _ = try BearerToken(text, now: Self.now)
            return nil
        } catch {
            return error
        }
    }

    @Test("a token tells when it ends and for whom it is, signed or not")
    func claims() throws {
        for name in ["vigil", "ä?>~ vigil"] {
            let text = token(#"{"sub":"\#(name)","exp":1700000060}"#, signature: "c2ln")
            let read = try BearerToken(text, now: Self.now)
            #expect(read.principal == name && read.end == 1_700_000_060_000)
        }
    }

    @Test("what is no token, has no end or has ended is told apart")
    func faults() {
        for text in [
            "", "a", "a.b", "..", "a.b.c", "a.e30.b.c", token("[]").replacing(".", with: ""),
        ] {
            #expect(fault(of: text) == .malformed, "\(text)")
        }
        for claims in [
            "{}", #"{"sub":"vigil"}"#, #"{"exp":1700000060}"#, #"{"sub":"","exp":1700000060}"#,
            #"{"sub":"vigil","exp":"soon"}"#, #"{"sub":"vigil","exp":1e300}"#,
            #"{"sub":"vigil","exp":-1}"#, #"{"sub":7,"exp":1700000060}"#,
        ] {
            #expect(fault(of: token(claims)) == .unbounded, "\(claims)")
        }
        #expect(fault(of: token(#"{"sub":"vigil","exp":1700000000}"#)) == .ended)
    }

    @Test("a file of a token may have white space around it, and not much else")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("vigil-token-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("token").path
        let text = token(#"{"sub":"vigil","exp":1700000060}"#)
        try "\n \(text)\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try BearerToken(file: file, now: Self.now).principal == "vigil")
        try String(repeating: "a", count: 70_000).write(
            toFile: file, atomically: true, encoding: .utf8)
        #expect(throws: BearerToken.Fault.malformed) {
            try BearerToken(file: file, now: Self.now)
        }
        #expect(throws: BearerToken.Fault.unreadable) {
            try BearerToken(file: folder.path + "/none", now: Self.now)
        }
    }

    @Test("a token's file is refused where no token logs in")
    func otherMechanism() {
        let configuration = KafkaConfiguration(
            bootstrap: "127.0.0.1:1", group: "g", instance: "s",
            common: [
                "security.protocol": "sasl_plaintext", "sasl.mechanism": "PLAIN",
                "sasl.username": "a", "sasl.password": "b",
                "sasl.oauthbearer.token.file": "/none",
            ])
        let error = #expect(throws: KafkaError.self) {
            _ = try TopicAdmin(configuration: configuration)
        }
        #expect(error?.remedy.text.contains("OAUTHBEARER") == true)
    }
}
