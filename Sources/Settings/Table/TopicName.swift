/// What Kafka takes for the name of a topic (`Topic.validate` of Apache Kafka).
enum TopicName {
    static let lengthMax = 249

    private static let allowed = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-".utf8)

    static func isLegal(_ name: String) -> Bool {
        (1...lengthMax).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy(allowed.contains)
    }

    /// Names that Kafka's metrics cannot tell apart have one of these in common, for which it
    /// refuses the second.
    static func inMetrics(_ name: String) -> String {
        String(name.map { $0 == "." ? "_" : $0 })
    }
}
