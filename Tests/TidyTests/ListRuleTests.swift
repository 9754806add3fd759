import Foundation
import Testing

/// The rules on lists of threats and of packages, on what breaks them and on what does not.
struct ListRuleTests {
    @Test("a threat without a test, with one that is not there, or without a remedy is found")
    func threats() throws {
        func found(_ tests: String, _ stops: String = "a bound") throws -> Int {
            let text = #"[{"SID": "V1", "mitigations": "\#(stops)", "tests": [\#(tests)]}]"#
            return try ThreatList.check(Data(text.utf8)) { path in
                path == "Tests/A/ATests.swift" ? "func one() {}" : nil
            }.count
        }
        #expect(try found(#""A/ATests.one""#) == 0)
        #expect(try found(#""A/ATests.two""#) == 1)
        #expect(try found(#""A/BTests.one""#) == 1)
        #expect(try found(#""one""#) == 1)
        #expect(try found("") == 1)
        #expect(try found(#""A/ATests.one""#, "") == 1)
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
