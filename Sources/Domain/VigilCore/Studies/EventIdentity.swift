/// What names a CloudEvent: its source and its id there. Both come from the sender and may hold
/// patient data: not for logs.
package struct EventIdentity: Sendable, Hashable {
    package let id: String
    package let source: String

    package init(id: String, source: String) {
        self.id = id
        self.source = source
    }

    /// The identity of a study event.
    package init(of event: StudyEvent) {
        self.init(id: event.id, source: event.source)
    }
}
