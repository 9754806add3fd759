internal import VigilCore

/// Every decision about one study, before anything is drawn. It follows from the options and the
/// study's number alone.
package struct Blueprint: Sendable {
    /// What the study is taken with.
    package enum Kind: String, Sendable {
        case radiograph
        case chestCT = "ct_chest"
        case headCT = "ct_head"
    }

    /// Which study of its seed it is, who it is of, what it shows and what is known of it.
    package let number: Int
    package let kind: Kind
    package let patient: Patient
    package let scenario: Scenario
    package private(set) var findings: [Finding]
    package let devices: [Device]
    /// What is known and written of the patient beside the picture.
    package let clinic: ClinicalNotes
    /// How the picture is taken.
    package let technique: Technique
    let habitus: Habitus
    /// Days since the first study, and seconds of that day.
    let moment: (day: Int, second: Int)
    let random: StudyRandom
    let namespace: [String]

    /// The decisions about study `number`.
    package init(_ options: SynthesisOptions, number: Int) {
        let random = StudyRandom(seed: options.seed, "study-\(number)")
        var draw = random.fork("blueprint")
        let kind = Self.kind(options.content, &draw)
        let isHead = kind == .headCT
        let scenario =
            isHead
            ? draw.pick([Scenario.headInjury, .stroke]) : draw.pick(weighted: Scenario.chest)
        let patient = Self.patient(scenario, number: number, seed: options.seed, &draw)
        var findings = scenario.findings(isHead: isHead, &draw)
        let isSupine = Self.isSupine(scenario, findings, kind, &draw)
        // Gas rises under the diaphragm of a standing patient alone.
        if isSupine { findings.removeAll { $0.kind == .freeAir } }
        var measures = random.fork("habitus")
        self.number = number
        self.kind = kind
        self.scenario = scenario
        self.patient = patient
        self.findings = findings
        self.random = random
        namespace = ["synth", String(options.seed), options.content.rawValue, String(number)]
        habitus = Habitus(
            age: patient.age, isFemale: patient.isFemale, weight: patient.bodyMass,
            random: &measures)
        devices =
            isHead ? [] : Device.draw(scenario, age: patient.age, findings: findings, &draw)
        let priority = Self.priority(findings, scenario, &draw)
        technique = Technique(options, kind: kind, isSupine: isSupine, &draw)
        moment = (draw.whole(0...364), draw.whole(0...86_399))
        var clinic = random.fork("clinic")
        let measurements = Measurement.all(findings: findings, age: patient.age, random: &clinic)
        let prior = Self.prior(findings, namespace: namespace, &clinic)
        self.clinic = ClinicalNotes(
            priority: priority, measurements: measurements, prior: prior,
            words: ReportWriter.write(
                scenario: scenario, findings: findings, patient: patient,
                view: Self.viewText(kind, technique.projections), devices: devices, prior: prior,
                random: random.fork("report")))
    }

    /// Taken from behind a lying or sitting patient, or lying on the table of a CT.
    package var isSupine: Bool { technique.projections.first == .ap || kind != .radiograph }

    /// The same study with other findings planted; texts and measurements stay as they are.
    package func planting(_ findings: [Finding]) -> Blueprint {
        var out = self
        out.findings = findings
        return out
    }

    /// A stable identifier of the study and names within it.
    package func uid(_ names: String...) -> String { Self.uid(namespace + names) }

    /// `2.25.` and the UUID as a number (PS3.5 annex B.2).
    static func uid(_ names: [String]) -> String {
        let bytes = UUIDv5(namespace: .vigil, fields: names).bytes
        return "2.25.\(bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) })"
    }

    /// The study's UID.
    package var studyUID: String { uid("study") }

    private static func kind(
        _ content: SynthesisOptions.Content, _ draw: inout StudyRandom
    ) -> Kind {
        switch content {
        case .cxr: .radiograph
        case .ct: draw.chance(0.5) ? .chestCT : .headCT
        case .mixed: draw.chance(0.9) ? .radiograph : draw.chance(0.5) ? .chestCT : .headCT
        }
    }

    private static func patient(
        _ scenario: Scenario, number: Int, seed: UInt64, _ draw: inout StudyRandom
    ) -> Patient {
        let ages = scenario.ages
        let middle = (ages.lowerBound + ages.upperBound) / 2
        let age = draw.normal(middle, (ages.upperBound - ages.lowerBound) / 4, in: ages)
        let id = "SYN\(seed % 100_000)-\(number)"
        return Patient(
            id: id, age: Int(age), isFemale: draw.chance(0.5),
            bodyMass: (draw.normal(26, 4.2, in: 17...42) * 10).rounded() / 10)
    }

    private static func isSupine(
        _ scenario: Scenario, _ findings: [Finding], _ kind: Kind, _ draw: inout StudyRandom
    ) -> Bool {
        guard kind == .radiograph else { return true }
        if findings.contains(where: \.isTension) { return draw.chance(0.6) }
        switch scenario {
        case .intensiveCare: return true
        case .trauma, .heartFailure: return draw.chance(0.55)
        case .perforation: return false
        default: return draw.chance(0.15)
        }
    }

    private static func priority(
        _ findings: [Finding], _ scenario: Scenario, _ draw: inout StudyRandom
    ) -> Priority {
        // Who orders does not know what will be found, only how ill the patient is.
        let isIll =
            findings.contains { $0.isTension || $0.kind == .freeAir || $0.kind == .haemorrhage }
            || [.trauma, .stroke, .headInjury, .intensiveCare].contains(scenario)
        let weights: [(element: Priority, weight: Double)] =
            isIll
            ? [(.stat, 0.45), (.urgent, 0.3), (.asap, 0.15), (.routine, 0.1)]
            : [(.stat, 0.06), (.urgent, 0.16), (.asap, 0.24), (.routine, 0.54)]
        return draw.pick(weighted: weights)
    }

    private static func prior(
        _ findings: [Finding], namespace: [String], _ draw: inout StudyRandom
    ) -> Prior? {
        guard draw.chance(0.3) else { return nil }
        let days = Int(SeededMath.exp(draw.uniform(0...6.5)))
        return Prior(
            studyUID: uid(namespace + ["prior"]), daysBefore: max(days, 1),
            hadFindings: !findings.isEmpty && draw.chance(0.35))
    }

    private static func viewText(_ kind: Kind, _ projections: [View.Projection]) -> String {
        switch kind {
        case .headCT: "CT of the head without contrast."
        case .chestCT: "CT of the chest without contrast."
        case .radiograph where projections.contains(.lateral): "Chest, PA and lateral."
        case .radiograph:
            projections.first == .ap ? "Portable AP film of the chest." : "PA film of the chest."
        }
    }
}
