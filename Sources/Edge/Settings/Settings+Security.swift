/// The settings of what may be trusted, by their types.
extension Settings {
    /// `required`, `preferred` or `off`.
    package var decodeSandbox: String { text(.decodeSandbox) }
    /// Whether a decoder reads many studies.
    package var decodeReuse: Bool { bool(.decodeReuse) }
    /// The user that decoders become.
    package var decodeUID: UInt32 { UInt32(clamping: integer(.decodeUID)) }
    /// Whether the worker may leave core dumps.
    package var workerCoreDumps: Bool { bool(.workerCoreDumps) }
    /// Digests of the models and adapters that may be loaded; empty: all.
    package var modelsAllow: [String] { list(.modelsAllow) }
    /// The signed file of what may run here; nil: nobody has said.
    package var modelsEnvelope: String? { given(.modelsEnvelope) }
    /// The public keys of those whose envelopes are believed.
    package var modelsEnvelopeKeys: [String] { list(.modelsEnvelopeKeys) }
    /// `auto`, `hash` or `pass`.
    package var privacySenderIDs: String { text(.privacySenderIDs) }

    /// The topic of the audit log; nil: none is kept.
    package var topicsAudit: String? { given(.topicsAudit) }
    /// The private key that signs its checkpoints; nil without.
    package var auditKeyFile: String? { given(.auditKeyFile) }
    /// What audit logs of this installation are called.
    package var auditName: String { text(.auditName) }
    /// How long leaves stand without a checkpoint.
    package var auditInterval: Duration { milliseconds(.auditInterval) }
    /// Where the newest checkpoint is kept besides; nil: nowhere.
    package var auditFile: String? { given(.auditFile) }
}
