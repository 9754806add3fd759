/// One record of the topic of context: what it says of one patient, or takes back.
package struct ContextRecord: Sendable, Hashable {
    /// What a record is for.
    package enum Content: Sendable, Hashable {
        /// A tombstone: what came under this identifier counts no more.
        case retraction
        /// What it says, and why some of it cannot be read.
        case statements([ContextStatement], refused: [ContextRefusal])
    }

    /// Whose key it has.
    package let patient: Pseudonym
    /// The identifier of the record's key; not for logs.
    package let id: String
    package let content: Content
    /// When the record was written; nothing in it can be later.
    package let written: Timestamp?
    /// Where it stands.
    package let position: RecordPosition

    package init(
        patient: Pseudonym, id: String, content: Content, written: Timestamp?,
        position: RecordPosition
    ) {
        self.position = position
        self.patient = patient
        self.id = id
        self.content = content
        self.written = written
    }
}
