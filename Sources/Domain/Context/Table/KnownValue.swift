package import VigilCore

/// A value of a patient, and where it stands on the topic.
package struct KnownValue: Sendable, Hashable {
    package let value: ContextValue
    package let source: ContextSource

    package init(_ value: ContextValue, from source: ContextSource) {
        self.value = value
        self.source = source
    }

    init(_ entry: ContextEntry) {
        self.init(
            ContextValue(
                item: entry.item, value: entry.value, observed: entry.time,
                status: entry.version.status),
            from: ContextSource(
                id: entry.id, partition: entry.partition, offset: entry.offset))
    }
}
