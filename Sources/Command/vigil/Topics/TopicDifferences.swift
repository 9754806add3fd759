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

    /// One value that is other than the settings ask for.
    struct Difference {
        /// `partitions`, `replication`, or a property of the topic.
        let name: String
        let found: String
        let asked: String

        var line: String { "\(name) is \(found), and the settings ask for \(asked)" }
    }

    /// What is other, as far as brokers tell.
    var all: [Difference] {
        var all: [Difference] = []
        if let shape {
            if shape.partitions != Int(wanted.partitions) {
                all.append(
                    Difference(
                        name: "partitions", found: "\(shape.partitions)",
                        asked: "\(wanted.partitions)"))
            }
            if let replication = wanted.replication, shape.replication != Int(replication) {
                all.append(
                    Difference(
                        name: "replication", found: "\(shape.replication)",
                        asked: "\(replication)"))
            }
        }
        guard let configuration else { return all }
        for (name, asked) in wanted.config.sorted(by: { $0.key < $1.key }) {
            let found = configuration[name] ?? "not set"
            guard Self.words(found) != Self.words(asked) else { continue }
            all.append(Difference(name: name, found: found, asked: asked))
        }
        return all
    }

    /// One line a difference, and one for what could not be compared.
    var lines: [String] {
        guard shape != nil else {
            return ["brokers do not tell how it is laid out: Describe on it may be lacking"]
        }
        let lines = all.map(\.line)
        guard configuration == nil else { return lines }
        return lines + [
            "brokers do not tell its configuration: DescribeConfigs on it may be lacking"
        ]
    }

    /// `compact,delete` is `delete,compact`.
    private static func words(_ value: String) -> Set<Substring> {
        Set(value.split(separator: ",").map { $0.drop { $0 == " " } })
    }
}
