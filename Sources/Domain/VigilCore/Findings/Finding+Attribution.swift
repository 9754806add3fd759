extension Finding {
    /// Which parts of an image made a score: its logit is the sum of the patches' shares and of
    /// named terms.
    package struct Attribution: Sendable, Hashable {
        /// A part of the logit that is no patch's.
        package struct Term: Sendable, Hashable {
            package let kind: EvidenceTerm
            /// Its part of the logit.
            package let share: Double

            package init(kind: EvidenceTerm, share: Double) {
                self.kind = kind
                self.share = share
            }
        }

        /// No record tells of more.
        package static let boxesMax = 8
        /// The most that patches and terms may differ from the logit by, of a logit of 1 or less;
        /// of a greater one this part of it.
        package static let errorMax = 1e-4

        /// The strongest regions, by their share; none where no patch speaks for the finding.
        package let boxes: [EvidenceBox]
        /// All patches' shares together.
        package let patches: Double
        /// In the order of ``EvidenceTerm``, each at most once.
        package let terms: [Term]
        /// Layers whose attention is shared out; 1 of a model that pools.
        package let layers: Int
        package let grid: EvidenceGrid
        /// The digest of the ``EvidenceMap``.
        package let map: Digest

        package init(
            boxes: [EvidenceBox], patches: Double, terms: [Term], layers: Int, grid: EvidenceGrid,
            map: Digest
        ) {
            self.boxes = boxes
            self.patches = patches
            self.terms = terms
            self.layers = layers
            self.grid = grid
            self.map = map
        }

        /// Whether patches and terms add up to a logit.
        package func addsUp(to logit: Double) -> Bool {
            let sum = terms.reduce(patches) { $0 + $1.share }
            return abs(sum - logit) <= Self.errorMax * max(1, abs(logit))
        }
    }

    /// What evidence a flagged result has, where the site wants some.
    package enum Explained: Sendable, Hashable {
        case told(Attribution)
        case untold(NoEvidence)

        /// The strongest box; nil where none is told.
        package var box: EvidenceBox? {
            if case .told(let attribution) = self { attribution.boxes.first } else { nil }
        }
    }

    /// Why a flagged result goes out without evidence.
    package enum NoEvidence: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// The scores of the model's family cannot be shared out.
        case family
        /// The finding's head is not linear.
        case head
        /// The image was no longer at hand, or its pixels cannot be traced back.
        case image
        /// The parts are no numbers, or do not add up to the logit.
        case sum
        /// The computation failed.
        case failed
    }

    /// The map of one result.
    package struct ResultMap: Sendable, Hashable {
        /// The result's code.
        package let code: String
        /// The adapter whose head gave it; nil: the prompts did.
        package let head: String?
        /// The image.
        package let image: Evidence
        package let map: EvidenceMap

        package init(code: String, head: String?, image: Evidence, map: EvidenceMap) {
            self.code = code
            self.head = head
            self.image = image
            self.map = map
        }
    }
}
