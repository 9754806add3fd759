import Testing
import VigilCore

/// What reaches a terminal of text from outside.
struct VisibleTextTests {
    @Test(
        "what moves, colours, hides or reorders is escaped",
        arguments: [
            ("\u{1b}[2Jgone", "\\u001b[2Jgone"),
            ("\u{1b}]0;title\u{7}", "\\u001b]0;title\\u0007"),
            ("\u{1b}]8;;http://x\u{1b}\\link", "\\u001b]8;;http://x\\u001b\\link"),
            ("\u{9b}31mred", "\\u009b31mred"), ("\u{9d}0;t\u{9c}", "\\u009d0;t\\u009c"),
            ("a\u{85}b", "a\\u0085b"), ("a\u{7f}", "a\\u007f"), ("a\rb", "a\\u000db"),
            ("a\u{8}\u{8}b", "a\\u0008\\u0008b"), ("\u{202e}gpj.exe", "\\u202egpj.exe"),
            ("\u{2066}x\u{2069}", "\\u2066x\\u2069"), ("\u{200f}\u{61c}", "\\u200f\\u061c"),
            ("a\u{200b}\u{feff}b", "a\\u200b\\ufeffb"), ("\u{2028}\u{2029}", "\\u2028\\u2029"),
            ("\u{e0041}", "\\udb40\\udc41"), ("one\ntwo\tthree", "one\\u000atwo\\u0009three"),
        ])
    func escaped(text: String, shown: String) {
        #expect(VisibleText.escaped(text) == shown)
    }

    @Test(
        "text for people stays as it is", arguments: ["", "Grüße, 東京 ─ é ñ", "a \\u001b b", "─═"])
    func kept(text: String) {
        #expect(VisibleText.escaped(text) == text)
        #expect(VisibleText.escaped(text + "\n\t", keepsLines: true) == text + "\n\t")
    }

    @Test("JSON says the same after it")
    func json() throws {
        let value: JSONValue = ["\u{202e}name": "\u{9b}31m\u{1b}]0;x\u{7}\u{e0041}\n"]
        let text = VisibleText.escaped(JSONWriter.text(value))
        #expect(text.utf8.allSatisfy { (0x20..<0x7f).contains($0) })
        #expect(try JSONParser.parse(Array(text.utf8)) == value)
    }
}
