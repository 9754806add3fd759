internal import KafkaTransport
internal import Settings
internal import VigilCore

/// How the gateway's clients reach Kafka.
struct KafkaSettings: Sendable {
    let properties: [String: String]
    /// This gateway's place in its groups.
    let instance: String

    init(_ root: SectionReader) throws(SectionError) {
        properties = try KafkaSection.properties(root)
        instance = try root.text("instance") ?? "1"
        guard RecordPosition.isLegal(topic: instance) else {
            throw root.refused("instance", "letters, digits, points, hyphens")
        }
        do throws(KafkaError) {
            try configuration(group: "vigil-gateway").validate()
        } catch {
            throw .settings(error)
        }
    }

    /// Of a client of a group; its member is known by the instance, so that one that comes back
    /// after a crash goes on at once.
    func configuration(group: String) -> KafkaConfiguration {
        var configuration = KafkaConfiguration(
            bootstrap: "", group: group, instance: instance, common: properties)
        configuration.boundReadAhead()
        return configuration
    }
}
