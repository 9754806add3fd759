extension PromptSet {
    /// The prompt set for chest radiographs that is used when a model brings none. The wording is
    /// ours and was not validated with any model.
    package static let chestXRay = PromptSet(
        name: "chest-xray", version: "1", logitScale: nil,
        findings: [
            chest("pneumothorax", "Pneumothorax", "pneumothorax"),
            chest("free_air", "Free air under the diaphragm", "free air under the diaphragm"),
            chest("widened_mediastinum", "Widened mediastinum", "widened mediastinum"),
            chest("pulmonary_edema", "Pulmonary oedema", "pulmonary edema"),
            chest("consolidation", "Consolidation", "consolidation"),
            chest("pleural_effusion", "Pleural effusion", "pleural effusion"),
            chest("rib_fracture", "Rib fracture", "rib fracture"),
            chest("atelectasis", "Atelectasis", "atelectasis"),
            chest("cardiomegaly", "Cardiomegaly", "cardiomegaly"),
            chest("lung_mass", "Lung mass or nodule", "lung mass or nodule"),
        ])

    private static func chest(_ code: String, _ label: String, _ phrase: String) -> Finding {
        Finding(
            code: code, label: label,
            positive: [
                phrase, "chest x-ray showing \(phrase)", "findings consistent with \(phrase)",
            ],
            negative: [
                "no \(phrase)", "chest x-ray without \(phrase)", "no evidence of \(phrase)",
            ])
    }
}
