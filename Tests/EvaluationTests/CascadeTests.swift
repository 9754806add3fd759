import Testing
import VigilCore

@testable import Evaluation

/// A small model before a large one.
struct CascadeTests {
    private func run(_ truth: TruthTable, _ lines: [String]) throws -> ModelRun {
        var run = ModelRun(truth, head: nil, file: "run")
        try run.add(Array(lines.joined(separator: "\n").utf8))
        return run
    }

    private func finding(_ study: String, _ score: Double, joules: Double?) -> String {
        let energy = joules.map { ",\"energy\":{\"energy_joules\":\($0)}" } ?? ""
        return "{\"finding_id\":\"\(study)\",\"study\":{\"uid\":\"\(study)\"},"
            + "\"findings\":[{\"code\":\"effusion\",\"probability\":\(score)}],"
            + "\"run\":{\"timeline\":{}\(energy)}}"
    }

    private func truth() throws -> TruthTable {
        try TruthTable(
            Array("study,effusion\n1.1,0\n1.2,0\n1.3,1\n1.4,1\n".utf8), file: "truth")
    }

    @Test("the small model answers where it is sure, and the joules of both are counted")
    func saving() throws {
        let truth = try truth()
        let large = try run(
            truth, (1...4).map { finding("1.\($0)", [0.2, 0.1, 0.8, 0.9][$0 - 1], joules: 10) })
        let small = try run(
            truth, (1...4).map { finding("1.\($0)", [0.01, 0.3, 0.04, 0.6][$0 - 1], joules: 2) })
        let cascade = ModelCascade(large: large, small: small, threshold: 0.1)
        #expect(cascade.studies == 4 && cascade.escalated == 2)
        let scores = cascade.run.studies.map { $0?.scores["effusion"] }
        #expect(scores == [0.01, 0.1, 0.04, 0.9])
        #expect(cascade.joules?.large == 40 && cascade.joules?.cascade == 28)
        #expect(cascade.json["joules_saved"]?.doubleValue == 12)
        // What it costs: the third study is now ranked below the second.
        var options = EvaluationOptions()
        options.replicates = 0
        let report = try Evaluation(
            truth: truth, run: cascade.run, other: large, options: options
        ).report()
        #expect(report.comparisons.first?.difference.value == -0.25)
    }

    @Test("without joules in the runs those that were given count, and without any none are told")
    func given() throws {
        let truth = try truth()
        let large = try run(truth, [finding("1.1", 0.2, joules: nil)])
        let small = try run(truth, [finding("1.1", 0.2, joules: nil)])
        let none = ModelCascade(large: large, small: small, threshold: 0.5)
        #expect(none.joules == nil && none.json["joules_saved"] == nil)
        let some = ModelCascade(
            large: large, small: small, threshold: 0.5, joules: (large: 9, small: 3))
        #expect(some.joules?.cascade == 3 && some.escalated == 0)
    }

    @Test("a small model that says nothing of the deciding findings is not sure")
    func unsure() throws {
        let truth = try truth()
        let large = try run(truth, [finding("1.1", 0.2, joules: 1)])
        let small = try run(truth, [finding("1.1", 0.01, joules: 1)])
        let cascade = ModelCascade(
            large: large, small: small, threshold: 0.5, codes: ["pneumothorax"])
        #expect(cascade.escalated == 1 && cascade.run.studies[0]?.scores["effusion"] == 0.2)
    }
}
