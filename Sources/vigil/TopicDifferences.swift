import KafkaTransport
import VigilCore

/// In what a topic that is there differs from what the settings ask for. Nothing changes it: its
/// partitions decide which worker reads a study, and its retention what is lost.
struct TopicDifferences {
    /// What the brokers tell; nil of what they do not.
    let shape: ClusterSurvey.Shape?
    private let configuration: [String: String]?
    private let wanted: TopicSpecification

    init(
        _ wanted: TopicSpecification, shape: ClusterSurvey.Shape?,
        configuration: [String: String]?
    ) {
        (self.wanted, self.shape, self.configuration) = (wanted, shape, configuration)
    }

    /// One line a difference, and one for what could not be compared.
    var lines: [String] {
        guard let shape else {
            return ["brokers do not tell how it is laid out: Describe on it may be lacking"]
        }
        var lines: [String] = []
        func add(_ name: String, _ found: String, _ asked: String) {
            lines.append("\(name) is \(found), and the settings ask for \(asked)")
        }
        if shape.partitions != Int(wanted.partitions) {
            add("partitions", "\(shape.partitions)", "\(wanted.partitions)")
        }
        if let replication = wanted.replication, shape.replication != Int(replication) {
            add("replication", "\(shape.replication)", "\(replication)")
        }
        guard let configuration else {
            return lines + [
                "brokers do not tell its configuration: DescribeConfigs on it may be lacking"
            ]
        }
        for (name, asked) in wanted.config.sorted(by: { $0.key < $1.key }) {
            let found = configuration[name] ?? "not set"
            if Self.words(found) != Self.words(asked) { add(name, found, asked) }
        }
        return lines
    }

    /// `compact,delete` is `delete,compact`.
    private static func words(_ value: String) -> Set<Substring> {
        Set(value.split(separator: ",").map { $0.drop { $0 == " " } })
    }
}
