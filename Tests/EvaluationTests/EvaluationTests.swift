import Foundation
import Testing
import VigilCore

@testable import Evaluation

/// Intervals, subgroups, delays and the page.
struct EvaluationTests {
    /// Studies of which one in four has an effusion; patients have two each.
    private func made(_ count: Int, separation: Double = 1.5) throws -> (TruthTable, ModelRun) {
        var generator = SplitMix64(seed: 11)
        var rows = ["study,patient,vendor,effusion"]
        var lines: [String] = []
        for index in 0..<count {
            let truth = generator.below(4) == 0
            rows.append(
                "s\(index),p\(index / 2),\(index % 3 == 0 ? "A&<b>" : "B"),\(truth ? 1 : 0)")
            let noise = generator.unit() + generator.unit() + generator.unit() - 1.5
            let score = min(max(0.5 + 0.2 * (noise + (truth ? separation : -separation) / 2), 0), 1)
            lines.append("{\"file\":\"s\(index).dcm\",\"scores\":{\"effusion\":\(score)}}")
        }
        let truth = try TruthTable(Array(rows.joined(separator: "\n").utf8), file: "truth")
        var run = ModelRun(truth, head: nil, file: "run")
        try run.add(Array(lines.joined(separator: "\n").utf8))
        return (truth, run)
    }

    private func report(
        _ count: Int, _ change: (inout EvaluationOptions) -> Void = { _ in }
    ) throws -> EvaluationReport {
        let (truth, run) = try made(count)
        var options = EvaluationOptions()
        options.replicates = 200
        options.subgroups = ["vendor"]
        change(&options)
        return try Evaluation(truth: truth, run: run, other: run, options: options).report()
    }

    @Test("the same seed gives the same report, and another seed other intervals")
    func seeded() throws {
        let first = JSONWriter.text(try report(120).json)
        #expect(JSONWriter.text(try report(120).json) == first)
        #expect(JSONWriter.text(try report(120) { $0.seed = 2 }.json) != first)
    }

    @Test("an interval holds its value, and is narrower with more studies")
    func intervals() throws {
        func width(_ count: Int) throws -> Double {
            let area = try report(count).labels[0][.auroc]
            let (low, high) = (try #require(area.low), try #require(area.high))
            #expect(low < area.value && area.value < high)
            return high - low
        }
        let (few, many) = (try width(100), try width(1600))
        #expect(many < 0.5 * few)
    }

    @Test("resampled areas spread as DeLong's error says when patients are single studies")
    func bootstrapAgainstDelong() throws {
        var generator = SplitMix64(seed: 4)
        let truth = (0..<400).map { $0 % 3 == 0 }
        let scores = truth.map { generator.unit() + ($0 ? 0.4 : 0) }
        let ranked = RankedScores(
            scores: scores, isPositive: truth, patients: Array(scores.indices))
        var bootstrap = PatientBootstrap(count: 400, seed: 1)
        let areas = (0..<2000).map { _ in ranked.auroc(weights: bootstrap.next()) }
        let mean = areas.reduce(0, +) / 2000
        let squares: Double = areas.reduce(0.0) { sum, area in sum + (area - mean) * (area - mean) }
        let spread = (squares / 1999).squareRoot()
        let test = try #require(
            DelongTest(first: scores, second: scores.map { -$0 }, isPositive: truth))
        #expect(abs(spread - test.firstError) < 0.1 * test.firstError)
    }

    @Test("all studies of a patient are drawn together")
    func patients() throws {
        let (truth, _) = try made(40)
        #expect(Set(truth.patients()).count == 20)
        var bootstrap = PatientBootstrap(count: 20, seed: 3)
        for _ in 0..<10 { #expect(bootstrap.next().reduce(0, +) == 20) }
    }

    @Test("subgroups are measured at the threshold of all studies")
    func subgroups() throws {
        let report = try report(400) { $0.rules = [.specificity(0.9)] }
        #expect(report.subgroups.map(\.scores.count).reduce(0, +) == 400)
        for label in report.subgroups {
            #expect(label.thresholds == report.labels[0].thresholds)
        }
        let weighted = report.subgroups.reduce(0.0) { sum, label in
            let negatives = Double(label.scores.count - label.scores.positives)
            return sum + label[.specificity(0)].value * negatives
        }
        let all = report.labels[0]
        let negatives = Double(all.scores.count - all.scores.positives)
        let difference: Double = weighted / negatives - all[.specificity(0)].value
        #expect(abs(difference) < 1e-12)
    }

    @Test("predictive values follow the stated prevalence")
    func prevalence() throws {
        let report = try report(300) { $0.prevalence = 0.02 }
        let label = report.labels[0]
        let (found, cleared) = (
            label[.sensitivity(0)].value * 0.02, label[.specificity(0)].value * 0.98
        )
        let wrong = (1 - label[.specificity(0)].value) * 0.98
        let missed = (1 - label[.sensitivity(0)].value) * 0.02
        let ppv: Double = label[.statedPPV(0)].value - found / (found + wrong)
        let npv: Double = label[.statedNPV(0)].value - cleared / (cleared + missed)
        #expect(abs(ppv) < 1e-12)
        #expect(abs(npv) < 1e-12)
    }

    @Test("undefined numbers are null and have no interval")
    func undefined() throws {
        let truth = try TruthTable(Array("study,effusion\na,0\nb,0\n".utf8), file: "truth")
        var run = ModelRun(truth, head: nil, file: "run")
        run.add(scores: ["effusion": 0.2], row: 0)
        run.add(scores: ["effusion": 0.4], row: 1)
        let report = try Evaluation(truth: truth, run: run, options: EvaluationOptions()).report()
        let json = report.json["labels"]?.arrayValue?.first
        let parsed = try JSONParser.parse(JSONWriter.bytes(json ?? .null))
        #expect(parsed["auroc"]?["value"] == .null)
        #expect(parsed["auroc"]?["low"] == .null)
        #expect(parsed["brier"]?["value"]?.doubleValue != nil)
        #expect(report.delay == nil)
    }

    @Test("nothing to measure is said so")
    func nothing() throws {
        let (truth, run) = try made(10)
        var options = EvaluationOptions()
        options.labels = ["effusion", "nodule"]
        #expect(throws: EvaluationError.missingColumn(file: "truth", names: "nodule")) {
            _ = try Evaluation(truth: truth, run: run, options: options)
        }
        #expect(throws: EvaluationError.self) {
            _ = try Evaluation(
                truth: truth, run: ModelRun(truth, head: nil, file: "run"),
                options: EvaluationOptions())
        }
    }

    @Test("the page needs nothing from outside, and names are no markup")
    func page() throws {
        let page = HTMLReport(
            try report(200), title: "run & <truth>", made: Timestamp(milliseconds: 0)
        ).text
        for part in ["http", "src=", "@import", "url(", "<script", "<link", "A&<b>"] {
            #expect(!page.contains(part), "\(part)")
        }
        #expect(page.contains("A&amp;&lt;b&gt;"))
        #expect(page.contains("prefers-color-scheme: dark"))
        // ROC, calibration, decision curve, two delays and a subgroup's forest.
        #expect(page.split(separator: "<svg").count - 1 == 6)
        for tag in ["svg", "table", "div", "text", "td", "tr"] {
            let opened = page.split(separator: "<\(tag)", omittingEmptySubsequences: false)
                .dropFirst().count { $0.first == " " || $0.first == ">" }
            let closed = page.split(separator: "</\(tag)>", omittingEmptySubsequences: false).count
            #expect(opened == closed - 1, "\(tag)")
        }
    }
}
