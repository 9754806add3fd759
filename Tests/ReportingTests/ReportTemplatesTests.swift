import ReportKit
import Testing
import Triage
import VigilCore

@testable import Reporting

/// Files of languages, and the closed language that each is.
struct ReportTemplatesTests {
    @Test(
        "every sentence is read back as what it was written from",
        arguments: MadeFinding.languages)
    func inverse(language: String) throws {
        let templates = try MadeFinding.templates(language)
        var texts: [[UInt8]: ReportClaim] = [:]
        for claim in templates.everyClaim {
            let text = try #require(templates.bytes(of: claim))
            #expect(templates.reading(of: text) == claim)
            #expect(texts[text] == nil || texts[text] == claim)
            texts[text] = claim
        }
        #expect(texts.count > 600)
    }

    @Test(
        "a language has a name for every row of the triage table",
        arguments: MadeFinding.languages)
    func complete(language: String) throws {
        let writer = ReportWriter(try MadeFinding.templates(language))
        #expect(throws: Never.self) {
            try writer.check(asked: FindingTable.concepts.flatMap(\.codes))
        }
    }

    @Test(
        "no sentence of a flagged finding says that it is there",
        arguments: MadeFinding.languages)
    func hedged(language: String) throws {
        let templates = try MadeFinding.templates(language)
        let certain = [" is ", " are ", "There ", " ist ", " sind ", " liegt ", "nachgewiesen"]
        for claim in templates.everyClaim where claim.polarity == .present {
            let text = try #require(templates.text(of: claim)).text
            for word in certain { #expect(!text.contains(word), "\(text)") }
        }
    }

    /// What the English file becomes with a text replaced.
    private func refusal(_ old: String, _ new: String) throws -> String {
        let text = String(decoding: try MadeFinding.file("en"), as: UTF8.self)
        #expect(text.contains(old), "the file has no \(old)")
        let changed = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        do {
            _ = try ReportTemplates(Array(changed.joined(separator: new).utf8), file: "en.json")
            return "taken"
        } catch {
            return "\(error)"
        }
    }

    @Test("a file that would say what nobody told is refused, and the message names the member")
    func refusals() throws {
        let absent = #""absent": "No {name}.""#
        let cases: [(String, String, String)] = [
            (absent, #""absent": "No {laterality} {name}.""#, "has a field laterality, which is"),
            (absent, #""absent": "No {name} {side}.""#, "sentences.absent must have, besides"),
            (absent, #""absent": "Nothing.""#, "sentences.absent must name its finding once"),
            (absent, #""absent": "No {name}{name}.""#, "has the field name twice"),
            (absent, #""absent": "No {name.""#, "has a brace without its other"),
            (absent, #""absent": "No} {name}.""#, "has a brace without its other"),
            (absent, #""absent": "No {name} in 2 views.""#, "has a number that no field tells"),
            (absent, #""absent": "No {name} on the left.""#, "says the side left by itself"),
            (absent, #""absent": "No left-sided {name}.""#, "says the side left by itself"),
            (#""name": "fracture""#, #""name": "fracture of the Right""#, "findings.fracture says"),
            (#""possible": "Possible""#, #""possible": "On both""#, "probability.possible"),
            (#""head": "Head""#, #""head": "Head, left""#, "regions.head says the side left"),
            (absent, #""absent": " No {name}.""#, "without spaces at its ends"),
            (absent, #""absent": "No \u0000{name}.""#, "is no text of 1 to 300 bytes"),
            (absent, #""absent": "Uncertain: {name}.""#, "is read as another sentence"),
            (absent, #""absent": "No {start}.""#, "findings.pneumothorax.start is no text"),
            (absent, #""missing": "No {name}.""#, "has a member missing, which is none of"),
            (#""{probability} {name} {side}.""#, #""{probability} {name}{side}.""#, "no space"),
            (#""{probability} {name} {side}.""#, #""{name} {side}.""#, "must have, besides"),
            (#""name": "fracture""#, #""name": "rib fracture""#, "is read as another sentence"),
            (#""name": "fracture""#, #""name": "{name}""#, "has a number or a brace"),
            (#""name": "fracture""#, #""word": "fracture""#, "has a member word"),
            (#""fracture": {"#, #""Fracture": {"#, "findings.Fracture is no code"),
            (#""both": "on both sides""#, #""both": "on the left""#, "is read as another"),
            (#""both": "on both sides""#, #""up": "x""#, "has a member up"),
            (#""version": "1""#, #""version": """#, "version is no text"),
            (#""language": "en""#, #""language": "e1""#, "is no tag of a language"),
            ("vigil.report-templates/1", "vigil.report-templates/2", "schema is not"),
            (#""head": "Head","#, "", "regions.head is no text"),
            ("{\n", "", "cannot be read"),
        ]
        for (old, new, message) in cases {
            let refusal = try refusal(old, new)
            #expect(refusal.contains(message), "\(new): \(refusal)")
        }
        #expect(try refusal("Heart, vessels", "Heart, large vessels") == "taken")
    }

    @Test("no file of random bytes or cut off ends the process")
    func hostile() throws {
        var random = SplitMix64(seed: 3)
        let file = try MadeFinding.file("de")
        var refused = 0
        for _ in 0..<300 {
            var bytes = file
            for _ in 0...Int(random.next() % 3) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 256)
            }
            if random.next() % 4 == 0 { bytes = Array(bytes.prefix(Int(random.next() % 4000))) }
            if (try? ReportTemplates(bytes, file: "x")) == nil { refused += 1 }
        }
        #expect(refused > 100)
    }
}
