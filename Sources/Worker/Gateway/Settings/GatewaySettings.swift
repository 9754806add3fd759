internal import ClinicalReport
internal import KafkaTransport
package import Settings
internal import VigilCore
internal import Wire

/// The gateway's one file.
package struct GatewaySettings: Sendable {
    /// The topics that it reads and writes.
    struct Topics: Sendable {
        let finding: String
        let studies: [String]
        let context: String
        let deadLetter: String
    }

    /// What it keeps of studies, and for how long a delivery waits for its study.
    struct Studies: Sendable {
        let roots: [String]
        let pseudonymKey: [UInt8]
        let wait: Duration
        let bytesMax: Int
    }

    /// Where `/metrics` and the probes are; nil: nowhere.
    struct Page: Sendable {
        let address: String
        let port: UInt16
    }

    let kafka: KafkaSettings
    let topics: Topics
    let studies: Studies
    let page: Page?
    let retry: RetrySchedule
    let codes: FindingCodes
    let roles: [RoleSettings]

    private static let names = [
        "kafka", "instance", "topics", "studies", "http", "retry", "codes", "roles",
    ]

    /// Reads the file and the files that it names.
    package init(file path: String) throws(SectionError) {
        let file = SafeText(operatorProvided: path)
        let root = try SectionReader(try SectionReader.yaml(path), names: Self.names, at: file)
        kafka = try KafkaSettings(root)
        topics = try Self.topics(root)
        studies = try Self.studies(root)
        page = try Self.page(root)
        retry = try Self.retry(root)
        codes =
            try root.text("codes").map { path throws(SectionError) in
                try CodesFile.read(path)
            } ?? FindingCodes()
        roles = try Self.roles(root)
        for folder in roles.compactMap(\.listening?.folder) {
            let isBelow = studies.roots.contains {
                "\(folder)/".hasPrefix($0.hasSuffix("/") ? $0 : "\($0)/")
            }
            guard isBelow else {
                throw root.refused("roles", "a folder that is one of studies.roots or below it")
            }
        }
    }

    private static func topics(_ root: SectionReader) throws(SectionError) -> Topics {
        let section = try SectionReader(
            root.node("topics"), names: ["finding", "studies", "context", "dead-letter"],
            at: root.place)
        let topics = Topics(
            finding: try section.text("finding") ?? WireNames.findingTopic,
            studies: try section.texts("studies") ?? [WireNames.studyTopic],
            context: try section.text("context") ?? WireNames.contextTopic,
            deadLetter: try section.text("dead-letter") ?? WireNames.gatewayDeadLetterTopic)
        guard !topics.studies.isEmpty else { throw section.refused("studies", "at least one") }
        for topic in [topics.finding, topics.context, topics.deadLetter] + topics.studies {
            guard RecordPosition.isLegal(topic: topic) else {
                throw section.refused("studies", "names that Kafka takes for topics")
            }
        }
        return topics
    }

    private static func studies(_ root: SectionReader) throws(SectionError) -> Studies {
        let section = try SectionReader(
            root.node("studies"), names: ["roots", "pseudonym-key-file", "wait", "bytes-max"],
            at: root.place)
        guard let roots = try section.texts("roots"), !roots.isEmpty else {
            throw .missing("studies: roots", at: section.place)
        }
        guard roots.allSatisfy({ $0.hasPrefix("/") }) else {
            throw section.refused("roots", "absolute paths of folders")
        }
        let key = try SecretFile.bytes(of: try section.required("pseudonym-key-file"))
        if let weakness = KeyStrength.weakness(of: key) {
            throw section.refused(
                "pseudonym-key-file", "the workers' own, which is random; this one \(weakness)")
        }
        return Studies(
            roots: roots, pseudonymKey: key,
            wait: try section.seconds("wait", in: 0...86_400) ?? .seconds(600),
            bytesMax: Int(try section.number("bytes-max", in: 65_536...1e11) ?? 268_435_456))
    }

    private static func page(_ root: SectionReader) throws(SectionError) -> Page? {
        guard let node = root.node("http") else { return nil }
        let section = try SectionReader(node, names: ["address", "port"], at: root.place)
        guard let port = try section.number("port", in: 0...65_535) else {
            throw .missing("port", at: section.place)
        }
        return Page(address: try section.text("address") ?? "127.0.0.1", port: UInt16(port))
    }

    private static func retry(_ root: SectionReader) throws(SectionError) -> RetrySchedule {
        let section = try SectionReader(
            root.node("retry"), names: ["first", "longest", "give-up-after"], at: root.place)
        var retry = RetrySchedule()
        retry.first = try section.seconds("first", in: 0.01...60) ?? retry.first
        retry.longest = try section.seconds("longest", in: 0.01...3600) ?? retry.longest
        retry.giveUpAfter = try section.seconds("give-up-after", in: 0...2e6) ?? retry.giveUpAfter
        return retry
    }

    private static func roles(_ root: SectionReader) throws(SectionError) -> [RoleSettings] {
        guard case .sequence(let nodes)? = root.node("roles")?.content, !nodes.isEmpty else {
            throw .missing("roles", at: root.place)
        }
        var roles: [RoleSettings] = []
        for node in nodes {
            let role = try RoleSettings(node)
            guard !roles.contains(where: { $0.name == role.name }) else {
                throw .repeated(role.name, at: node.place.text)
            }
            roles.append(role)
        }
        return roles
    }
}
