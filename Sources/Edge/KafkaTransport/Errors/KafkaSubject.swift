package import VigilCore

/// What a call to Kafka was about, and for whom: what a refusal has to name.
package struct KafkaSubject: Sendable, Hashable {
    /// What access rights are given on (`ResourceType` of Apache Kafka), as `kafka-acls.sh` calls
    /// it.
    package enum Resource: String, Sendable, Hashable, SafeToLog {
        case topic
        case group
        case transactionalID = "transactional-id"
    }

    /// What is to be allowed (`AclOperation` of Apache Kafka).
    package enum Right: String, Sendable, Hashable, SafeToLog {
        case read = "Read"
        case write = "Write"
        case describe = "Describe"
    }

    /// What the right is about.
    package let resource: Resource
    /// From configuration.
    package let name: SafeText
    /// What is to be allowed there.
    package let right: Right
    /// As whom brokers see this client, such as `User:vigil`.
    package let principal: SafeText

    /// All of it.
    package init(_ resource: Resource, _ name: String, _ right: Right, as principal: SafeText) {
        self.resource = resource
        self.name = SafeText(operatorProvided: name)
        self.right = right
        self.principal = principal
    }

    /// The command that allows it.
    var remedy: SafeText {
        """
        Allow it with: kafka-acls.sh --add --allow-principal \(principal) \
        --operation \(right) --\(resource) \(name)
        """
    }
}

extension KafkaConfiguration {
    /// As whom brokers see the clients, as far as the configuration says.
    var principal: SafeText {
        func value(_ name: String) -> String? { common[name] ?? producer[name] ?? consumer[name] }
        let isLogin = value("security.protocol")?.lowercased().hasPrefix("sasl") ?? false
        if isLogin {
            return value("sasl.username").map { SafeText(operatorProvided: "User:\($0)") }
                ?? "the principal of the token or ticket"
        }
        let keys = ["ssl.certificate.location", "ssl.certificate.pem", "ssl.keystore.location"]
        if keys.contains(where: { value($0) != nil }) { return "the client certificate's subject" }
        return "User:ANONYMOUS"
    }

    /// What calls about a topic are about.
    func subject(topic: String, _ right: KafkaSubject.Right) -> KafkaSubject {
        KafkaSubject(.topic, topic, right, as: principal)
    }
}
