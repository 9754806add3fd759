/// Findings that are cases of others, by the codes of the triage table. After the hierarchy that
/// CheXpert's paper shows (Irvin et al. 2019, figure 1), and the table's own rows beside it.
enum NarrowerFindings {
    /// All findings that are cases of one.
    static func codes(of code: String) -> [String] { table[code] ?? [] }

    private static let table: [String: [String]] = [
        "fracture": ["rib_fracture"],
        "enlarged_cardiomediastinum": ["cardiomegaly", "widened_mediastinum"],
        "lung_opacity": [
            "atelectasis", "consolidation", "infiltration", "lung_lesion", "lung_mass",
            "lung_nodule", "pneumonia", "pulmonary_edema",
        ],
        "infiltration": ["consolidation", "pneumonia"],
        "consolidation": ["pneumonia"],
        "lung_lesion": ["lung_mass", "lung_nodule"],
        "pleural_other": ["pleural_thickening"],
        "support_devices": ["misplaced_tube"],
    ]
}
