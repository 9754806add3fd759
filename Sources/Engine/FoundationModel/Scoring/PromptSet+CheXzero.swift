internal import VigilCore

extension PromptSet {
    /// CheXzero's fourteen findings with its pair of templates, "{}" and "no {}", and the factor 1
    /// on cosines. The acuities are ours and are no advice.
    package static let cheXzero = PromptSet(
        name: "chexzero", version: "1", logitScale: 1,
        findings: [
            ("Atelectasis", .asap), ("Cardiomegaly", .asap), ("Consolidation", .urgent),
            ("Edema", .urgent), ("Enlarged Cardiomediastinum", .urgent), ("Fracture", .urgent),
            ("Lung Lesion", .asap), ("Lung Opacity", .asap), ("No Finding", .routine),
            ("Pleural Effusion", .urgent), ("Pleural Other", .routine), ("Pneumonia", .urgent),
            ("Pneumothorax", .stat), ("Support Devices", .routine),
        ].map { (label: String, acuity: Priority) in
            Finding(
                code: label.lowercased().split(separator: " ").joined(separator: "_"),
                label: label, acuity: acuity, positive: [label], negative: ["no \(label)"])
        })
}
