extension SettingKey {
    /// Settings of what may be trusted: the decoders' sandbox, models, names that senders chose.
    /// nil for all others.
    var securityDefinition: SettingDefinition? {
        switch self {
        case .decodeSandbox:
            .init(
                self, .choice(["required", "preferred", "off"]), .text("required"),
                """
                required: a worker whose decoders cannot close their sandbox does not start; \
                preferred: it warns, in the log, at /ready and in vigil_decoder_sandbox; off \
                leaves seccomp and Landlock out, for debuggers.
                """)
        case .decodeReuse:
            .init(
                self, .bool, .bool(false),
                """
                Whether a decoder process reads many studies. If not, each study has a fresh one, \
                so that a file that takes it over meets no other patient's; it costs some \
                milliseconds.
                """)
        case .decodeUID:
            .init(
                self, .integer(1...4_294_967_294), .integer(65_534),
                "The user and group that decoders become where the worker runs as root.")
        case .workerCoreDumps:
            .init(
                self, .bool, .bool(false),
                """
                Whether the worker may leave a core dump and be looked into by a debugger. It \
                holds patients' images and keys. Decoders never may.
                """)
        case .modelsAllow:
            .init(
                self, .list(countMax: 256), .list([]),
                """
                Digests of models and adapters, as vigil model inspect shows them. When it names \
                any, all others are refused at start. A model counts as validated only when its \
                folder says so and its digest stands here.
                """)
        case .modelsEnvelope:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                A signed file of vigil envelope: which models may run with which calibrations and \
                thresholds, by which evaluation. Anything else is refused at start, and after its \
                expiry all is abstained, and nothing is raised. Empty: nobody has said.
                """)
        case .modelsEnvelopeKeys:
            .init(
                self, .list(countMax: 64), .list([]),
                "Public keys (PEM) of those whose envelopes are believed.")
        case .privacySenderIDs:
            .init(
                self, .choice(["auto", "hash", "pass"]), .text("auto"),
                """
                What findings and energy records say of an event's ce_id and ce_source: pass \
                copies them and tracestate, hash puts keyed pseudonyms in their place and leaves \
                tracestate out; auto is hash with privacy.pseudonym-key-file and pass without.
                """)
        default: auditDefinition
        }
    }

    /// Settings of the audit log.
    private var auditDefinition: SettingDefinition? {
        switch self {
        case .auditKeyFile:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                The private key (vigil key make) that signs the audit log's checkpoints; its owner \
                alone may read it.
                """)
        case .auditName:
            .init(
                self, .text(bytesMax: 128), .text("vigil"),
                """
                What audit logs of this installation are called before group and slot, such as \
                radiology.example.org/vigil. Another name begins other logs.
                """)
        case .auditInterval:
            .init(
                self, .integer(100...86_400_000), .integer(60_000), unit: "ms",
                "How long leaves of the audit log stand without a signed checkpoint at most.")
        case .auditFile:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                A file that holds the newest checkpoint besides the topic: a worker that finds \
                fewer leaves in the topic does not start. Each slot needs its own. Empty: none.
                """)
        default: nil
        }
    }
}
