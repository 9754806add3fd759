package import KafkaTransport
package import Settings
import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

extension KafkaConfiguration {
    /// The clients' configuration from a command's arguments and settings.
    ///
    /// - Throws: when `--bootstrap` names no brokers.
    package init(
        _ settings: Settings, arguments: ParsedArguments, group: String? = nil,
        instance: String? = nil
    ) throws(UsageError) {
        self.init(
            bootstrap: try arguments.brokers(), group: group ?? settings.workerGroup,
            instance: instance, host: Self.hostName, common: settings.kafka.effective(for: .common),
            consumer: settings.kafka.effective(for: .consumer),
            producer: settings.kafka.effective(for: .producer))
    }

    /// The name of this machine.
    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
