internal import ClinicalReport
internal import HL7
package import VigilCore

extension GatewaySettings {
    /// What the gateway would do, as JSON: nothing of a file that holds a secret.
    package var listing: JSONValue {
        [
            "topics": [
                "finding": .string(topics.finding),
                "studies": .array(topics.studies.map { .string($0) }),
                "context": .string(topics.context),
                "dead_letter": .string(topics.deadLetter),
            ],
            "studies": [
                "roots": .array(studies.roots.map { .string($0) }),
                "wait_s": .number(studies.wait.seconds),
                "bytes_max": .integer(Int64(studies.bytesMax)),
            ],
            "retry": [
                "first_s": .number(retry.first.seconds),
                "longest_s": .number(retry.longest.seconds),
                "give_up_after_s": .number(retry.giveUpAfter.seconds),
            ],
            "codes": .integer(Int64(codes.count)),
            "roles": .array(
                roles.map { .object($0.listing) }),
        ]
    }
}

extension RoleSettings {
    fileprivate var listing: JSONObject {
        var object = JSONObject()
        object["name"] = .string(name.text)
        object["kind"] = .string(kind.rawValue)
        object["endpoint"] = .string(endpoint.text)
        object["timeout_s"] = .number(timeout.seconds)
        if let messages { messages.list(into: &object) }
        guard let listening else {
            guard kind.delivers else { return object }
            object["group"] = .string("vigil-gateway-\(name.text)")
            return object
        }
        object["folder"] = .string(listening.folder)
        object["calling_titles"] = .array((listening.callers ?? ["*"]).map { .string($0) })
        object["patient_issuer"] = listening.patients.issuer.map { .string($0) }
        object["quiet_s"] = .number(listening.quiet.seconds)
        object["priority"] = .string(listening.priority.rawValue)
        object["associations_max"] = .integer(Int64(listening.associationsMax))
        object["object_bytes_max"] = .integer(Int64(listening.bytesMax))
        return object
    }
}

extension MessageSettings {
    fileprivate func list(into object: inout JSONObject) {
        object["patient_authority"] = .string(rules.authority ?? "*")
        object["codes"] = .integer(Int64(rules.codes.count))
        object["units"] = .integer(Int64(rules.units.count))
        object["connections_max"] = .integer(Int64(connectionsMax))
        object["message_bytes_max"] = .integer(Int64(bytesMax))
        object["idle_s"] = .number(idle.seconds)
    }
}

extension RoleEndpoint {
    /// As it is written in the configuration.
    fileprivate var text: String {
        switch self {
        case .http(let base): base
        case .mllp(let host, let port, let usesTLS):
            "\(usesTLS ? "mllps" : "mllp")://\(host):\(port)"
        case .dicom(let place): place.text
        }
    }
}
