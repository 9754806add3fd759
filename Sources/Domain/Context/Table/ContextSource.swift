/// Where a value stands on the topic: which observation, and in which record.
package struct ContextSource: Sendable, Hashable {
    /// The first eight bytes of SHA-256 of the observation's identifier.
    package let id: UInt64
    package let partition: Int32
    package let offset: Int64

    package init(id: UInt64, partition: Int32, offset: Int64) {
        self.id = id
        self.partition = partition
        self.offset = offset
    }
}
