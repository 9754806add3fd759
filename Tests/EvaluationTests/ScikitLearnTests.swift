import Foundation
import Testing
import VigilCore

import Evaluation

/// What scikit-learn computes of the same scores (make_vectors.py), within 1e-6.
struct ScikitLearnTests {
    /// Scores and truths with what is expected of them.
    private struct Case {
        let expected: JSONValue
        let ranked: RankedScores
        let first: [Double]
        let second: [Double]
        let truth: [Bool]

        func number(_ path: String...) -> Double {
            path.reduce(expected) { $0[$1] ?? .null }.doubleValue ?? .nan
        }

        func numbers(_ value: JSONValue?) -> [Double] {
            (value?.arrayValue ?? []).map { $0.doubleValue ?? .nan }
        }
    }

    private func cases() throws -> [Case] {
        let path = "\(#filePath)".replacing(
            "ScikitLearnTests.swift", with: "Vectors/scikit-learn.json")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let json = try JSONParser.parse(bytes).arrayValue ?? []
        return json.map { object in
            func numbers(_ name: String) -> [Double] {
                (object[name]?.arrayValue ?? []).map { $0.doubleValue ?? .nan }
            }
            let truth = numbers("truth").map { $0 == 1 }
            let first = numbers("first")
            return Case(
                expected: object,
                ranked: RankedScores(
                    scores: first, isPositive: truth, patients: Array(first.indices)),
                first: first, second: numbers("second"), truth: truth)
        }
    }

    private func isNear(_ found: Double, _ expected: Double) -> Bool {
        abs(found - expected) <= 1e-6
    }

    @Test("areas, precision, Brier and calibration error agree")
    func measures() throws {
        let cases = try cases()
        #expect(cases.count == 3)
        for item in cases {
            let found = item.ranked.measure(rules: [.threshold(0.5)])
            #expect(isNear(found[.auroc], item.number("auroc")))
            #expect(isNear(found[.averagePrecision], item.number("average_precision")))
            #expect(isNear(found[.brier], item.number("brier")))
            #expect(isNear(found[.calibrationError], item.number("calibration_error")))
            #expect(isNear(found[.sensitivity(0)], item.number("at_half", "sensitivity")))
            #expect(isNear(found[.specificity(0)], item.number("at_half", "specificity")))
            #expect(isNear(found[.ppv(0)], item.number("at_half", "ppv")))
            #expect(isNear(found[.npv(0)], item.number("at_half", "npv")))
        }
    }

    @Test("weights count a study so many times")
    func weights() throws {
        for item in try cases() {
            let weights = item.numbers(item.expected["weights"])
            let found = item.ranked.measure(weights: weights, rules: [])
            #expect(isNear(found[.auroc], item.number("weighted", "auroc")))
            #expect(
                isNear(found[.averagePrecision], item.number("weighted", "average_precision")))
            #expect(isNear(found[.brier], item.number("weighted", "brier")))
        }
    }

    @Test("operating points are found where the curve says")
    func operatingPoints() throws {
        for item in try cases() {
            let found = item.ranked.measure(
                rules: [.specificity(0.9), .sensitivity(0.95), .youden])
            #expect(
                isNear(found[.sensitivity(0)], item.number("sensitivity_at_specificity_0.9")))
            #expect(
                isNear(found[.specificity(1)], item.number("specificity_at_sensitivity_0.95")))
            #expect(
                isNear(
                    found[.sensitivity(2)] + found[.specificity(2)] - 1, item.number("youden")))
        }
    }

    @Test("the curves agree point by point")
    func curves() throws {
        for item in try cases() {
            let roc = item.expected["roc"]?.arrayValue ?? []
            let curve = item.ranked.rocCurve
            let (falses, trues) = (item.numbers(roc.first), item.numbers(roc.last))
            #expect(curve.count == falses.count)
            for (index, point) in curve.enumerated() where index < falses.count {
                #expect(isNear(point.falsePositives, falses[index]))
                #expect(isNear(point.truePositives, trues[index]))
            }
            let calibration = item.expected["calibration"]?.arrayValue ?? []
            let bins = item.ranked.calibrationCurve
            #expect(bins.count == item.numbers(calibration.first).count)
            for (bin, (frequency, score)) in zip(
                bins, zip(item.numbers(calibration.first), item.numbers(calibration.last)))
            {
                #expect(isNear(bin.frequency, frequency))
                #expect(isNear(bin.score, score))
            }
            let benefits = item.ranked.netBenefit(at: [0.05, 0.2, 0.5, 0.8])
            for (found, expected) in zip(benefits, item.numbers(item.expected["net_benefit"])) {
                #expect(isNear(found, expected))
            }
        }
    }

    @Test("DeLong's test agrees with its definition pair by pair")
    func delong() throws {
        for item in try cases() {
            let test = try #require(
                DelongTest(first: item.first, second: item.second, isPositive: item.truth))
            #expect(isNear(test.first, item.number("delong", "first")))
            #expect(isNear(test.second, item.number("delong", "second")))
            #expect(isNear(test.standardError, item.number("delong", "standard_error")))
            #expect(isNear(test.z ?? .nan, item.number("delong", "z")))
            #expect(isNear(test.pValue ?? .nan, item.number("delong", "p")))
            let same = try #require(
                DelongTest(first: item.first, second: item.first, isPositive: item.truth))
            #expect(same.z == 0 && same.pValue == 1)
        }
    }
}
