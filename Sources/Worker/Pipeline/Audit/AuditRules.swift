package import Signing
package import VigilCore

/// What a worker's audit log is kept by.
package struct AuditRules: Sendable {
    package let topic: String
    /// The log of this worker's slot.
    package let tree: AuditTreeName
    /// Signs its checkpoints.
    package let key: SigningKey
    /// How long leaves may stand without a checkpoint.
    package let interval: Duration
    /// Where the newest checkpoint is kept besides; nil: nowhere.
    package let file: String?
    /// What the worker begins with.
    package let start: Start

    /// Of a start, what is known before the log is read.
    package struct Start: Sendable {
        package let version: SafeText
        package let parts: [AuditStart.Part: Digest]

        package init(version: SafeText, parts: [AuditStart.Part: Digest]) {
            self.version = version
            self.parts = parts
        }
    }

    package init(
        topic: String, tree: AuditTreeName, key: SigningKey, interval: Duration, file: String?,
        start: Start
    ) {
        self.topic = topic
        self.tree = tree
        self.key = key
        self.interval = interval
        self.file = file
        self.start = start
    }
}
