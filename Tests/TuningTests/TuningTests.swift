import Foundation
import Testing
import VigilCore
import Weights

@testable import Tuning

/// Splits, prototypes, calibration, early stopping and files.
struct TuningTests {
    /// Studies of two labels that the first two columns tell apart, with noise.
    private func made(_ count: Int, seed: UInt64 = 5) throws -> LabelledStudies {
        var generator = SplitMix64(seed: seed)
        var embeddings = EmbeddingMatrix(width: 11)
        var labels: [[Bool?]] = [[], []]
        for row in 0..<count {
            let truth = [row % 3 == 0, row % 2 == 0]
            var x = (0..<11).map { _ in Float(generator.unit() - 0.5) }
            for label in 0..<2 { x[label] += truth[label] ? 0.5 : -0.5 }
            try embeddings.append(x)
            for label in 0..<2 { labels[label].append(row % 17 == 5 ? nil : truth[label]) }
        }
        return LabelledStudies(embeddings: embeddings, labels: labels)
    }

    private func shareRight(_ head: LinearHead, _ studies: LabelledStudies, _ label: Int) -> Double
    {
        let logits = studies.embeddings.logits(weights: head.weights, bias: head.bias)
        let known = logits.indices.filter { studies.labels[label][$0] != nil }
        let right = known.count { (logits[$0] > 0) == (studies.labels[label][$0] == true) }
        return Double(right) / Double(known.count)
    }

    @Test("no patient is on two sides, and each side has its share")
    func split() {
        let split = PatientSplit(validation: 0.2, test: 0.1, seed: 3)
        let sides = (0..<5000).map { split.side(of: "patient \($0)") }
        let again = (0..<5000).map { split.side(of: "patient \($0)") }
        #expect(sides == again)
        let counts = PatientSplit.Side.allCases.map { side in sides.count { $0 == side } }
        #expect(abs(counts[0] - 3500) < 150)
        #expect(abs(counts[1] - 1000) < 120)
        #expect(abs(counts[2] - 500) < 90)
        let other = PatientSplit(validation: 0.2, test: 0.1, seed: 4)
        let others = (0..<5000).map { other.side(of: "patient \($0)") }
        #expect(sides != others)
    }

    @Test("a fit has the same bits each time, and labels do not disturb each other")
    func deterministic() throws {
        let studies = try made(301)
        let both = try LogisticRegression().fit(studies, names: ["a", "b"])
        #expect(try LogisticRegression().fit(studies, names: ["a", "b"]) == both)
        let alone = LabelledStudies(embeddings: studies.embeddings, labels: [studies.labels[1]])
        #expect(try LogisticRegression().fit(alone, names: ["b"])[0] == both[1])
    }

    @Test("prototypes of a few studies tell labels apart")
    func prototypes() throws {
        let studies = try made(400)
        for (shots, least) in [(nil, 0.9), (8, 0.8), (1, 0.55)] {
            let head = PrototypeHead(shots: shots, seed: 1)
            let heads = try head.fit(studies, names: ["a", "b"])
            #expect(try head.fit(studies, names: ["a", "b"]) == heads)
            for label in 0..<2 {
                #expect(shareRight(heads[label], studies, label) > least)
            }
        }
    }

    @Test("early stopping goes back to the step of least loss on other patients")
    func earlyStopping() throws {
        let (training, validation) = (try made(40), try made(400, seed: 99))
        var options = LogisticOptions()
        options.strength = 1e6
        let full = try LogisticRegression(options).fit(training, names: ["a", "b"])
        options.patience = 3
        let stopped = try LogisticRegression(options).fit(
            training, validation: validation, names: ["a", "b"])
        let problem = LogisticProblem(
            validation, options: options, penalty: false, sites: 0)
        func loss(_ head: LinearHead, _ label: Int) -> Double {
            problem.evaluate([head.weights + [head.bias]], labels: [label])[0].value
        }
        for label in 0..<2 {
            #expect(stopped[label].iterations < full[label].iterations)
            #expect(loss(stopped[label], label) < loss(full[label], label))
        }
    }

    @Test("a label without one side is refused by name")
    func tooFew() throws {
        let studies = try made(30)
        let flat = LabelledStudies(
            embeddings: studies.embeddings,
            labels: [studies.labels[0].map { _ in false }])
        #expect(throws: TuningError.tooFew(label: "a", side: "training")) {
            try LogisticRegression().fit(flat, names: ["a"])
        }
        #expect(throws: TuningError.self) {
            var embeddings = EmbeddingMatrix(width: 2)
            try embeddings.append([1, .nan])
        }
    }

    @Test("calibration brings overconfident logits back")
    func calibration() {
        var generator = SplitMix64(seed: 8)
        let truths = (0..<4000).map { _ in generator.unit() }
        let positives = truths.map { generator.unit() < $0 }
        let logits = truths.map { 3 * Sigmoid.logit(min(max($0, 1e-3), 0.999)) }
        let temperature = LinearCalibration.temperature(logits, positives)
        #expect(abs(temperature.slope - 0.3333) < 0.03)
        #expect(temperature.intercept == 0)
        for method in [Calibration.Method.platt, .temperature, .isotonic] {
            let calibration = Calibration(method, logits, positives)
            let errors = zip(truths, logits).map { abs($0 - calibration.probability($1)) }
            let error: Double = errors.reduce(0, +) / 4000
            #expect(error < 0.04, "\(method)")
        }
        // A useless or reversed order never turns the head's own around.
        let reversed = LinearCalibration.platt(logits.map { -$0 }, positives)
        #expect(reversed.slope == LinearCalibration.slopeMin)
    }

    private func head(_ calibration: [Calibration]) -> [HeadFile.Label] {
        calibration.enumerated().map { index, calibration in
            HeadFile.Label(
                code: "l\(index)", label: "L\(index)", threshold: 1,
                head: LinearHead(weights: [1, -2, Double(index)], bias: 0.5),
                calibration: calibration)
        }
    }

    private func write(_ labels: [HeadFile.Label], _ name: String) throws -> (WeightStore, Digest) {
        let path = NSTemporaryDirectory() + "vigil-head-\(getpid())-\(name).safetensors"
        defer { unlink(path) }
        let file = HeadFile(
            name: "probe", base: Digest(of: [1]), preprocessing: Digest(of: [2]),
            merged: [], labels: labels, record: ["seed": 1])
        let digest = try file.write(to: path)
        #expect(try file.write(to: path) == digest)
        return (try WeightStore(file: try FrozenFile(path: path)), digest)
    }

    @Test("a probe's file holds weights, thresholds and calibration")
    func probeFile() throws {
        let linear = LinearCalibration(slope: 0.25, intercept: -1)
        let (store, _) = try write(head([.linear(linear), .linear(.none)]), "probe")
        #expect(store.metadata["kind"] == "linear-probe")
        #expect(store.metadata["base"] == Digest(of: [1]).hex)
        let labels = try JSONParser.parse(Array((store.metadata["labels"] ?? "").utf8))
        #expect(labels.arrayValue?.first?["calibration"]?["slope"]?.doubleValue == 0.25)
        let threshold = try #require(labels.arrayValue?.first?["threshold"]?.doubleValue)
        #expect(threshold < 1)
        // How urgent a finding is says triage alone.
        #expect(labels.arrayValue?.contains { $0["acuity"] != nil } == false)
        let weight = try store.withFloats("weight", shape: [2, 3]) { Array($0) }
        #expect(weight == [1, -2, 0, 1, -2, 1])
        #expect(try store.withFloats("bias", shape: [2]) { Array($0) } == [0.5, 0.5])
    }

    @Test("rising steps become an MLP that computes the same")
    func steppedFile() throws {
        var generator = SplitMix64(seed: 21)
        let logits = (0..<300).map { _ in 6 * generator.unit() - 3 }
        let truths = logits.map { generator.unit() < Sigmoid.of(2 * $0 - 1) }
        let steps = IsotonicCalibration(logits, truths)
        #expect((2...IsotonicCalibration.knotsMax).contains(steps.knots.count))
        let labels = head([.isotonic(steps), .isotonic(steps)])
        let (store, _) = try write(labels, "steps")
        #expect(store.metadata["kind"] == "mlp-head")
        #expect(store.metadata["activation"] == "relu")
        let units = 2 * steps.knots.count
        let first = try store.withFloats("layers.0.weight", shape: [units, 3]) { Array($0) }
        let offsets = try store.withFloats("layers.0.bias", shape: [units]) { Array($0) }
        let second = try store.withFloats("layers.1.weight", shape: [2, units]) { Array($0) }
        let levels = try store.withFloats("layers.1.bias", shape: [2]) { Array($0) }
        for _ in 0..<50 {
            let x = (0..<3).map { _ in Float(4 * generator.unit() - 2) }
            let hidden = (0..<units).map { unit in
                var sum = offsets[unit]
                for column in 0..<3 { sum += first[unit * 3 + column] * x[column] }
                return max(0, sum)
            }
            for (index, label) in labels.enumerated() {
                var found = levels[index]
                for unit in 0..<units { found += second[index * units + unit] * hidden[unit] }
                var logit = label.head.bias
                for column in 0..<3 { logit += Double(x[column]) * label.head.weights[column] }
                let difference: Double = Double(found) - steps.logit(logit)
                #expect(abs(difference) < 1e-3)
            }
        }
    }
}
