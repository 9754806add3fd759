/// The words that reports are made of.
enum Phrases {
    static let reasons: [Scenario: [String]] = [
        .checkUp: [
            "Pre-operative assessment.", "Routine check before employment.", "Visa medical.",
        ],
        .chestPain: [
            "Chest pain, ?cause.", "Acute chest pain, rule out pneumothorax.", "Chest pain.",
        ],
        .pneumonia: [
            "Fever and productive cough.", "Cough for five days, febrile, ?pneumonia.",
            "Sepsis, source unclear.",
        ],
        .heartFailure: [
            "Breathless on lying flat, swollen ankles.", "Known heart failure, worse dyspnoea.",
            "Dyspnoea, ?overload.",
        ],
        .collapsedLung: [
            "Sudden pleuritic pain and dyspnoea.", "Sudden shortness of breath, ?pneumothorax.",
            "Acute dyspnoea in a tall smoker.",
        ],
        .trauma: ["Fall from a ladder.", "Road traffic collision.", "Blunt trauma to the chest."],
        .cancer: ["Haemoptysis and weight loss.", "Persistent cough in a smoker.", "Staging."],
        .perforation: [
            "Acute abdomen, ?perforation.", "Rigid abdomen.", "Severe epigastric pain.",
        ],
        .intensiveCare: [
            "Intubated; tube position?", "Check of lines and tubes.", "ICU, desaturating.",
        ],
        .postoperative: ["Day two after laparotomy, low saturation.", "Post-operative fever."],
        .headInjury: [
            "Fall on anticoagulants, GCS 14.", "Head injury, vomiting.", "Found on the floor.",
        ],
        .stroke: ["Sudden hemiparesis.", "Worst headache of life.", "Sudden aphasia, ?bleed."],
    ]

    /// `{side}`, `{grade}` and `{zone}` are filled in; a variety comes before the plain kind.
    static let findings: [String: [String]] = [
        "pneumothorax": [
            "{grade} {side} pneumothorax.", "There is a {grade} pneumothorax on the {side}.",
            "A pleural line is seen on the {side}, in keeping with a {grade} pneumothorax.",
            "No lung markings beyond a thin line in the {side} hemithorax.",
        ],
        "pneumothorax/tension": [
            "{side} tension pneumothorax with shift of the mediastinum to the other side.",
            "Large {side} pneumothorax, depressed hemidiaphragm and mediastinal shift.",
        ],
        "effusion": [
            "{grade} {side} pleural effusion.", "Blunting of the {side} costophrenic angle.",
            "Fluid in the {side} pleural space, {grade}.",
        ],
        "consolidation": [
            "Airspace opacity in the {side} {zone} zone.", "{side} {zone} zone consolidation.",
            "Patchy opacification with air bronchograms, {side} {zone} zone.",
        ],
        "oedema": [
            "Perihilar haze and septal lines, in keeping with oedema.",
            "Upper lobe diversion and {side} interstitial oedema.",
            "Bilateral perihilar airspace opacities.",
        ],
        "cardiomegaly": [
            "The heart is enlarged.", "Cardiomegaly, {grade}.",
            "The cardiothoracic ratio is increased.",
        ],
        "nodule": [
            "A nodule projects over the {side} lung.",
            "Rounded {grade} opacity in the {side} lung.",
        ],
        "mass": [
            "A {grade} mass in the {side} lung.", "Lobulated mass projecting over the {side} lung.",
        ],
        "atelectasis/plate": [
            "Plate atelectasis at the {side} base.", "Linear opacities at the {side} base.",
        ],
        "atelectasis/lobar": [
            "Collapse of the {side} lower lobe with loss of volume.",
            "{side} lower lobe atelectasis, raised hemidiaphragm.",
        ],
        "rib_fracture": [
            "Displaced {side} rib fracture.", "Fracture of the ribs on the {side}.",
            "Step in the cortex of a {side} rib.",
        ],
        "free_air": [
            "Free gas beneath the diaphragm.", "Lucent crescent under the {side} hemidiaphragm.",
            "Pneumoperitoneum.",
        ],
        "misplaced_tube/tracheal": [
            "The endotracheal tube lies in the right main bronchus.",
            "Tip of the tracheal tube beyond the carina on the right.",
        ],
        "misplaced_tube/nasogastric": [
            "The nasogastric tube follows the right main bronchus.",
            "Feeding tube in the right lower lobe bronchus.",
        ],
        "intracranial_haemorrhage/subdural": [
            "{grade} {side} subdural haematoma.",
            "Crescentic hyperdensity over the {side} hemisphere.",
        ],
        "intracranial_haemorrhage/epidural": [
            "{grade} {side} epidural haematoma.", "Biconvex hyperdense collection on the {side}.",
        ],
        "intracranial_haemorrhage/subarachnoid": [
            "Subarachnoid blood in the basal cisterns, more on the {side}.",
            "Hyperdensity of the cisterns in keeping with subarachnoid haemorrhage.",
        ],
        "intracranial_haemorrhage": [
            "{grade} {side} intraparenchymal haemorrhage with surrounding oedema.",
            "Hyperdense {side} haematoma, {grade}.",
        ],
    ]

    static let hedges = [
        ", possible", ", cannot be excluded", "; likely", ", suspicious for this",
        "; correlate clinically",
    ]

    static let chestNormals: [(Set<FindingKind>, [String])] = [
        ([.pneumothorax], ["No pneumothorax.", "There is no pneumothorax."]),
        ([.effusion], ["No pleural effusion.", "The costophrenic angles are sharp."]),
        (
            [.consolidation, .oedema, .mass, .nodule, .atelectasis],
            ["The lungs are clear.", "No focal consolidation."]
        ),
        ([.cardiomegaly], ["Heart size is normal.", "Normal cardiomediastinal contour."]),
        ([.ribFracture], ["No displaced rib fracture.", "Bones unremarkable."]),
        ([.freeAir], ["No free gas under the diaphragm."]),
    ]

    static let headNormals: [(Set<FindingKind>, [String])] = [
        ([.haemorrhage], ["No intracranial haemorrhage.", "No acute bleed."]),
        ([], ["Basal cisterns are patent.", "Ventricles within normal limits for age."]),
        ([], ["No skull fracture."]),
    ]

    static let names: [FindingKind: String] = [
        .effusion: "pleural effusion", .oedema: "pulmonary oedema", .nodule: "lung nodule",
        .mass: "lung mass", .ribFracture: "rib fracture", .freeAir: "pneumoperitoneum",
        .misplacedTube: "main bronchus intubation or misplaced tube",
        .haemorrhage: "intracranial haemorrhage",
    ]

    static let calls = [
        " Told to the team by telephone.", " Critical result, called at once.", " Urgent review.",
    ]
}
