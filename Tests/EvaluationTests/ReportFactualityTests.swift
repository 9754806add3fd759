import Testing
import VigilCore

@testable import Evaluation

/// What reports say, held against the truth and against what was flagged.
struct ReportFactualityTests {
    private func measure(_ truth: String, _ readings: String) throws -> ReportFactuality {
        try ReportFactuality(
            Array(readings.utf8), truth: try TruthTable(Array(truth.utf8), file: "truth"),
            file: "readings")
    }

    private func line(_ study: String, _ read: String, flagged: String) -> String {
        #"{"study":"\#(study)","read":{\#(read)},"flagged":{\#(flagged)}}"# + "\n"
    }

    private func said(_ code: String, _ polarities: String, _ sides: String = "") -> String {
        #""\#(code)":{"polarities":[\#(polarities)],"sides":[\#(sides)]}"#
    }

    @Test("each kind of fault is counted as what it is, once")
    func kinds() throws {
        let present = #""present""#
        let lines = [
            line("a", said("x", present, #""left""#), flagged: #""x":"left""#),
            line("b", said("x", present, #""left""#), flagged: #""x":"right""#),
            line("c", said("x", present, #""left""#), flagged: #""x":null"#),
            line("d", said("x", #""absent""#), flagged: #""x":null"#),
            line("e", said("x", #""open""#), flagged: #""x":null"#),
            line("f", said("x", present), flagged: ""),
            line("g", said("x", #""absent""#), flagged: ""),
            line("h", said("x", #""present","absent""#), flagged: #""x":null"#),
            line("nobody", "", flagged: #""x":null"#),
        ]
        let truth = """
            study,x,x.side,y
            a,1,left,
            b,1,left,1
            c,0,,
            d,1,,0
            e,,,
            f,1,left,
            g,0,,
            h,0,,

            """
        let counts = try measure(truth, lines.joined())
        #expect(counts.reports == 9 && counts.unmatched == 1)
        let flagged = counts.flagged
        #expect(flagged.wanted == 7 && flagged.omitted == 2 && flagged.invented == 1)
        #expect(flagged.flipped == 2 && flagged.wrongSides == 2)
        let told = counts.truth
        #expect(told.wanted == 4 && told.omitted == 0 && told.invented == 1)
        // The report of f tells no side, and the truth knows one.
        #expect(told.flipped == 2 && told.wrongSides == 1)
        #expect(counts.json["against_truth"]?["flipped"] == 2)
    }

    @Test("lines of another form are refused with their number, and none are nothing to measure")
    func refusals() throws {
        let good = line("a", said("x", #""present""#), flagged: "")
        let bad = [
            "{}", #"{"study":"a","read":{"x":{}},"flagged":{}}"#,
            #"{"study":"a","read":{"x":{"polarities":[1],"sides":[]}},"flagged":{}}"#,
            #"{"study":"a","read":{},"flagged":{"x":1}}"#,
        ]
        for text in bad {
            #expect(
                throws: EvaluationError.badLine(
                    file: "readings", line: 2, reason: "it is no reading of a report")
            ) { try measure("study,x\na,1\n", good + text) }
        }
        #expect(throws: EvaluationError.self) { try measure("study,x\na,1\n", "\n") }
    }
}
