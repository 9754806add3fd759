internal import VigilCore

/// What a client is for; it decides the properties and names the client in logs.
package enum ClientRole: String, Sendable, Hashable, SafeToLog {
    /// A member of the group.
    case consumer
    /// Reads whole topics outside of any group.
    case reader
    /// Asks about topics and single records again and again.
    case watcher
    /// Asks where partitions end, records of open transactions included.
    case surveyor
    /// Writes in transactions.
    case transactionalProducer = "transactional_producer"
    /// Writes idempotently, without transactions.
    case plainProducer = "plain_producer"
    /// Creates and describes topics.
    case admin
}
