internal import CSynthesis

/// A head as CT sees it, with what bleeds in it.
struct Head: Sendable {
    /// Factors of the standard head, and the width of ventricles and sulci.
    var width: Double
    var length: Double
    var age: Int
    let random: StudyRandom

    private static let bone = Substance(channel: .bone, density: 1, hounsfield: 1150)
    private static let skin = Substance(channel: .soft, density: 1, hounsfield: 30)

    /// Tissue within the skull, where blood may stand.
    private static func tissue(_ hounsfield: Double, isTextured: Bool = false) -> Substance {
        let texture = isTextured ? UInt8(VIGIL_SYNTH_IS_TEXTURED.rawValue) : 0
        return Substance(
            channel: .soft, density: 1, hounsfield: hounsfield,
            flags: UInt8(VIGIL_SYNTH_IS_LUNG.rawValue) | texture)
    }

    private static func blood(_ hounsfield: Double) -> Substance {
        Substance(
            channel: .soft, density: 1, hounsfield: hounsfield,
            flags: UInt8(VIGIL_SYNTH_IN_LUNG.rawValue))
    }

    init(age: Int, isFemale: Bool, random: StudyRandom) {
        var draw = random.fork("measures")
        self.age = age
        self.random = random
        width = draw.normal(isFemale ? 0.96 : 1, 0.03)
        length = draw.normal(isFemale ? 0.96 : 1, 0.03)
    }

    private func ball(
        _ center: (Double, Double, Double), _ radii: (Double, Double, Double),
        _ substance: Substance, power: Double = 2, finding: Int? = nil
    ) -> Solid {
        .ellipsoid(
            Point(center.0 * width, center.1 * length, center.2),
            Point(radii.0 * width, radii.1 * length, radii.2), substance, power: power,
            finding: finding)
    }

    /// The head with its findings, of which all are bleedings.
    func body(_ findings: [Finding]) -> Body {
        let subdural = findings.firstIndex { $0.variety == "subdural" }
        let blood = subdural.map { findings[$0] }
        let thick = blood.map { 5 + 13 * $0.severity } ?? 0
        let side = blood?.side.sign ?? 0
        let shrunk = min(max(Double(age) - 45, 0) / 45, 1)
        var body = Body()
        body.solids = [
            ball((0, 0, 0), (79, 99, 95), Self.skin, power: 2.2),
            ball((0, 0, 0), (72, 92, 88), Self.bone, power: 2.25),
            // What is between skull and brain: fluid, and on the side of a subdural bleeding blood.
            ball(
                (0, 0, 0), (66, 86, 82), subdural == nil ? Self.tissue(8) : Self.tissue(62),
                power: 2.25, finding: subdural),
        ]
        let film = 1.2 + 2.6 * shrunk
        if subdural != nil {
            body.solids.append(
                ball((-side * 3, 0, 0), (63.5, 85, 81), Self.tissue(8), power: 2.25))
        }
        let shift = -side * thick * 0.5
        body.solids.append(
            ball(
                (shift, 0, 0), (66 - film - thick * 0.5, 86 - film - thick * 0.25, 82 - film),
                Self.tissue(36, isTextured: true), power: 2.25))
        body.solids += inside(shift: shift * 0.7, shrunk: shrunk)
        for (index, finding) in findings.enumerated() where index != subdural {
            body.solids += bleeding(finding, index)
        }
        return body
    }

    /// White matter, ventricles, the falx and the deep nuclei.
    private func inside(shift: Double, shrunk: Double) -> [Solid] {
        let wide = 0.8 + 0.7 * shrunk
        var out = [ball((shift, 0, 0), (1.1, 84, 80), Self.tissue(48))]
        for s in [-1.0, 1] {
            out.append(
                ball((shift + s * 29, 0, 12), (23, 66, 50), Self.tissue(29, isTextured: true)))
            out.append(ball((shift + s * 20, -4, 2), (10, 22, 12), Self.tissue(37)))
            out.append(ball((shift + s * 10, -22, 16), (7 * wide, 25, 13), Self.tissue(7)))
            out.append(ball((shift + s * 14, 22, 16), (7 * wide, 28, 12), Self.tissue(7)))
        }
        out.append(ball((shift, -2, -2), (2.6 * wide, 14, 12), Self.tissue(7)))
        return out
    }

    private func bleeding(_ finding: Finding, _ index: Int) -> [Solid] {
        var random = random.fork("bleeding-\(index)")
        let s = finding.side.sign
        let size = finding.severity
        let fresh = Self.blood(random.uniform(58...72))
        switch finding.variety {
        case "epidural":
            let y = random.uniform(-25...20)
            return [
                ball((s * 66, y, 8), (9 + 16 * size, 30 + 10 * size, 30), fresh, finding: index)
            ]
        case "subarachnoid":
            return [
                ball((0, -16, -22), (24, 3 + 3 * size, 12), fresh, finding: index),
                ball((0, -12, -24), (4 + 3 * size, 20, 14), fresh, finding: index),
                ball((s * 38, -14, -8), (18, 2.5 + 3 * size, 16), fresh, finding: index),
            ]
        default:
            let radius = 8 + 17 * size
            let middle = (s * random.uniform(20...34), random.uniform(-22...28), 10.0)
            return [
                ball(middle, (radius * 1.5, radius * 1.6, radius * 1.4), Self.blood(23)),
                ball(middle, (radius, radius * 1.15, radius * 0.9), fresh, finding: index),
            ]
        }
    }
}
