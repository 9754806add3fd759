/// One thing said of a patient, as the sender said it: codes, units and numbers that nobody has
/// judged yet. Not for logs.
package struct ContextStatement: Sendable, Hashable {
    /// What kind of resource said it.
    package enum Kind: Sendable, Hashable {
        /// A measurement with a number.
        case observation
        /// A condition of the patient, or a reason for a study: there, or not.
        case presence
    }

    /// A code and the system that it is of.
    package struct Coding: Sendable, Hashable {
        package let system: String
        package let code: String

        package init(system: String, code: String) {
            self.system = system
            self.code = code
        }
    }

    /// A number and its unit in the sender's spelling.
    package struct Quantity: Sendable, Hashable {
        package let value: Double
        package let unit: String

        package init(value: Double, unit: String) {
            self.value = value
            self.unit = unit
        }
    }

    /// What kind of resource said it.
    package let kind: Kind
    /// Names it among all of its patient's.
    package let id: String
    /// The identifier of the resource that it is a part of, by which all of it is corrected or
    /// taken back; of what has no parts its own.
    package let resource: String
    /// All codes given for the same thing.
    package let codings: [Coding]
    package let quantity: Quantity?
    /// When it was so of the patient; nil: not said.
    package let effective: Timestamp?
    /// When this version was made known; nil: not said.
    package let issued: Timestamp?
    package let status: ObservationStatus

    package init(
        kind: Kind, id: String, resource: String? = nil, codings: [Coding], quantity: Quantity?,
        effective: Timestamp?,
        issued: Timestamp?, status: ObservationStatus
    ) {
        self.kind = kind
        self.id = id
        self.resource = resource ?? id
        self.codings = codings
        self.quantity = quantity
        self.effective = effective
        self.issued = issued
        self.status = status
    }
}
