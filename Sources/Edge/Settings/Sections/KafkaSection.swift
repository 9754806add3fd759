internal import VigilCore

/// The section `kafka` of a program's own file: librdkafka's properties by their names, those that
/// are secrets in files of their own.
package enum KafkaSection {
    /// Properties that hold secrets.
    private static let secrets = ["sasl.password", "ssl.key.password", "ssl.keystore.password"]

    /// The properties that stand below `kafka`; brokers are among them.
    package static func properties(
        _ root: SectionReader
    ) throws(SectionError) -> [String: String] {
        let section = try SectionReader(root.node("kafka"), names: nil, at: root.place)
        var properties: [String: String] = [:]
        for name in section.names {
            guard !secrets.contains(name) else {
                throw section.refused(
                    name, "'\(SafeText(operatorProvided: name))-file' with the path of a file")
            }
            let value = try section.text(name) ?? ""
            if let secret = secrets.first(where: { $0 + "-file" == name }) {
                properties[secret] = try SecretFile.text(of: value)
            } else {
                properties[name] = value
            }
        }
        guard properties["bootstrap.servers"]?.isEmpty == false else {
            throw .missing("kafka: bootstrap.servers", at: section.place)
        }
        return properties
    }
}
