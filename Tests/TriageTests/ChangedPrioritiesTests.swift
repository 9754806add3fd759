import Testing
import Triage
import VigilCore

/// What the table changed on the day that it came: decisions of the code before it, recorded with
/// that code on 2026-11-28 (each finding at 0.49, 0.5 and 0.9, ordered as routine), and today's.
struct ChangedPrioritiesTests {
    /// The priority that each finding raised a routine study to at 0.5 and 0.9; at 0.49 none did.
    private static let before: [(source: String, priority: Priority, codes: String)] = [
        ("chest-xray", .stat, "pneumothorax free_air widened_mediastinum"),
        (
            "chest-xray", .urgent,
            "pulmonary_edema consolidation pleural_effusion rib_fracture"
        ),
        ("chest-xray", .asap, "atelectasis cardiomegaly lung_mass"),
        ("chexzero", .stat, "pneumothorax"),
        (
            "chexzero", .urgent,
            "consolidation edema enlarged_cardiomediastinum fracture "
                + "pleural_effusion pneumonia"
        ),
        ("chexzero", .asap, "atelectasis cardiomegaly lung_lesion lung_opacity"),
        ("chexzero", .routine, "no_finding pleural_other support_devices"),
        ("vigil-mini", .stat, "pneumothorax free_air misplaced_tube"),
        ("vigil-mini", .urgent, "effusion consolidation oedema"),
        ("vigil-mini", .asap, "cardiomegaly nodule mass atelectasis rib_fracture"),
        ("torchxrayvision", .stat, "pneumothorax"),
        ("torchxrayvision", .urgent, "consolidation"),
        ("torchxrayvision", .asap, "atelectasis cardiomegaly"),
        (
            "torchxrayvision", .routine,
            "infiltration edema emphysema fibrosis effusion pneumonia "
                + "pleural_thickening nodule mass hernia lung_lesion fracture "
                + "lung_opacity enlarged_cardiomediastinum"
        ),
    ]

    /// What changed, as Schemas/MIGRATION.md lists it.
    private static let changes: Set<String> = [
        "torchxrayvision edema: routine, now urgent",
        "torchxrayvision effusion: routine, now urgent",
        "torchxrayvision pneumonia: routine, now urgent",
        "torchxrayvision fracture: routine, now urgent",
        "torchxrayvision enlarged_cardiomediastinum: routine, now urgent",
        "torchxrayvision infiltration: routine, now asap",
        "torchxrayvision nodule: routine, now asap",
        "torchxrayvision mass: routine, now asap",
        "torchxrayvision lung_lesion: routine, now asap",
        "torchxrayvision lung_opacity: routine, now asap",
        "vigil-mini rib_fracture: asap, now urgent",
    ]

    @Test("the table changed these priorities and no others, and lowered none")
    func changes() throws {
        var changes: Set<String> = []
        var count = 0
        for (source, priority, codes) in Self.before {
            for code in codes.split(separator: " ").map(String.init) {
                count += 1
                let now = try raised(code, at: 0.5)
                #expect(try raised(code, at: 0.9) == now)
                #expect(try raised(code, at: Float(0.5).nextDown) == .routine)
                #expect(now <= priority, "\(source) \(code)")
                guard now != priority else { continue }
                changes.insert("\(source) \(code): \(priority.rawValue), now \(now.rawValue)")
            }
        }
        #expect(count == 53)
        #expect(changes == Self.changes)
    }

    /// To what a finding raises a study that was ordered as routine.
    private func raised(_ code: String, at probability: Float) throws -> Priority {
        let policy = try TriagePolicy(
            [FindingQuestion(code, place: "a test")], rules: TriageRules(),
            deadlines: ClinicalDeadlines(), unvalidatedMayRaise: false)
        let score = FindingScore(
            code: code, label: code, probability: probability, logitDifference: 0)
        let image = ImageScores(instance: 0, frame: 0, findings: [score])
        return policy.assess([image], ordered: .routine, isValidated: true).effective
    }
}
