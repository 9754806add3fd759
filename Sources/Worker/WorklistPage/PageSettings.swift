internal import KafkaTransport
package import Settings
internal import Signing
internal import VigilCore
internal import Wire

/// The page's one file.
package struct PageSettings: Sendable {
    /// The topics that it reads, and the one that it writes.
    struct Topics: Sendable {
        let finding: String
        /// Nil: not read.
        let worklist: String?
        let energy: String?
        /// Nil: no feedback is taken.
        let feedback: String?
        /// Nil: alarms are not shown.
        let alarms: String?
    }

    /// Where it answers, and whom.
    struct HTTP: Sendable {
        let address: String
        let port: UInt16
        /// Further names that it answers to.
        let hosts: [String]
        /// Nil: no token is asked for.
        let token: [UInt8]?
        /// Readers at a time.
        let streamsMax: Int
    }

    let kafka: [String: String]
    let topics: Topics
    /// Those whose decisions clear alarms.
    let alarmKeys: [VerifyingKey]
    let bounds: WorklistTable.Bounds
    let http: HTTP

    private static let names = ["kafka", "topics", "studies", "http", "feedback", "alarm-keys"]
    private static let topicNames = ["finding", "worklist", "energy", "feedback", "alarms"]

    /// Reads the file and the files that it names.
    package init(file path: String) throws(SectionError) {
        let root = try SectionReader(
            try SectionReader.yaml(path), names: Self.names, at: SafeText(operatorProvided: path))
        kafka = try KafkaSection.properties(root)
        topics = try Self.topics(root)
        alarmKeys = try Self.alarmKeys(root, topics)
        bounds = try Self.bounds(root)
        http = try Self.http(root)
        do throws(KafkaError) {
            try configuration.validate()
        } catch {
            throw .settings(error)
        }
    }

    /// How its clients reach Kafka. They join no group and commit nothing.
    var configuration: KafkaConfiguration {
        var configuration = KafkaConfiguration(
            bootstrap: "", group: "vigil-page", instance: nil, common: kafka)
        let name = "queued.max.messages.kbytes"
        if kafka[name] == nil { configuration.consumer[name] = "16384" }
        return configuration
    }

    private static func topics(_ root: SectionReader) throws(SectionError) -> Topics {
        let section = try SectionReader(root.node("topics"), names: topicNames, at: root.place)
        func topic(_ name: String, _ usual: String) throws(SectionError) -> String? {
            let topic = try section.text(name) ?? usual
            guard topic != "none" else { return nil }
            guard RecordPosition.isLegal(topic: topic) else {
                throw section.refused(name, "a name that Kafka takes for a topic, or none")
            }
            return topic
        }
        guard let finding = try topic("finding", WireNames.findingTopic) else {
            throw section.refused("finding", "the topic of findings")
        }
        let takesFeedback = try root.flag("feedback") ?? false
        let feedback = try topic("feedback", WireNames.feedbackTopic)
        return Topics(
            finding: finding, worklist: try topic("worklist", WireNames.worklistTopic),
            energy: try topic("energy", WireNames.energyTopic),
            feedback: takesFeedback ? feedback : nil, alarms: try topic("alarms", "none"))
    }

    private static func alarmKeys(
        _ root: SectionReader, _ topics: Topics
    ) throws(SectionError) -> [VerifyingKey] {
        let paths = try root.texts("alarm-keys") ?? []
        guard paths.isEmpty || topics.alarms != nil else {
            throw root.refused("alarm-keys", "a topic of alarms beside it")
        }
        do throws(SigningError) { return try KeyFile.verifying(paths) } catch {
            throw root.refused("alarm-keys", "files of public keys (PEM)")
        }
    }

    private static func bounds(
        _ root: SectionReader
    ) throws(SectionError) -> WorklistTable.Bounds {
        let section = try SectionReader(
            root.node("studies"), names: ["keep", "count-max"], at: root.place)
        var bounds = WorklistTable.Bounds()
        bounds.keep = try section.seconds("keep", in: 60...31_536_000) ?? bounds.keep
        let count = try section.number("count-max", in: 20...200_000)
        bounds.studiesMax = count.map { Int($0) } ?? bounds.studiesMax
        return bounds
    }

    private static func http(_ root: SectionReader) throws(SectionError) -> HTTP {
        let section = try SectionReader(
            root.node("http"), names: ["address", "port", "hosts", "token-file", "streams-max"],
            at: root.place)
        let token = try section.text("token-file").map { path throws(SectionError) in
            Array(try SecretFile.text(of: path).utf8)
        }
        return HTTP(
            address: try section.text("address") ?? "127.0.0.1",
            port: UInt16(try section.number("port", in: 0...65_535) ?? 8090),
            hosts: try section.texts("hosts") ?? [], token: token,
            streamsMax: Int(try section.number("streams-max", in: 1...1000) ?? 64))
    }
}
