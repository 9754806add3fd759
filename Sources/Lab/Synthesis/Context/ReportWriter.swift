/// Writes what a radiologist might: an indication before, a report after. Many phrasings, with the
/// hedges of practice; nothing in it contradicts the truth.
struct ReportWriter {
    private var random: StudyRandom
    private let findings: [Finding]
    private let view: String

    /// The texts of a study.
    static func write(
        scenario: Scenario, findings: [Finding], patient: Patient, view: String, devices: [Device],
        prior: Prior?, random: StudyRandom
    ) -> (indication: String, findings: String, impression: String) {
        var writer = ReportWriter(random: random, findings: findings, view: view)
        let indication = writer.indication(scenario, patient)
        let body = writer.body(devices: devices, prior: prior)
        return (indication, body, writer.impression(prior: prior))
    }

    private init(random: StudyRandom, findings: [Finding], view: String) {
        self.random = random
        self.findings = findings
        self.view = view
    }

    private mutating func indication(_ scenario: Scenario, _ patient: Patient) -> String {
        let person = "\(patient.age)-year-old \(patient.isFemale ? "woman" : "man")"
        let reason = random.pick(Phrases.reasons[scenario] ?? ["Unwell."])
        return random.pick(["\(person). \(reason)", "\(reason) \(person).", reason])
    }

    private mutating func body(devices: [Device], prior: Prior?) -> String {
        var sentences = [view]
        if let prior { sentences.append("Compared with \(prior.daysBefore) days before.") }
        for finding in findings { sentences.append(describe(finding)) }
        let seen = Set(findings.map(\.kind))
        let isHead = seen.contains(.haemorrhage) || view.contains("head")
        let normals = isHead ? Phrases.headNormals : Phrases.chestNormals
        for (kinds, choices) in normals where seen.isDisjoint(with: kinds) {
            if random.chance(0.75) { sentences.append(random.pick(choices)) }
        }
        for device in devices { sentences.append(random.pick(device.sentences)) }
        return sentences.joined(separator: " ")
    }

    /// One sentence: where, how much, and how sure.
    private mutating func describe(_ finding: Finding) -> String {
        let choices =
            Phrases.findings["\(finding.kind.rawValue)/\(finding.variety)"]
            ?? Phrases.findings[finding.kind.rawValue] ?? ["\(finding.kind.rawValue)."]
        let text = fill(random.pick(choices), finding)
        let doubt = finding.severity < 0.2 ? 0.55 : finding.severity < 0.5 ? 0.2 : 0.04
        guard random.chance(doubt) else { return text }
        return text.dropLast() + random.pick(Phrases.hedges) + "."
    }

    private func fill(_ text: String, _ finding: Finding) -> String {
        var out = text
        let side = finding.side == .both ? "bilateral" : finding.side.rawValue
        for (mark, word) in [
            ("{side}", side), ("{grade}", finding.grade), ("{zone}", finding.variety),
        ] {
            out = Self.replace(mark, with: word, in: out)
        }
        return out.prefix(1).uppercased() + out.dropFirst()
    }

    private static func replace(_ mark: String, with word: String, in text: String) -> String {
        text.split(separator: mark, omittingEmptySubsequences: false).joined(separator: word)
    }

    private mutating func impression(prior: Prior?) -> String {
        guard !findings.isEmpty else {
            return random.pick([
                "No acute abnormality.", "No acute finding.", "Normal study.",
                "No evidence of acute disease.",
            ])
        }
        let names = findings.map { finding -> String in
            let name = Phrases.names[finding.kind] ?? finding.kind.rawValue
            let side =
                finding.side == .none
                ? "" : finding.side == .both ? "Bilateral " : "\(finding.side) "
            let grade = finding.kind == .misplacedTube ? "" : "\(finding.grade) "
            let text = finding.isTension ? "tension \(name)" : "\(grade)\(name)"
            let sided = finding.side == .both ? "bilateral \(text)" : "\(side)\(text)"
            return sided.prefix(1).uppercased() + sided.dropFirst() + "."
        }
        var text = names.joined(separator: " ")
        if let prior {
            text += prior.hadFindings ? " Similar to before." : " New since the prior study."
        }
        let isGrave = findings.contains {
            $0.isTension || $0.kind == .freeAir || $0.kind == .haemorrhage
                || $0.kind == .misplacedTube
        }
        if isGrave { text += random.pick(Phrases.calls) }
        return text
    }
}
