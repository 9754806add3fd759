internal import VigilCore

/// One number that a record tells of a study.
struct DriftObservation: Sendable {
    let name: DriftName
    /// Finite.
    let value: Double
    /// The calibration that answered the finding.
    let calibration: Digest?

    /// A record with more findings is watched by the first of them.
    private static let codesMax = 64
    /// Longer codes are no names, in bytes; with the head's name.
    private static let codeMax = 128

    /// All that a finding's record tells.
    static func all(of finding: Finding) -> [DriftObservation] {
        let isAssessed = finding.assessed != nil
        let every = DriftObservation(
            DriftName(group: "", quantity: .notAssessed, code: nil), isAssessed ? 0 : 1)
        guard isAssessed else { return [every].compactMap { $0 } }
        let traits = QualityTrait.all(of: finding)
        let group = Self.group(traits, QualityTrait.allCases)
        let ofAll = Self.group(traits, QualityTrait.allCases.filter { $0 != .modality })
        let modality = DriftObservation(
            DriftName(group: ofAll, quantity: .modality, code: nil),
            traits[.modality].map { place(of: $0) })
        return
            ([every, modality]
            + ofStudy(finding).map { quantity, value in
                DriftObservation(DriftName(group: group, quantity: quantity, code: nil), value)
            }
            + finding.findings.prefix(codesMax).flatMap { ofResult($0, group: group) })
            .compactMap { $0 }
    }

    private static func group(
        _ traits: [QualityTrait: String], _ told: [QualityTrait]
    ) -> String {
        told.compactMap { trait in traits[trait].map { "\(trait.rawValue)=\($0)" } }
            .joined(separator: ",")
    }

    /// Modalities as numbers, each in a class of its own but for what is rare.
    private static func place(of modality: String) -> Double {
        Double(modalities.firstIndex(of: modality) ?? modalities.count)
    }

    private static let modalities = [
        "CR", "DX", "CT", "MR", "US", "MG", "NM", "PT", "XA", "RF", "CR+DX", "CT+PT", "MR+PT",
    ]

    private init?(_ name: DriftName, _ value: Double?, calibration: Digest? = nil) {
        guard let value, value.isFinite else { return nil }
        self.name = name
        self.value = value
        self.calibration = calibration
    }

    private static func ofStudy(_ finding: Finding) -> [(DriftQuantity, Double?)] {
        [
            (.urgency, finding.urgency.map { Double($0) }),
            (.frames, finding.instances.reduce(0.0) { $0 + Double($1.frames) }),
            (.leftOut, finding.leftOut.isEmpty ? 0 : 1),
            (.odd, finding.instances.allSatisfy(\.flags.isEmpty) ? 0 : 1),
            (.joules, finding.run.energy.map { $0.joules.value }),
        ]
    }

    /// Of one result; a head's are watched beside the model's own.
    private static func ofResult(
        _ result: Finding.Result, group: String
    ) -> [DriftObservation?] {
        let code = result.head.map { "\(result.code)/\($0)" } ?? result.code
        guard (1...codeMax).contains(code.utf8.count) else { return [] }
        let flagged: Double? =
            switch result.answer {
            case .flagged: 1
            case .notFlagged: 0
            case .abstained: nil
            }
        // What an alarm has made abstain would be a change, and raise the next alarm.
        let isAlarmed = result.answer == .abstained([.qualityAlarm])
        let values: [(DriftQuantity, Double?)] = [
            (.score, score(of: result)), (.flagged, flagged),
            (.abstained, isAlarmed ? nil : result.answer.isAbstained ? 1 : 0),
        ]
        return values.map { quantity, value in
            DriftObservation(
                DriftName(group: group, quantity: quantity, code: code), value,
                calibration: result.calibrated?.digest)
        }
    }

    /// The raw score, else the log-odds of the probability.
    private static func score(of result: Finding.Result) -> Double? {
        if let raw = result.logitDifference { return Double(raw) }
        return result.probability.map {
            let share = min(1 - 0x1p-24, max(0x1p-24, Double($0)))
            return PortableMath.log(share / (1 - share))
        }
    }
}
