internal import HTTPServer
internal import KafkaTransport
internal import Processes
package import VigilCore

/// Why the gateway does not start, or cannot go on.
package enum GatewayError: VigilError {
    /// The folder that objects are written to cannot be.
    case folderUnusable(SafeText, errno: Int32)
    /// Brokers, the endpoint of metrics or the system refuse something.
    case refused(any VigilError)
    /// Another gateway has this one's place in a group.
    case replaced(role: SafeText)
    /// A role's port is taken, or its address is none of this machine's.
    case cannotListen(role: SafeText, port: Int)
    /// The files of a role's certificate, key and authorities do not do together.
    case identityUnusable(role: SafeText)
    /// A role writes to a topic that is not there.
    case topicMissing(SafeText)
    /// A record or a file that was to be shown cannot be read.
    case unreadable(SafeText)

    package var code: SafeText {
        switch self {
        case .folderUnusable: "gateway_folder_unusable"
        case .refused(let error): error.code
        case .replaced: "gateway_replaced"
        case .cannotListen: "gateway_cannot_listen"
        case .identityUnusable: "gateway_identity_unusable"
        case .topicMissing: "gateway_topic_missing"
        case .unreadable: "gateway_unreadable"
        }
    }

    package var what: SafeText {
        switch self {
        case .folderUnusable(let path, let errno):
            "\(path) cannot be written to, errno \(errno)"
        case .refused(let error): error.what
        case .replaced(let role):
            "another gateway has taken the place of this one in the group of the role \(role)"
        case .cannotListen(let role, let port): "the role \(role) cannot listen on port \(port)"
        case .identityUnusable(let role):
            "the role \(role) has a certificate, key or ca-file that OpenSSL does not take"
        case .topicMissing(let topic): "there is no topic \(topic), or no right to see it"
        case .unreadable(let reason): "it cannot be read: \(reason)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .folderUnusable: "Make the folder and give it to the gateway's user: install -d -o"
        case .refused(let error): error.remedy
        case .replaced: "Give each gateway an 'instance' of its own"
        case .cannotListen:
            "Write an IP address of this machine, and a port that 'ss -ltn' does not show"
        case .identityUnusable: "Write PEM files, and the key that belongs to the certificate"
        case .topicMissing: "Make it with vigil topics create and --set context.topic=NAME"
        case .unreadable:
            "Name a finding's record as JSON, as its topic has it; for HL7 add --config"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .folderUnusable: .shutDown(.config)
        case .refused(let error): error.disposition
        case .replaced: .shutDown(.temporary)
        case .cannotListen: .shutDown(.config)
        case .identityUnusable: .shutDown(.config)
        case .topicMissing: .shutDown(.config)
        case .unreadable: .shutDown(.dataError)
        }
    }
}
