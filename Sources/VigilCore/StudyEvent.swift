/// The news that a study, or a part of one, is ready to be read.
package struct StudyEvent: Sendable, Hashable {
    /// CloudEvents `id`; with ``source`` it names the event. Opaque and possibly sensitive: not for
    /// logs.
    package let id: String
    /// CloudEvents `source`.
    package let source: String
    /// CloudEvents `time`, in the sender's own text.
    package let time: String?
    /// W3C trace context, passed on unchanged.
    package let traceparent: String?
    package let study: DicomUID
    /// The priority that a person ordered.
    package let priority: Priority
    /// Where the pixels are, in order, at least one.
    package let instances: [InstanceReference]
    /// CloudEvents `expirytime`: after it nobody wants the result.
    package let expiry: Timestamp?

    package init(
        id: String, source: String, time: String?, traceparent: String?, study: DicomUID,
        priority: Priority, instances: [InstanceReference], expiry: Timestamp? = nil
    ) {
        self.expiry = expiry
        self.id = id
        self.source = source
        self.time = time
        self.traceparent = traceparent
        self.study = study
        self.priority = priority
        self.instances = instances
    }
}

/// Where one instance's bytes are. The URI may hold patient data: not for logs.
package struct InstanceReference: Sendable, Hashable {
    /// A `file:` URI.
    package let uri: String

    package init(uri: String) {
        self.uri = uri
    }
}
