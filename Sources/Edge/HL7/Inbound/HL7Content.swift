package import VigilCore

/// What a message says that is used, and what became of the rest.
package struct HL7Content: Sendable {
    /// In the order in which they stand.
    package let results: [HL7Result]
    /// By study, the most urgent of all its orders.
    package let raises: [(study: DicomUID, priority: Priority)]
    /// Results and orders that are left, by why.
    package let left: [HL7Part: Int]

    /// Reads it; total.
    package init(_ message: HL7Message, kind: HL7Envelope.Kind, rules: HL7Rules) {
        var results = HL7ResultReader(message, rules)
        var orders = HL7OrderReader(message, rules)
        switch kind {
        case .results: results.read()
        case .orders: orders.read()
        case .ignored, .answer: break
        }
        self.results = results.results
        raises = orders.raises.sorted { $0.key.sensitiveValue < $1.key.sensitiveValue }
            .map { ($0.key, $0.value) }
        left = results.left.merging(orders.left) { $0 + $1 }
    }
}
