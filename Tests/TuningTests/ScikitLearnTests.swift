import Foundation
import Testing
import VigilCore

@testable import Tuning

/// What scikit-learn fits to the same data (make_vectors.py).
struct ScikitLearnTests {
    private let vectors: JSONValue
    private let studies: LabelledStudies

    init() throws {
        let path = "\(#filePath)".replacing(
            "ScikitLearnTests.swift", with: "Vectors/scikit-learn.json")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        vectors = try JSONParser.parse(bytes)
        var embeddings = EmbeddingMatrix(width: 12)
        for row in vectors["embeddings"]?.arrayValue ?? [] {
            try embeddings.append(Self.numbers(row).map { Float($0) })
        }
        studies = LabelledStudies(
            embeddings: embeddings,
            labels: (vectors["truth"]?.arrayValue ?? []).map { label in
                Self.numbers(label).map { $0 == 1 }
            }, sites: Self.numbers(vectors["sites"]).map { Int($0) })
    }

    private static func numbers(_ value: JSONValue?) -> [Double] {
        (value?.arrayValue ?? []).map { $0.doubleValue ?? .nan }
    }

    private var withoutSites: LabelledStudies {
        LabelledStudies(embeddings: studies.embeddings, labels: studies.labels)
    }

    private func check(
        _ name: String, _ studies: LabelledStudies, _ options: LogisticOptions
    ) throws {
        let heads = try LogisticRegression(options).fit(studies, names: ["a", "b"])
        for (label, head) in heads.enumerated() {
            let expected = vectors["fits"]?.arrayValue?[label][name]
            let weights = Self.numbers(expected?["weights"])
            #expect(weights.count == 12 + head.siteBiases.count)
            for (found, expected) in zip(head.weights + head.siteBiases, weights) {
                #expect(abs(found - expected) < 1e-3, "\(name)")
            }
            let bias = try #require(expected?["bias"]?.doubleValue)
            #expect(abs(head.bias - bias) < 1e-3, "\(name)")
        }
    }

    @Test("coefficients agree within 1e-3")
    func coefficients() throws {
        try check("plain", withoutSites, LogisticOptions())
        var weak = LogisticOptions()
        weak.strength = 100
        try check("weak", withoutSites, weak)
    }

    @Test("class weights agree")
    func balanced() throws {
        var options = LogisticOptions()
        options.strength = 0.5
        options.isBalanced = true
        try check("balanced", withoutSites, options)
    }

    @Test("an intercept a site is what a column a site would be")
    func sites() throws {
        try check("sites", studies, LogisticOptions())
    }

    @Test("Platt's two numbers agree")
    func platt() throws {
        let scores = Self.numbers(vectors["scores"])
        let truth = studies.labels[0].map { $0 == true }
        let found = LinearCalibration.platt(scores, truth)
        let slope = try #require(vectors["platt"]?["slope"]?.doubleValue)
        let intercept = try #require(vectors["platt"]?["intercept"]?.doubleValue)
        #expect(abs(found.slope - slope) < 1e-4)
        #expect(abs(found.intercept - intercept) < 1e-4)
    }

    @Test("rising steps agree, between and outside of the scores too")
    func isotonic() {
        let scores = Self.numbers(vectors["scores"])
        let steps = IsotonicCalibration(scores, studies.labels[0].map { $0 == true })
        let places = Self.numbers(vectors["isotonic"]?["at"])
        let expected = Self.numbers(vectors["isotonic"]?["probability"])
        #expect(places.count == 41)
        for (place, probability) in zip(places, expected) {
            #expect(abs(steps.probability(place) - probability) < 1e-6)
        }
    }
}
