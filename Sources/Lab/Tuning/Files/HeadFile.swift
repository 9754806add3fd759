package import VigilCore
package import Weights

/// A head as a file that the worker loads beside a model: tensors and metadata as
/// Deploy/models/README.md describes adapters.
package struct HeadFile: Sendable {
    /// One output.
    package struct Label: Sendable {
        package let code: String
        /// The finding's name for a person.
        package let label: String
        /// The least calibrated probability that counts as positive.
        package let threshold: Double
        package let head: LinearHead
        package let calibration: Calibration

        package init(
            code: String, label: String, threshold: Double, head: LinearHead,
            calibration: Calibration
        ) {
            self.code = code
            self.label = label
            // The runtime takes thresholds between 0 and 1, both left out.
            self.threshold = min(max(threshold, 1e-6), 1 - 1e-6)
            self.head = head
            self.calibration = calibration
        }
    }

    private let name: String
    private let base: Digest
    private let preprocessing: Digest?
    private let merged: [Digest]
    private let isGate: Bool
    private let labels: [Label]
    private let record: JSONValue

    /// - Parameters:
    ///   - base: of the weights that made the embeddings.
    ///   - preprocessing: of the manifest that made them.
    ///   - merged: LoRA adapters that were merged then.
    ///   - isGate: whether the labels are reasons to say nothing of an image; their calibrations
    ///     have no steps then.
    ///   - record: how the head was made and how it did, for people.
    package init(
        name: String, base: Digest, preprocessing: Digest?, merged: [Digest], isGate: Bool = false,
        labels: [Label], record: JSONValue
    ) {
        self.isGate = isGate
        self.name = name
        self.base = base
        self.preprocessing = preprocessing
        self.merged = merged
        self.labels = labels
        self.record = record
    }

    /// Steps need more than one matrix: the file is then an MLP's with one ReLU a knot.
    private var isLinear: Bool {
        labels.allSatisfy { if case .linear = $0.calibration { true } else { false } }
    }

    /// Writes the file; the same head gives the same bytes. Gives its SHA-256.
    package func write(to path: String) throws(WeightsError) -> Digest {
        try SafetensorsWriter.write(
            isLinear ? linearTensors : steppedTensors, metadata: metadata, to: path)
        return try FrozenFile(path: path).digest()
    }

    private var metadata: [String: String] {
        var pairs = [
            "vigil.adapter": "1", "name": name,
            "kind": isGate ? "image-gate" : isLinear ? "linear-probe" : "mlp-head",
            "base": base.hex, "validated": "false", "output": "sigmoid",
            "labels": JSONWriter.text(.array(labels.map(json))),
            "tuning": JSONWriter.text(record),
        ]
        pairs["preprocessing"] = preprocessing?.hex
        if !merged.isEmpty { pairs["merged"] = merged.map(\.hex).sorted().joined(separator: ",") }
        if !isLinear { pairs["activation"] = "relu" }
        return pairs
    }

    private func json(_ label: Label) -> JSONValue {
        var object = JSONObject()
        object["code"] = .string(label.code)
        object["label"] = .string(label.label)
        object["threshold"] = .number(label.threshold)
        if case .linear(let calibration) = label.calibration {
            object["calibration"] = [
                "slope": .number(calibration.slope), "intercept": .number(calibration.intercept),
            ]
        }
        return .object(object)
    }

    private var linearTensors: [SafetensorsWriter.Tensor] {
        let width = labels.first?.head.weights.count ?? 0
        return [
            .init("weight", [labels.count, width], labels.flatMap(\.head.weights)),
            .init("bias", [labels.count], labels.map(\.head.bias)),
        ]
    }

    /// One unit: relu(w · x + b - knot), and by how much the slope changes there.
    private struct Unit {
        let label: Int
        let knot: Double
        let change: Double
    }

    private var steppedTensors: [SafetensorsWriter.Tensor] {
        var units: [Unit] = []
        var levels: [Double] = []
        for (index, label) in labels.enumerated() {
            let (found, level) = Self.units(of: label.calibration, index)
            units += found
            levels.append(level)
        }
        let width = labels.first?.head.weights.count ?? 0
        var mixing = [Double](repeating: 0, count: labels.count * units.count)
        for (place, unit) in units.enumerated() {
            mixing[unit.label * units.count + place] = unit.change
        }
        return [
            .init(
                "layers.0.weight", [units.count, width],
                units.flatMap { labels[$0.label].head.weights }),
            .init(
                "layers.0.bias", [units.count],
                units.map { labels[$0.label].head.bias - $0.knot }),
            .init("layers.1.weight", [labels.count, units.count], mixing),
            .init("layers.1.bias", [labels.count], levels),
        ]
    }

    /// The units of a curve, and its level before the first knot.
    private static func units(
        of calibration: Calibration, _ label: Int
    ) -> (units: [Unit], level: Double) {
        guard case .isotonic(let steps) = calibration, let first = steps.knots.first else {
            return ([Unit(label: label, knot: 0, change: 0)], 0)
        }
        var units: [Unit] = []
        var slope = 0.0
        for (knot, next) in zip(steps.knots, steps.knots.dropFirst()) {
            let new = (next.logit - knot.logit) / (next.x - knot.x)
            units.append(Unit(label: label, knot: knot.x, change: new - slope))
            slope = new
        }
        units.append(Unit(label: label, knot: steps.knots[steps.knots.count - 1].x, change: -slope))
        return (units, first.logit)
    }
}
