/// One value that is known of a patient at some time, in the item's unit.
package struct ContextValue: Sendable, Hashable {
    package let item: ContextItem
    package let value: Double
    /// When it was so of the patient.
    package let observed: Timestamp
    package let status: ObservationStatus

    package init(item: ContextItem, value: Double, observed: Timestamp, status: ObservationStatus) {
        self.item = item
        self.value = value
        self.observed = observed
        self.status = status
    }

    /// As records tell it. Numbers are written so that they are read back bit for bit.
    package var json: JSONValue {
        [
            "item": .string(item.rawValue), "value": .number(value),
            "observed": .string(observed.description), "status": .string(status.rawValue),
        ]
    }
}
