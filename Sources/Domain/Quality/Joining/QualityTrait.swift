internal import VigilCore

/// What studies are told apart by, as far as records tell it.
package enum QualityTrait: String, Sendable, Hashable, CaseIterable {
    /// Told where the calibration that answered tells sites apart.
    case site
    /// The same of the view.
    case view
    /// The modalities of the study's images.
    case modality
    /// The model's name and the first digits of its digest.
    case model

    /// Longer texts are no names.
    private static let bytesMax = 64

    /// What a record tells of its study.
    static func all(of finding: Finding) -> [QualityTrait: String] {
        var traits: [QualityTrait: String] = [:]
        for result in finding.findings {
            for (name, value) in pairs(result.calibrated?.stratum) {
                guard let trait = QualityTrait(rawValue: name), traits[trait] == nil else {
                    continue
                }
                traits[trait] = value
            }
        }
        let modalities = Set(finding.instances.compactMap(\.modality)).sorted()
        traits[.modality] = modalities.isEmpty ? nil : modalities.joined(separator: "+")
        traits[.model] = finding.assessed.map {
            "\($0.model.name)@\($0.model.digest.hex.prefix(8))"
        }
        return traits.filter { (1...bytesMax).contains($0.value.utf8.count) }
    }

    /// `site=north,view=frontal` as pairs; none of `pooled`.
    private static func pairs(_ stratum: String?) -> [(String, String)] {
        (stratum ?? "").split(separator: ",").compactMap { part in
            let halves = part.split(separator: "=", maxSplits: 1)
            return halves.count == 2 ? (String(halves[0]), String(halves[1])) : nil
        }
    }
}
