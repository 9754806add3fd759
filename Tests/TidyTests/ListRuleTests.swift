import Foundation
import Testing

/// The rules on lists of what tests prove and of packages: what breaks them and what does not.
struct ListRuleTests {
    @Test("a row without a test, with one that is not there, or without a remedy is found")
    func proofs() throws {
        func found(_ list: ProofList, _ text: String) throws -> Int {
            try list.faults(in: Data(text.utf8)) { path in
                path == "Tests/A/ATests.swift" ? "func one() {}" : nil
            }.count
        }
        func threat(_ tests: String, _ stops: String = "a bound") throws -> Int {
            try found(
                .threats, #"[{"SID": "V1", "mitigations": "\#(stops)", "tests": [\#(tests)]}]"#)
        }
        #expect(try threat(#""A/ATests.one""#) == 0)
        #expect(try threat(#""A/ATests.two""#) == 1)
        #expect(try threat(#""A/BTests.one""#) == 1)
        #expect(try threat(#""one""#) == 1)
        #expect(try threat("") == 1)
        #expect(try threat(#""A/ATests.one""#, "") == 1)
        func risk(_ tests: String, _ controls: String = #"{"says": "a bound"}"#) throws -> Int {
            try found(
                .risks,
                #"{"risks": [{"id": "R1", "controls": [\#(controls)], "tests": [\#(tests)]}]}"#)
        }
        #expect(try risk(#""A/ATests.one""#) == 0)
        #expect(try risk(#""A/ATests.two""#) == 1)
        #expect(try risk("") == 1)
        #expect(try risk(#""A/ATests.one""#, "") == 1)
        func requirement(_ tests: String, _ sources: String = #""Sources""#) throws -> Int {
            try found(
                .requirements,
                #"[{"id": "Q1", "sources": [\#(sources)], "tests": [\#(tests)]}]"#)
        }
        #expect(try requirement(#""A/ATests.one""#) == 0)
        #expect(try requirement(#""A/ATests.two", "A/ATests.one""#) == 1)
        #expect(try requirement(#""A/ATests.one""#, "") == 1)
    }

    @Test("a package without a version or hashes is found")
    func lists() {
        func lines(_ text: String) -> [Int] {
            PinRule.check(list: SourceFile(path: "Deploy/requirements.txt", text: text)).map(\.line)
        }
        let hash = "    --hash=sha256:0a"
        #expect(lines("# why\na==1 \\\n\(hash) \\\n\(hash)\nb==2 \\\n\(hash)\n") == [])
        #expect(lines("a==1\nb==2 \\\n\(hash)") == [1])
        #expect(lines("a>=1 \\\n\(hash)") == [1])
        #expect(lines("a==1 \\\nb==2 \\\n\(hash)") == [1])
    }

    @Test("a call of pip without hashes is found, also over several lines")
    func scripts() {
        func lines(_ text: String) -> [Int] {
            PinRule.check(script: SourceFile(path: "Deploy/test", text: text)).map(\.line)
        }
        #expect(lines("python -m pip install --quiet \\\n    --require-hashes -r a.txt") == [])
        #expect(lines("python -m pip download a==1\npip --version") == [1])
        #expect(lines("# pip install a\npip install \\\n  a") == [2])
    }
}
