extension SettingKey {
    /// Settings of where work comes from and goes to.
    var sourceDefinition: SettingDefinition {
        switch self {
        case .workerInstance:
            .init(
                self, .text(bytesMax: 200), .text(""),
                """
                Names this worker's slot: the static member id and the root of the transactional \
                id. Two workers of one group must differ. Empty: a slot of the state folder that \
                no other worker holds, the same after a restart.
                """)
        case .modelDirectory:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                "The directory of the model.")
        case .modelAdapters:
            .init(
                self, .list(countMax: 64), .list([]),
                """
                Adapters of the model besides those in its folder 'adapters': safetensors files, \
                or folders as PEFT saves them.
                """)
        case .modelEnsemble:
            .init(
                self, .list(countMax: 16), .list([]),
                """
                Folders of further models of the same architecture, whose scores are averaged \
                with those of model.directory.
                """)
        case .inputRoots:
            .init(
                self, .list(countMax: 64), .list([]),
                "Directories that study events may name files in; all others are refused.")
        case .inputTimeout:
            .init(
                self, .integer(10...600_000), .integer(2000), unit: "ms",
                """
                How long one call to the storage below an input root may take. A root that takes \
                longer is refused until it answers; its studies go to the retry topics, and the \
                other roots go on. Reading all of a file may take decode.timeout-ms.
                """)
        case .inputOriginsFile:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                A file in YAML of the archives that study events may name instances at by https: \
                URIs (WADO-RS): origin, path, networks, header-file, ca-file, certificate-file and \
                key-file of each. Connecting may take input.timeout-ms, all of a fetch \
                decode.timeout-ms. Empty: none, and such URIs are refused.
                """)
        case .topicsInput:
            .init(
                self, .topic(canBeEmpty: false), .text("radiology.study.received.v1"),
                "The topic of study events.")
        case .topicsUrgent:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                A second input topic, of studies that are not to wait until the queues have room \
                for the first one's. Empty: none.
                """)
        case .topicsOrders:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                A further input topic, of changed orders and withdrawals, from which alone an \
                order may be lowered and images withdrawn. Let only those write to it who may. \
                Empty: none.
                """)
        case .ordersSources:
            .init(
                self, .list(countMax: 256), .list([]),
                """
                CloudEvents sources that may lower an order or withdraw images; empty: all of \
                topics.orders, and without that topic none may lower and all may withdraw. A \
                source is what a sender says of itself.
                """)
        case .topicsWorklist:
            .init(
                self, .topic(canBeEmpty: false), .text("radiology.worklist.order.v1"),
                "The compacted topic of what persons have ordered for each study so far.")
        case .topicsFinding:
            .init(
                self, .topic(canBeEmpty: false), .text("radiology.finding.prioritized.v2"),
                "The topic of findings.")
        case .topicsFindingV1:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                The topic of findings of the last release, such as \
                radiology.finding.prioritized.v1: gets what version 1 can say of each finding, \
                and is read for what was said before. Empty: none.
                """)
        case .topicsReport:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                The topic of draft reports, such as radiology.report.draft.v1, in the \
                transaction of the finding; needs report.templates. Empty: no drafts are made.
                """)
        case .topicsAudit:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                The topic of the audit log, such as vigil.audit.v1: a leaf for each outcome, in \
                its transaction; needs audit.key-file. Empty: none is kept.
                """)
        case .topicsEvidence:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                The topic of maps of evidence, such as radiology.finding.evidence.v1, in the \
                transaction of the finding; needs evidence.findings. Empty: maps are not sent.
                """)
        case .topicsEnergy:
            .init(
                self, .topic(canBeEmpty: false), .text("sustainability.inference.energy.v1"),
                "The topic of energy records.")
        case .topicsDeadLetter:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                "The topic of dead letters. Empty: the input topic with .dlq at its end.")
        case .topicsExpired:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                The topic of events whose expirytime had passed. Empty: the input topic with \
                .expired at its end.
                """)
        case .topicsRetryCount:
            .init(
                self, .integer(0...9), .integer(2),
                """
                How many topics, the input topic with .retry.1 and so on at its end, a study that \
                fails in a passing way goes through before it becomes a dead letter.
                """)
        case .topicsPartitions:
            .init(
                self, .integer(1...1000), .integer(6),
                "Partitions of a topic that 'vigil topics create' makes.")
        case .topicsReplication:
            .init(
                self, .integer(0...9), .integer(0),
                """
                Copies of a topic that 'vigil topics create' makes; 0 takes 3 where there are \
                three brokers, else as many as there are.
                """)
        case .topicsRetention:
            .init(
                self, .integer(1...87_600), .integer(168), unit: "hours",
                "How long a topic that 'vigil topics create' makes keeps its records.")
        default:  // .workerGroup
            .init(
                .workerGroup, .text(bytesMax: 200), .text("vigil"),
                "The consumer group. Its workers share the partitions of the input topic.")
        }
    }
}
