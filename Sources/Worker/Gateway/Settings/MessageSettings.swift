internal import HL7
internal import Settings
internal import VigilCore

/// What a role that listens for HL7 does with what comes.
struct MessageSettings: Sendable {
    /// What the site's numbers, codes and units mean.
    let rules: HL7Rules
    /// Of times without a zone; nil: they are not used.
    let zone: HomeZone?
    /// Served at a time.
    let connectionsMax: Int
    /// Of one message.
    let bytesMax: Int
    /// Without a message, until a connection is closed.
    let idle: Duration

    static let names = [
        "patient-authority", "time-zone", "mappings", "connections-max", "message-kb-max",
        "idle-seconds", "plaintext",
    ]

    /// - Parameter hasIdentity: whether there is a certificate to show.
    init(
        _ role: SectionReader, at endpoint: RoleEndpoint, hasIdentity: Bool
    ) throws(SectionError) {
        // Whose number a number is decides whose result it is: a guess gives one patient another's.
        let authority = try role.required("patient-authority")
        rules = try MessageRulesFile.rules(
            authority: authority == "*" ? nil : authority, file: try role.text("mappings"))
        zone = try role.text("time-zone").map { text throws(SectionError) in
            guard let zone = HomeZone(text) else {
                throw role.refused("time-zone", "'local' or an offset such as '+01:00'")
            }
            return zone
        }
        connectionsMax = Int(try role.number("connections-max", in: 1...256) ?? 16)
        bytesMax = Int(try role.number("message-kb-max", in: 1...1024) ?? 1024) << 10
        idle = try role.seconds("idle-seconds", in: 1...86_400) ?? .seconds(3600)
        let plaintext = try role.text("plaintext") ?? "loopback"
        guard ["loopback", "allowed"].contains(plaintext) else {
            throw role.refused("plaintext", "loopback or allowed")
        }
        guard case .mllp(let host, _, let usesTLS) = endpoint else { return }
        guard !usesTLS || hasIdentity else {
            throw .missing("certificate-file and key-file", at: role.place)
        }
        guard usesTLS || plaintext == "allowed" || LoopbackHost.isCertain(host) else {
            throw role.refused(
                "endpoint", "mllps://, an address of this machine alone, or 'plaintext: allowed'")
        }
    }
}
