import Foundation

/// The brokers that tests run on.
package enum BrokerKind: String, CaseIterable, Sendable, CustomStringConvertible {
    /// Apache Kafka, as users run it.
    case apacheKafka = "Apache Kafka"
    /// The stand-in of the two-command demo, PyPI `noida-db`.
    case demo = "the demo broker"

    package var description: String { rawValue }

    /// The kinds that this machine has.
    package static let available = allCases.filter(\.isAvailable)

    /// Those on which a reader that follows a worker may be asked what became of its kills. The
    /// demo broker tells with every later fetch of a transaction that was taken back, and readers
    /// then pass over what the same producer commits after it (a reader from the beginning finds
    /// it, in one fetch with the end of that transaction).
    package static let showingAfterKills = available.filter { $0 != .demo }

    /// Whether this machine has it.
    package var isAvailable: Bool {
        switch self {
        case .apacheKafka: Self.bootstrapOfUser != nil || Self.kafkaCommand != nil
        case .demo: Self.demoCommand != nil
        }
    }

    /// Whether Apache Kafka can be started, and so crashed and started otherwise, by a test.
    package static var canStartApacheKafka: Bool {
        bootstrapOfUser == nil && kafkaCommand != nil
    }

    /// The one line that a skipped test shows.
    package var howToGet: String {
        switch self {
        case .apacheKafka:
            "not tested on Apache Kafka: set VIGIL_TEST_KAFKA=host:port or VIGIL_KAFKA_HOME, "
                + "or put a distribution at ../shared/kafka, and have java 17 on the path"
        case .demo:
            "not tested on the demo broker: run Deploy/test, which fetches .cache/bin/noida-db"
        }
    }

    /// A broker that the user runs.
    static var bootstrapOfUser: String? {
        ProcessInfo.processInfo.environment["VIGIL_TEST_KAFKA"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The command that starts Apache Kafka. It takes its jars from the folder that it is in.
    static var kafkaCommand: String? {
        let environment = ProcessInfo.processInfo.environment
        let homes = [environment["VIGIL_KAFKA_HOME"], checkout + "/../shared/kafka"]
        guard onPath("java"), onPath("python3") else { return nil }
        return homes.compactMap { $0 }.map { $0 + "/kafka" }.first(where: isExecutable)
    }

    static var demoCommand: String? {
        let cache = ProcessInfo.processInfo.environment["VIGIL_CACHE"] ?? checkout + "/.cache"
        let command = cache + "/bin/noida-db"
        return isExecutable(command) ? command : nil
    }

    /// The root of the source tree.
    static let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private static func isExecutable(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: path)
    }

    private static func onPath(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { isExecutable("\($0)/\(name)") }
    }
}
