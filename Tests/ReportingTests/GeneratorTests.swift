import ReportKit
import Testing
import VigilCore

@testable import Reporting

/// What a site's own generator is told, and what may come of what it says.
struct GeneratorTests {
    private let finding = MadeFinding.finding([
        MadeFinding.result("pneumothorax", .flagged, calibrated: 0.6),
        MadeFinding.result(
            "pleural_effusion", .notFlagged, calibrated: 0.01, promise: .falseNegatives),
        MadeFinding.result("fracture", .abstained([.tooFewPositives])),
        MadeFinding.result("rib_fracture", .flagged, calibrated: 0.3),
        MadeFinding.result("pleural_thickening", .notFlagged),
    ])

    private func writer() throws -> ReportWriter { ReportWriter(try MadeFinding.templates("en")) }

    /// What our own writer says of the record, by the codes.
    private func own() throws -> [String: OfferedSentence] {
        let draft = try writer().draft(of: finding, record: MadeFinding.digest)
        return Dictionary(
            draft.all.map { sentence in
                (
                    sentence.codes.first ?? sentence.text.text,
                    OfferedSentence(
                        text: sentence.text.text, codes: sentence.codes,
                        polarity: sentence.polarity, side: sentence.side,
                        sources: sentence.sources.map(\.text))
                )
            }
        ) { first, _ in first }
    }

    private func draft(_ offered: [OfferedSentence]) throws -> ReportDraft<SafeText> {
        let answer = GeneratorAnswer(offered)
        return try writer().draft(
            of: finding, record: MadeFinding.digest,
            offered: GeneratorSentences(answer, of: MadeFinding.digest))
    }

    @Test("it is told what the finding says, on one line, and nothing of a patient or a study")
    func request() throws {
        let request = try #require(try writer().request(of: finding))
        let line = request.line(study: "7")
        #expect(line.last == UInt8(ascii: "\n") && line.count { $0 == UInt8(ascii: "\n") } == 1)
        let text = String(decoding: line, as: UTF8.self)
        for name in ["Doe", "ACC-4711", "1.2.840", finding.pseudonym.safeText] {
            #expect(!text.contains(name), "\(name)")
        }
        #expect(!text.contains("\(finding.findingID)"))
        let json = try JSONParser.parse(line)
        #expect(json["study"]?.stringValue == "7" && json["language"]?.stringValue == "en")
        let told = try #require(json["findings"]?.arrayValue)
        #expect(told.count == 5)
        #expect(told[0]["text"]?.stringValue == "Possible pneumothorax.")
        #expect(told[0]["probability_word"]?.stringValue == "possible")
        #expect(told[1]["says"]?.stringValue == "absent" && told[1]["polarity"] == "absent")
        #expect(try writer().request(of: MadeFinding.finding(nil)) == nil)
    }

    @Test("it chooses and orders what stands beside what is flagged, and is named for it")
    func chooses() throws {
        let own = try own()
        let wanted = try ["pleural_thickening", "pleural_effusion"].map {
            try #require(own[$0])
        }
        let draft = try draft(wanted)
        let body = try #require(draft.body)
        let pleura = try #require(body.findings.first { $0.region == .pleura })
        #expect(
            pleura.sentences.map(\.codes) == [
                ["pneumothorax"], ["pleural_thickening"], ["pleural_effusion"],
            ])
        #expect(pleura.sentences.map(\.isOffered) == [false, true, true])
        // It cannot leave out what is flagged, nor that of two findings nothing is said.
        let plain = try #require(
            try writer().draft(of: finding, record: MadeFinding.digest).body)
        #expect(body.impression == plain.impression && body.technique == plain.technique)
        #expect(body.findings.first { $0.region == .bones }?.sentences.count == 1)
        #expect(draft.generator == MadeFinding.digest && draft.dropped.isEmpty)
    }

    @Test("what it says twice, or the finding does not say, is dropped and counted by why")
    func drops() throws {
        let good = try #require(try own()["pneumothorax"])
        var flipped = good
        flipped.text = "No pneumothorax."
        flipped.polarity = .absent
        var bare = good
        bare.sources = []
        let draft = try draft([good, good, flipped, bare, good])
        #expect(draft.dropped == [.repeated: 2, .unsupported: 1, .withoutEvidence: 1])
        let silent = try self.draft([])
        #expect(silent.body?.impression.map(\.codes) == draft.body?.impression.map(\.codes))
        #expect(silent.body?.findings.flatMap(\.sentences).count == 2)
    }

    @Test("a draft that was made of its sentences comes out again from those that it records")
    func recorded() throws {
        let own = try own()
        let offered = Array(own.values) + Array(own.values.prefix(2))
        let draft = try draft(offered)
        let again = try #require(GeneratorSentences(recorded: draft.read))
        let twice = try writer().draft(
            of: finding, record: MadeFinding.digest, offered: again)
        #expect(twice == draft)
        // A record that somebody changed does not.
        var body = try #require(draft.read.body)
        body.findings[0] = .init(
            region: .pleura, title: "Pleura",
            sentences: body.findings[0].sentences.map {
                ReportSentence(
                    text: "No pneumothorax.", codes: ["pneumothorax"], polarity: .absent,
                    sources: $0.sources, isOffered: true)
            })
        let changed = ReportDraft<String>(
            draft.read.subject, draft.read.language, body: body, generator: draft.generator)
        let read = try #require(GeneratorSentences(recorded: changed))
        let made = try writer().draft(of: finding, record: MadeFinding.digest, offered: read)
        #expect(made != draft && made.dropped[.unsupported] == 1)
        #expect(
            GeneratorSentences(
                recorded: try writer().draft(of: finding, record: MadeFinding.digest).read) == nil)
    }

    @Test("a line that is no answer for the study is one of a closed list of faults")
    func lines() throws {
        func fault(_ line: String) -> GeneratorFault? {
            do throws(GeneratorFault) {
                _ = try GeneratorAnswer(line: Array(line.utf8), study: "7")
                return nil
            } catch { return error }
        }
        #expect(fault(#"{"study":"7","sentences":[]}"#) == nil)
        #expect(fault(#"{"study":"8","sentences":[]}"#) == .otherStudy)
        for line in ["", "{", "[]", "7", #"{"study":"7"}"#, #"{"study":7,"sentences":[]}"#] {
            #expect(fault(line) == .malformed, "\(line)")
        }
        let many = Array(repeating: "{}", count: 1001).joined(separator: ",")
        #expect(fault(#"{"study":"7","sentences":[\#(many)]}"#) == .malformed)
        let bytes = Array(#"{"study":"7","sentences":["#.utf8) + [0x22, 0xff, 0x22, 0x5d, 0x7d]
        #expect(throws: GeneratorFault.notUTF8) {
            try GeneratorAnswer(line: bytes, study: "7")
        }
        let deep = String(repeating: "[", count: 100_000)
        #expect(fault(#"{"study":"7","sentences":\#(deep)"#) == .malformed)
    }

    @Test("an element that is no sentence of the right kinds is counted, and the others stand")
    func malformed() throws {
        let line = #"""
            {"study":"7","sentences":[17,{"text":5},{"text":"a","codes":"x"},
            {"text":"a","polarity":"maybe"},{"text":"a","side":"up"},{"text":"a","sources":[1]},
            {"text":"a","polarity":null,"codes":null},
            {"text":"b","codes":["c"],"polarity":"absent","side":"left","sources":["s"]}]}
            """#
        let answer = try GeneratorAnswer(line: Array(line.utf8), study: "7")
        #expect(answer.malformed == 6)
        #expect(
            answer.sentences == [
                OfferedSentence(text: "a", codes: [], polarity: nil, sources: []),
                OfferedSentence(
                    text: "b", codes: ["c"], polarity: .absent, side: .left, sources: ["s"]),
            ])
    }

    @Test("bytes of any kind are read or refused, and end nothing")
    func hostile() throws {
        var random = SplitMix64(seed: 15)
        let line = Array(
            #"{"study":"7","sentences":[{"text":"a","codes":["b"],"polarity":"absent"}]}"#.utf8)
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = line
            for _ in 0...Int(random.next() % 4) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(random.next() % 256)
            }
            if random.next() % 4 == 0 { bytes = Array(bytes.prefix(Int(random.next() % 70))) }
            if (try? GeneratorAnswer(line: bytes, study: "7")) == nil { refused += 1 }
        }
        #expect((5000..<20_000).contains(refused))
    }
}

extension ReportDraft<SafeText> {
    /// As a reader of the topic has it.
    var read: ReportDraft<String> {
        func read(_ sentence: Sentence) -> ReportSentence<String> {
            ReportSentence(
                text: sentence.text.text, codes: sentence.codes, polarity: sentence.polarity,
                word: sentence.word, side: sentence.side, box: sentence.box,
                calibration: sentence.calibration, sources: sentence.sources.map(\.text),
                isOffered: sentence.isOffered)
        }
        let subject = ReportDraft<String>.Subject(
            findingID: subject.findingID, record: subject.record, study: subject.study,
            keyID: subject.keyID)
        let language = ReportDraft<String>.Language(
            tag: language.tag, version: language.version, digest: language.digest)
        guard let body, notice == nil else {
            return ReportDraft<String>(
                subject, language,
                notice: notice.map(read)
                    ?? ReportSentence(
                        text: "", codes: [], polarity: nil, sources: []))
        }
        var out = ReportDraft<String>.Body()
        out.technique = body.technique.map(read)
        out.comparison = body.comparison.map(read)
        out.findings = body.findings.map {
            .init(region: $0.region, title: $0.title.text, sentences: $0.sentences.map(read))
        }
        out.impression = body.impression.map(read)
        return ReportDraft<String>(
            subject, language, body: out, generator: generator, dropped: dropped)
    }
}
