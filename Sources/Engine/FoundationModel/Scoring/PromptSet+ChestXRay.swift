package import VigilCore

extension PromptSet {
    /// The prompt set for chest radiographs that is used when a model brings none. The wording is
    /// ours and was not validated with any model; the acuities order a worklist and are no advice.
    package static let chestXRay = PromptSet(
        name: "chest-xray", version: "1", logitScale: nil,
        findings: [
            chest("pneumothorax", "Pneumothorax", .stat, "pneumothorax"),
            chest(
                "free_air", "Free air under the diaphragm", .stat, "free air under the diaphragm"),
            chest("widened_mediastinum", "Widened mediastinum", .stat, "widened mediastinum"),
            chest("pulmonary_edema", "Pulmonary oedema", .urgent, "pulmonary edema"),
            chest("consolidation", "Consolidation", .urgent, "consolidation"),
            chest("pleural_effusion", "Pleural effusion", .urgent, "pleural effusion"),
            chest("rib_fracture", "Rib fracture", .urgent, "rib fracture"),
            chest("atelectasis", "Atelectasis", .asap, "atelectasis"),
            chest("cardiomegaly", "Cardiomegaly", .asap, "cardiomegaly"),
            chest("lung_mass", "Lung mass or nodule", .asap, "lung mass or nodule"),
        ])

    /// The acuity of a finding that a published classifier names and says no acuity of: that of the
    /// finding of the same code here, else `routine`.
    package static func acuity(of code: String) -> Priority {
        chestXRay.findings.first { $0.code == code }?.acuity ?? .routine
    }

    private static func chest(
        _ code: String, _ label: String, _ acuity: Priority, _ phrase: String
    ) -> Finding {
        Finding(
            code: code, label: label, acuity: acuity,
            positive: [
                phrase, "chest x-ray showing \(phrase)", "findings consistent with \(phrase)",
            ],
            negative: [
                "no \(phrase)", "chest x-ray without \(phrase)", "no evidence of \(phrase)",
            ])
    }
}
