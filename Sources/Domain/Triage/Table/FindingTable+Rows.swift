internal import VigilCore

/// The rows, most urgent first.
///
/// Priorities: where the prompt sets and classifiers of earlier versions asked for different ones,
/// the more urgent stands; the reason is ours and no advice.
///
/// Codes of RadLex are those that two public mappings give alike, one of them checked against
/// RadLex at NCBO BioPortal; codes of SNOMED CT those of the international edition, seen in two
/// public sources with this meaning. Where that was not found there is none.
extension FindingTable {
    static let rows = mostUrgent + urgent + soon + routine

    private static let mostUrgent: [FindingConcept] = [
        .init(
            "pneumothorax", "Pneumothorax", .stat, "it may be under tension",
            radLex: "RID5352", snomed: "36118008",
            [.cheXpert: ["Pneumothorax"], .torchXRayVision: ["Pneumothorax"]]),
        .init(
            "free_air", "Free air under the diaphragm", .stat,
            "an organ may have been perforated",
            [.common: ["Pneumoperitoneum", "Free air under the diaphragm"]]),
        .init(
            "widened_mediastinum", "Widened mediastinum", .stat, "the aorta may be torn",
            [.common: ["Mediastinal widening"]]),
        .init(
            "misplaced_tube", "Misplaced tube", .stat, "it harms for as long as it lies there",
            [.common: ["Malpositioned tube"]]),
        .init(
            "pulmonary_embolism", "Pulmonary embolism", .stat, "the circulation may fail",
            radLex: "RID4834", snomed: "59282003"),
        .init(
            "intracranial_haemorrhage", "Intracranial haemorrhage", .stat,
            "it may grow, and treatment cannot wait", snomed: "1386000",
            [.common: ["Intracranial hemorrhage"]]),
    ]

    private static let urgent: [FindingConcept] = [
        .init(
            "pulmonary_edema", "Pulmonary oedema", .urgent, "it is treated on the day",
            radLex: "RID4866", snomed: "19242006",
            [
                .cheXpert: ["Edema"], .torchXRayVision: ["Edema"], .vigil: ["oedema"],
                .common: ["Pulmonary oedema"],
            ]),
        .init(
            "pneumonia", "Pneumonia", .urgent, "it is treated on the day",
            radLex: "RID5350", snomed: "233604007",
            [.cheXpert: ["Pneumonia"], .torchXRayVision: ["Pneumonia"]]),
        .init(
            "consolidation", "Consolidation", .urgent, "most often a pneumonia",
            radLex: "RID43255", snomed: "95436008",
            [.cheXpert: ["Consolidation"], .torchXRayVision: ["Consolidation"]]),
        .init(
            "pleural_effusion", "Pleural effusion", .urgent, "it may need draining",
            radLex: "RID34539", snomed: "60046008",
            [
                .cheXpert: ["Pleural Effusion"], .torchXRayVision: ["Effusion"],
                .vigil: ["effusion"],
            ]),
        .init(
            "rib_fracture", "Rib fracture", .urgent, "lung or vessels may be hurt",
            snomed: "33737001", [.common: ["Fracture of rib"]]),
        .init(
            "fracture", "Fracture", .urgent, "what is broken may be a rib or a vertebra",
            radLex: "RID4650", snomed: "125605004",
            [.cheXpert: ["Fracture"], .torchXRayVision: ["Fracture"]]),
        .init(
            "enlarged_cardiomediastinum", "Enlarged cardiomediastinum", .urgent,
            "it includes a widened mediastinum",
            [
                .cheXpert: ["Enlarged Cardiomediastinum"],
                .torchXRayVision: ["Enlarged Cardiomediastinum"],
            ]),
    ]

    private static let soon: [FindingConcept] = [
        .init(
            "lung_opacity", "Lung opacity", .asap, "it may be a pneumonia", radLex: "RID28530",
            [.cheXpert: ["Lung Opacity"], .torchXRayVision: ["Lung Opacity"]]),
        .init(
            "infiltration", "Infiltration", .asap, "another word for an opacity",
            [.torchXRayVision: ["Infiltration"], .common: ["Infiltrate"]]),
        .init(
            "atelectasis", "Atelectasis", .asap, "something may close a bronchus",
            radLex: "RID28493", snomed: "46621007",
            [.cheXpert: ["Atelectasis"], .torchXRayVision: ["Atelectasis"]]),
        .init(
            "cardiomegaly", "Cardiomegaly", .asap, "the heart may be failing", snomed: "8186001",
            [.cheXpert: ["Cardiomegaly"], .torchXRayVision: ["Cardiomegaly"]]),
        .init(
            "lung_mass", "Lung mass", .asap, "it may be a cancer",
            radLex: "RID3874", snomed: "309529002",
            [.torchXRayVision: ["Mass"], .vigil: ["mass"], .common: ["Pulmonary mass"]]),
        .init(
            "lung_nodule", "Lung nodule", .asap, "it may be a cancer",
            radLex: "RID50149", snomed: "786838002",
            [.torchXRayVision: ["Nodule"], .vigil: ["nodule"], .common: ["Pulmonary nodule"]]),
        .init(
            "lung_lesion", "Lung lesion", .asap, "it may be a cancer",
            [.cheXpert: ["Lung Lesion"], .torchXRayVision: ["Lung Lesion"]]),
    ]

    private static let routine: [FindingConcept] = [
        .init(
            "emphysema", "Emphysema", .routine, "it is there for years",
            radLex: "RID4799", snomed: "87433001", [.torchXRayVision: ["Emphysema"]]),
        .init(
            "pulmonary_fibrosis", "Pulmonary fibrosis", .routine, "it is there for years",
            snomed: "51615001", [.torchXRayVision: ["Fibrosis"]]),
        .init(
            "pleural_thickening", "Pleural thickening", .routine, "it is there for years",
            [.torchXRayVision: ["Pleural_Thickening"]]),
        .init(
            "pleural_other", "Other pleural finding", .routine,
            "what is urgent of the pleura has rows of its own", [.cheXpert: ["Pleural Other"]]),
        .init(
            "hernia", "Hernia", .routine, "of the hiatus, most often there for years",
            [.torchXRayVision: ["Hernia"]]),
        .init(
            "support_devices", "Support devices", .routine,
            "that they are there says nothing of how they lie", [.cheXpert: ["Support Devices"]]),
        .init(
            "no_finding", "No finding", .routine, "there is nothing to hurry for",
            [.cheXpert: ["No Finding"], .common: ["Normal"]]),
    ]
}
