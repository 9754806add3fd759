import BrokerTestKit
import FileKit
import Files
import Foundation
import LoopbackKit

/// The folder of a gateway of a test's own, with its configuration and its key of pseudonyms.
extension TestFolder {
    private var gatewayConfiguration: String { path + "/gateway.yaml" }

    /// Where the key of pseudonyms stands.
    var gatewayKey: String { path + "/key" }

    /// Writes the key, and the configuration of a gateway of these brokers.
    ///
    /// - Parameter lines: all of the configuration but the gateway's name and its way to Kafka.
    func writeGateway(_ name: String, _ broker: TestBroker, _ lines: [String]) throws {
        try FileReplacement.write(MadeFinding.key, to: gatewayKey)
        chmod(gatewayKey, 0o600)
        let all =
            [
                "instance: \(name)", "kafka:", "  bootstrap.servers: \(broker.bootstrap)",
                "  statistics.interval.ms: 1000",
            ] + broker.security.map { "  \($0.key): '\($0.value)'" } + lines
        try FileReplacement.write(
            Array((all.joined(separator: "\n") + "\n").utf8), to: gatewayConfiguration)
    }

    /// Starts the gateway and waits until it is ready.
    func startGateway() throws -> ServiceProcess {
        let gateway = try ServiceProcess("vigil-gateway", configuration: gatewayConfiguration)
        try gateway.line(with: "gateway_ready")
        return gateway
    }
}
