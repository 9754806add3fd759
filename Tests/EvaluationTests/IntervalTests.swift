import Foundation
import Testing
import VigilCore

@testable import Evaluation

/// Intervals against statsmodels, SciPy and definitions (make_vectors.py), and on tables so small
/// that resampling sees nothing.
struct IntervalTests {
    private func vectors(_ name: String) throws -> [JSONValue] {
        let path = "\(#filePath)".replacing(
            "IntervalTests.swift", with: "Vectors/intervals.json")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        return try JSONParser.parse(bytes)[name]?.arrayValue ?? []
    }

    private func numbers(_ value: JSONValue?) -> [Double] {
        (value?.arrayValue ?? []).map { $0.doubleValue ?? .nan }
    }

    private func expect(_ found: ClosedRange<Double>?, _ expected: [Double]) {
        #expect(abs((found?.lowerBound ?? .nan) - expected[0]) <= 1e-9, "\(expected)")
        #expect(abs((found?.upperBound ?? .nan) - expected[1]) <= 1e-9, "\(expected)")
    }

    @Test("intervals of shares are those of statsmodels and SciPy")
    func proportions() throws {
        let cases = try vectors("proportions")
        #expect(cases.count > 10)
        for item in cases {
            let found = ProportionInterval.clopperPearson(
                hits: item["hits"]?.doubleValue ?? .nan, of: item["count"]?.doubleValue ?? .nan,
                confidence: item["confidence"]?.doubleValue ?? .nan)
            expect(found, numbers(item["interval"]))
        }
        #expect(ProportionInterval.clopperPearson(hits: 0, of: 0, confidence: 0.95) == nil)
    }

    @Test("intervals of areas at the border are the roots of their definition")
    func newcombe() throws {
        for item in try vectors("newcombe") {
            let found = AreaInterval.newcombe(
                item["area"]?.doubleValue ?? .nan,
                positives: Int(item["positives"]?.doubleValue ?? 0),
                negatives: Int(item["negatives"]?.doubleValue ?? 0), confidence: 0.95)
            expect(found, numbers(item["interval"]))
        }
    }

    @Test("errors of areas are DeLong's, and by patients Obuchowski's from all pairs")
    func areas() throws {
        let cases = try vectors("areas")
        #expect(cases.count == 3)
        for item in cases {
            let values = try #require(
                PlacementValues(
                    numbers(item["score"]), isPositive: numbers(item["truth"]).map { $0 == 1 },
                    patients: numbers(item["patients"]).map { Int($0) }))
            let error = (values.covariance(values) ?? .nan).squareRoot()
            #expect(abs(values.area - (item["area"]?.doubleValue ?? .nan)) <= 1e-12)
            #expect(abs(error - (item["error"]?.doubleValue ?? .nan)) <= 1e-12)
            expect(
                AreaInterval.area(values, confidence: 0.95), numbers(item["logit"]))
        }
    }

    @Test("all studies of a patient tell less than as many patients', and at the border one")
    func clusters() {
        func interval(_ hits: [Bool], each: Int) -> ClosedRange<Double>? {
            ProportionInterval.clustered(
                hits.enumerated().map { ($0.offset / each, $0.element) }, confidence: 0.95)
        }
        let alike = (0..<20).map { $0 < 12 }
        let (single, paired) = (interval(alike, each: 1), interval(alike, each: 2))
        #expect(
            single == ProportionInterval.clopperPearson(hits: 12, of: 20, confidence: 0.95))
        #expect((paired?.lowerBound ?? 1) < (single?.lowerBound ?? 0))
        #expect((paired?.upperBound ?? 0) > (single?.upperBound ?? 1))
        #expect(
            interval([true, true, true, true], each: 2)
                == ProportionInterval.clopperPearson(hits: 2, of: 2, confidence: 0.95))
        // Patients that differ within themselves tell no more than single studies.
        let mixed = (0..<20).map { $0 % 2 == 0 }
        #expect(interval(mixed, each: 2) == interval(mixed, each: 1))
    }

    /// A report on some studies: their truth, scores and patients.
    private func report(
        _ studies: [(truth: Int, score: Double, other: Double, patient: Int)],
        prevalence: Double = 0.1
    ) throws -> EvaluationReport {
        let rows = studies.enumerated().map { "s\($0),p\($1.patient),\($0 % 2),\($1.truth)" }
        let truth = try TruthTable(
            Array((["study,patient,sex,effusion"] + rows).joined(separator: "\n").utf8),
            file: "truth")
        var (first, second) = (
            ModelRun(truth, head: nil, file: "a"), ModelRun(truth, head: nil, file: "b")
        )
        for (row, study) in studies.enumerated() {
            first.add(scores: ["effusion": study.score], row: row)
            second.add(scores: ["effusion": study.other], row: row)
        }
        var options = EvaluationOptions()
        options.replicates = 50
        options.subgroups = ["sex"]
        options.rules = [.threshold(0.5), .specificity(0.9), .youden]
        options.prevalence = prevalence
        return try Evaluation(truth: truth, run: first, other: second, options: options).report()
    }

    @Test("three of three is not certain")
    func threeOfThree() throws {
        let report = try report(
            (0..<6).map { ($0 % 2, Double($0 % 2), Double($0 % 2), $0) })
        let label = report.labels[0]
        expect(
            label[.sensitivity(0)].ends, [0.292_401_773_821_286_7, 1])
        expect(label[.specificity(0)].ends, [0.292_401_773_821_286_7, 1])
        expect(label[.auroc].ends, [0.501_018_760_701_530_1, 1])
        #expect(label[.auroc].text() == "1.000 [0.501, 1.000]")
        #expect(report.comparisons[0].difference.ends.map { $0.contains(-0.4) } == true)
        for metric in [Metric.brier, .calibrationError, .averagePrecision, .statedPPV(0)] {
            #expect(label[metric].ends.map { $0.upperBound - $0.lowerBound > 0.2 } == true)
        }
    }

    /// Each `{value, low, high}` of a report with its path.
    private func estimates(_ value: JSONValue, _ path: String = "") -> [(String, JSONValue)] {
        if let elements = value.arrayValue {
            return elements.flatMap { estimates($0, path) }
        }
        guard let object = value.objectValue else { return [] }
        if object["low"] != nil { return [(path, value)] }
        return object.members.flatMap { estimates($0.value, "\(path).\($0.name)") }
    }

    @Test("no interval of a small table has no width, and none lies beside its value")
    func widths() throws {
        var generator = SplitMix64(seed: 7)
        for round in 0..<400 {
            let levels = [1, 2, 3, 1000][generator.below(4)]
            let studies = (0...generator.below(9)).map { _ in
                let scores = (0..<2).map { _ in
                    Double(generator.below(levels)) / Double(max(1, levels - 1))
                }
                return (generator.below(2), scores[0], scores[1], generator.below(6))
            }
            let report = try report(studies, prevalence: round % 10 == 0 ? 0 : 0.1)
            let made = try JSONParser.parse(JSONWriter.bytes(report.json))
            for (path, estimate) in estimates(made) {
                guard let value = estimate["value"]?.doubleValue else {
                    #expect(estimate["low"] == .null && estimate["high"] == .null, "\(path)")
                    continue
                }
                guard let low = estimate["low"]?.doubleValue,
                    let high = estimate["high"]?.doubleValue
                else {
                    // Alone means of waits, and what a prevalence of 0 settles, have none.
                    let isNone = path.contains("delay") || path.contains("at_prevalence")
                    #expect(isNone, "round \(round)\(path): \(value) of \(studies)")
                    continue
                }
                #expect(low < high && low <= value && value <= high, "\(path) \(estimate)")
            }
            let page = HTMLReport(report, title: "t", made: Timestamp(milliseconds: 0)).text
            let pointed = page.matches(of: /\[([^,\]]+), \1\]/).map { String($0.output.0) }
            #expect(pointed == [])
        }
    }

    @Test("ends that differ are shown with as many digits as it takes, none is shown as a dash")
    func texts() {
        let near = Estimate(value: 0.9998, interval: 0.9996...0.9999)
        #expect(near.text() == "0.9998 [0.9996, 0.9999]")
        #expect(Estimate(value: 2, interval: 2...2).text() == "2.000 [–]")
        #expect(Estimate(value: 120, interval: nil).minutes == "2.0 [–]")
        #expect(Estimate(value: 0.5).text() == "0.500")
        #expect(Estimate(value: .nan, interval: nil).text() == "–")
    }

    @Test("a model that is right of all against one that is right of none has no p-value")
    func noError() throws {
        let test = try #require(
            DelongTest(
                first: [1, 1, 0, 0], second: [0, 0, 1, 1],
                isPositive: [true, true, false, false]))
        #expect(test.z == nil && test.pValue == nil && test.pText == "–")
        let few = try report([(1, 0.9, 0.8, 0), (0, 0.2, 0.1, 1)])
        #expect(few.comparisons.count == 1 && few.comparisons[0].delong == nil)
        #expect(few.comparisons[0].cells.suffix(2) == ["–", "–"])
    }
}

extension Estimate {
    fileprivate var ends: ClosedRange<Double>? { low.flatMap { low in high.map { low...$0 } } }
}
