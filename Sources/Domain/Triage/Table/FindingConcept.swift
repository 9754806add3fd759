package import VigilCore

/// One finding as triage knows it: a row of ``FindingTable``.
package struct FindingConcept: Sendable, Hashable {
    /// Our name of it, in snake case. It never changes once it is out.
    package let code: String
    /// The finding's name for a person.
    package let name: String
    /// The priority that a positive finding asks for.
    package let priority: Priority
    /// Why it asks for that.
    package let reason: SafeText
    /// The least probability that counts as positive, where nobody says another.
    package let threshold: Float
    /// RadLex's id (`http://radlex.org`); nil where none was confirmed.
    package let radLex: String?
    /// SNOMED CT's code (`http://snomed.info/sct`); nil where none was confirmed.
    package let snomed: String?
    /// What models call it besides ``code``, as they spell it.
    package let names: [ModelVocabulary: [String]]

    init(
        _ code: String, _ name: String, _ priority: Priority, _ reason: SafeText,
        radLex: String? = nil, snomed: String? = nil, _ names: [ModelVocabulary: [String]] = [:]
    ) {
        self.code = code
        self.name = name
        self.priority = priority
        self.reason = reason
        threshold = FindingTable.standardThreshold
        self.radLex = radLex
        self.snomed = snomed
        self.names = names
    }

    /// All that it goes by, as codes: ``code`` first.
    package var codes: [String] {
        let others = ModelVocabulary.allCases.flatMap { names[$0] ?? [] }
            .map { FindingCode.of(label: $0) }
        var seen: Set = [code]
        return [code] + others.filter { seen.insert($0).inserted }
    }
}

/// Whose words a finding is called by.
package enum ModelVocabulary: String, Sendable, Hashable, CaseIterable {
    /// CheXpert's 14 labels, which CheXzero and MedCLIP are asked with.
    case cheXpert = "chexpert"
    /// The labels of TorchXRayVision's classifiers.
    case torchXRayVision = "torchxrayvision"
    /// The codes of Vigil's own prompt sets, synthetic studies and vigil-mini.
    case vigil
    /// Other spellings, as prompts for CLIP, SigLIP and BiomedCLIP or a site's truth tables have.
    case common
}
