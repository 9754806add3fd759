import VigilCore

/// Results of a chosen shape, their numbers by chance.
struct MadeResults {
    let shape: MadeReport.Shape
    let images: Int

    init(_ shape: MadeReport.Shape, images: Int) {
        self.shape = shape
        self.images = images
    }

    /// None of a study that was not assessed.
    func all(_ random: inout SplitMix64) -> [Finding.Result] {
        switch shape {
        case .notAssessed, .awaited, .retracted: []
        case .mixed, .revised:
            MadeReport.codes.keys.sorted().enumerated().map { index, code in
                one(code, [.flagged, .notFlagged, abstained(&random)][index % 3], &random)
            } + [one("pneumothorax", .notFlagged, head: "site", &random)]
        case .abstained: [one("lung_opacity", abstained(&random), &random)]
        case .notFlagged: [one("support_devices", .notFlagged, &random)]
        case .flagged, .boxes, .severalImages, .frames:
            [one("pneumothorax", .flagged, &random), one("pleural_effusion", .flagged, &random)]
        }
    }

    private func abstained(_ random: inout SplitMix64) -> Finding.Answer {
        let reasons = Finding.Abstention.allCases
        let first = random.below(reasons.count)
        return .abstained([reasons[first], reasons[(first + 1) % reasons.count]])
    }

    private func one(
        _ code: String, _ answer: Finding.Answer, head: String? = nil,
        _ random: inout SplitMix64
    ) -> Finding.Result {
        // Numbers from 1e-9 to 1, and now and then none.
        let small = Float(random.unit() * random.unit() * random.unit())
        let isScored = !answer.isAbstained || random.below(2) == 0
        let calibrated = Finding.Calibrated(
            digest: Digest(of: [2]), stratum: "pooled", probability: random.unit(),
            guarantee: nil)
        let isExplained = [.boxes, .severalImages, .frames].contains(shape)
        return Finding.Result(
            code: code, label: code, probability: isScored ? small : nil,
            logitDifference: isScored ? 1.5 : nil, threshold: 0.5, answer: answer,
            calibrated: isScored ? calibrated : nil,
            evidence: isScored
                ? Finding.Evidence(
                    instance: random.below(images), frame: shape == .frames ? 3 : 0) : nil,
            explained: isExplained ? .told(attribution(&random)) : nil, head: head)
    }

    private func attribution(_ random: inout SplitMix64) -> Finding.Attribution {
        let boxes = (0..<1 + random.below(3)).compactMap { box in
            let isThrough = shape == .severalImages && box == 0
            return EvidenceBox(
                image: Finding.Evidence(
                    instance: box % images, frame: shape == .frames ? random.below(7) : 0),
                last: isThrough ? Finding.Evidence(instance: images - 1, frame: 0) : nil,
                matrix: .init(columns: 2000, rows: 2500),
                corner: .init(columns: random.below(1500), rows: random.below(2000)),
                size: .init(columns: 1 + random.below(500), rows: 1 + random.below(500)),
                share: 1.25)
        }
        return Finding.Attribution(
            boxes: boxes, patches: 1, terms: [.init(kind: .logitBias, share: 0.5)], layers: 1,
            grid: EvidenceGrid(rows: 4, columns: 4), map: Digest(of: [3]))
    }
}
