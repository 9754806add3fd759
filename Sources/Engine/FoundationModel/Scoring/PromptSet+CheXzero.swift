internal import VigilCore

extension PromptSet {
    /// CheXzero's fourteen findings with its pair of templates, "{}" and "no {}", and the factor 1
    /// on cosines.
    package static let cheXzero = PromptSet(
        name: "chexzero", version: "1", logitScale: 1,
        findings: [
            "Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Enlarged Cardiomediastinum",
            "Fracture", "Lung Lesion", "Lung Opacity", "No Finding", "Pleural Effusion",
            "Pleural Other", "Pneumonia", "Pneumothorax", "Support Devices",
        ].map { label in
            Finding(
                code: FindingCode.of(label: label), label: label, positive: [label],
                negative: ["no \(label)"])
        })
}
