package import KafkaTransport
package import VigilCore
package import WorkerCore

/// What can go wrong where the stages meet.
package enum PipelineError: VigilError {
    /// Transactions failed one after the other.
    case publishingFailed(attempts: Int)
    /// No broker answered within the time for starting up.
    case brokerOutOfReach(ConnectionTrouble?)
    /// A record cannot even be given up, because its dead letter is larger than its topic allows.
    case deadLetterTooLarge
    /// The key file for pseudonyms cannot be used, for this reason.
    case pseudonymKeyUnusable(SafeText)
    /// A setting that has no default is not set.
    case settingMissing(SafeText)
    /// A study's work ended before it had a result.
    case interrupted
    /// A folder of input.roots cannot be used.
    case inputRootUnusable(SafeText, reason: SafeText, at: SafeText)
    /// A file of the grid's intensity, or of the key for its feed, cannot be used.
    case intensityUnreadable(SafeText)
    /// The file of headers for the OpenTelemetry collector cannot be read.
    case headersUnreadable(SafeText)
    /// A key or token would go over the network readable: the setting whose address is at fault.
    case plainAddress(SafeText)
    /// The small model of the cascade wants other images than the large one.
    case cascadeUnlike
    /// What audit logs are to be called makes no name.
    case auditNameUnusable(SafeText)
    /// A study took more of the worker than any study may.
    case studyOverBudget(StudyBudget.Part)
    /// Workers died while they worked on a record alone.
    case quarantined(deaths: Int)
    /// One of these, about a setting that stands here.
    indirect case placed(SafeText, PipelineError)

    package var code: SafeText {
        switch self {
        case .publishingFailed: "publishing_failed"
        case .brokerOutOfReach: "broker_out_of_reach"
        case .deadLetterTooLarge: "dead_letter_too_large"
        case .pseudonymKeyUnusable: "pseudonym_key_unusable"
        case .settingMissing: "setting_missing"
        case .interrupted: "interrupted"
        case .inputRootUnusable: "input_root_unusable"
        case .intensityUnreadable: "intensity_unreadable"
        case .headersUnreadable: "headers_unreadable"
        case .plainAddress: "plain_address"
        case .cascadeUnlike: "cascade_unlike"
        case .auditNameUnusable: "audit_name_unusable"
        case .studyOverBudget(let part): part.code
        case .quarantined: "quarantined"
        case .placed(_, let error): error.code
        }
    }

    package var what: SafeText {
        switch self {
        case .publishingFailed(let attempts):
            "\(attempts) transactions in a row were aborted"
        case .brokerOutOfReach(let trouble?):
            "no Kafka broker could be used within startup.timeout-ms. \(trouble.what)"
        case .brokerOutOfReach:
            "no Kafka broker answered within startup.timeout-ms"
        case .deadLetterTooLarge:
            "a dead letter is larger than the dead-letter topic allows"
        case .pseudonymKeyUnusable(let reason):
            "the file of privacy.pseudonym-key-file \(reason)"
        case .settingMissing(let key):
            "\(key) is not set"
        case .interrupted:
            "the work on a study ended before it had a result"
        case .inputRootUnusable(let folder, let reason, let place):
            "\(place): the input root \(folder) cannot be used (\(reason))"
        case .intensityUnreadable(let path):
            "the file \(path) cannot be read or holds no grid intensity"
        case .headersUnreadable(let path):
            "the file \(path) of otlp.headers-file cannot be read"
        case .plainAddress(let setting):
            "\(setting) would carry a key or password over plain HTTP to another machine"
        case .cascadeUnlike:
            "the models of cascade.model and model.directory prepare images differently"
        case .auditNameUnusable(let name):
            "\(name) of audit.name, with group and slot, makes no name of an audit log"
        case .studyOverBudget(let part):
            part.what
        case .quarantined(let deaths):
            "\(deaths) workers died while they worked on this record alone"
        case .placed(let place, let error):
            "\(place): \(error.what)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .publishingFailed:
            "See the transaction errors logged before this one; nothing is lost, start again"
        case .brokerOutOfReach(let trouble):
            trouble?.remedy
                ?? """
                Check --bootstrap, that the broker is up, and kafka.security.protocol: to a client \
                without TLS a listener with TLS may say nothing
                """
        case .deadLetterTooLarge:
            "Raise max.message.bytes of the dead-letter topic above that of the input topic"
        case .pseudonymKeyUnusable:
            """
            Write 32 random bytes to it as its owner, the worker's user, and let nobody else in: \
            (umask 077; head -c 32 /dev/urandom > FILE)
            """
        case .settingMissing:
            "Give its flag, or set it in the file, the environment or by --set; see worker --help"
        case .interrupted:
            "Run it again"
        case .inputRootUnusable:
            "Name an absolute path of a folder that exists and may be read"
        case .intensityUnreadable:
            "Write JSON such as [{\"time\":\"2026-01-01T00:00:00Z\",\"rating\":300}] to it"
        case .headersUnreadable:
            "Write one header a line to it, such as Authorization: Bearer KEY"
        case .plainAddress:
            "Use https://, or an address of this machine, or leave the key out"
        case .cascadeUnlike:
            "Take two models of one family whose preprocessing is the same; see vigil model inspect"
        case .auditNameUnusable:
            "Take letters, digits, dots, dashes and underscores, with slashes between"
        case .studyOverBudget:
            "Raise the setting if such studies are expected; else look at who sent it"
        case .quarantined:
            """
            See the worker's last lines and the kernel's log (dmesg) for what ended it; vigil dlq \
            replay tries the record again
            """
        case .placed(_, let error):
            error.remedy
        }
    }

    package var disposition: Disposition {
        switch self {
        case .publishingFailed, .interrupted: .shutDown(.temporary)
        case .brokerOutOfReach: .shutDown(.unavailable)
        case .deadLetterTooLarge, .pseudonymKeyUnusable, .settingMissing, .inputRootUnusable,
            .intensityUnreadable, .headersUnreadable, .plainAddress, .cascadeUnlike,
            .auditNameUnusable:
            .shutDown(.config)
        case .studyOverBudget, .quarantined: .deadLetter
        case .placed(_, let error): error.disposition
        }
    }
}
