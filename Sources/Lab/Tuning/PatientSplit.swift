internal import VigilCore

/// Shares studies out to training, validation and test by their patient alone, so that no patient
/// is on two sides. A patient's side depends on the seed and nothing else: more studies, or
/// another order, move nobody.
package struct PatientSplit: Sendable, Hashable {
    /// The sides.
    package enum Side: String, Sendable, Hashable, CaseIterable {
        case training
        case validation
        case test
    }

    private let validation: Double
    private let test: Double
    private let seed: UInt64

    /// - Parameters:
    ///   - validation: its share of the patients, 0…1.
    ///   - test: likewise; both together below 1.
    package init(validation: Double, test: Double, seed: UInt64) {
        self.validation = validation
        self.test = test
        self.seed = seed
    }

    /// The side of a patient.
    package func side(of patient: String) -> Side {
        var hasher = DigestHasher()
        hasher.updateField("\(seed)")
        hasher.updateField(patient)
        let bits = hasher.finish().bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let share = Double(bits >> 11) * 0x1p-53
        return share < test ? .test : share < test + validation ? .validation : .training
    }
}
