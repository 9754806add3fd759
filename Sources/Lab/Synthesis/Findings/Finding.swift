/// What can be planted.
package enum FindingKind: String, Sendable, Hashable, CaseIterable {
    case pneumothorax
    case effusion
    case consolidation
    case oedema
    case cardiomegaly
    case nodule
    case mass
    case atelectasis
    case ribFracture = "rib_fracture"
    case freeAir = "free_air"
    case misplacedTube = "misplaced_tube"
    case haemorrhage = "intracranial_haemorrhage"
}

/// One planted finding: the truth.
package struct Finding: Sendable, Hashable {
    package var kind: FindingKind
    package var side: Side
    /// 0, just to be seen, to 1, extreme.
    package var severity: Double
    /// A variety, such as `tension`, `lobar` or `subdural`; empty for none.
    package var variety = ""

    package init(_ kind: FindingKind, _ side: Side, severity: Double, variety: String = "") {
        self.kind = kind
        self.side = side
        self.severity = severity
        self.variety = variety
    }

    /// The severity in a word, as reports have it.
    package var grade: String {
        severity < 0.34 ? "small" : severity < 0.67 ? "moderate" : "large"
    }

    /// Whether the trapped air presses on the mediastinum.
    package var isTension: Bool { variety == "tension" }
}
