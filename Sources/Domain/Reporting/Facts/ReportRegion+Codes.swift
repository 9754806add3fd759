internal import VigilCore

extension ReportRegion {
    /// Where a finding is told of; one that the triage table does not have stands with others.
    init(of code: String) {
        self = Self.codes.first { $0.codes.contains(code) }?.region ?? .other
    }

    private static let codes: [(region: ReportRegion, codes: Set<String>)] = [
        (
            .lungs,
            [
                "pneumonia", "consolidation", "pulmonary_edema", "lung_opacity", "infiltration",
                "atelectasis", "lung_mass", "lung_nodule", "lung_lesion", "emphysema",
                "pulmonary_fibrosis",
            ]
        ),
        (.pleura, ["pneumothorax", "pleural_effusion", "pleural_thickening", "pleural_other"]),
        (
            .mediastinum,
            [
                "widened_mediastinum", "cardiomegaly", "enlarged_cardiomediastinum",
                "pulmonary_embolism",
            ]
        ),
        (.abdomen, ["free_air", "hernia"]),
        (.bones, ["rib_fracture", "fracture"]),
        (.head, ["intracranial_haemorrhage"]),
        (.devices, ["misplaced_tube", "support_devices"]),
    ]
}
