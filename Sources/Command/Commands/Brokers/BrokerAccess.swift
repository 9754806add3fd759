package import KafkaTransport
import Pipeline
package import Settings
import VigilCore

/// A command's way to the brokers. All commands that speak to them come by here, so that each says
/// after a second whom it waits for, and ends in time with what kept it.
package struct BrokerAccess {
    /// Of every command that speaks to brokers.
    package static let timeoutOption = OptionSpecification(
        "timeout", value: "SECONDS",
        "How long brokers may take to answer at first, and over each step (10).")

    /// For the clients that the command makes.
    package let configuration: KafkaConfiguration
    /// How long brokers may take over one step.
    package let timeout: Duration
    /// What the brokers told of themselves.
    package let survey: ClusterSurvey

    /// After so long without an answer a person is told.
    private static let silenceMax = Duration.seconds(1)

    /// Waits for a first answer.
    ///
    /// - Throws: ``CommandError/noBroker(_:)`` when none came in time.
    package init(
        _ settings: Settings, _ arguments: ParsedArguments, group: String? = nil
    ) throws {
        let configuration = try KafkaConfiguration(settings, arguments: arguments, group: group)
        try configuration.validate(from: settings)
        try self.init(configuration, timeout: try Self.timeout(arguments))
    }

    /// Waits for a first answer within the time given.
    package init(_ configuration: KafkaConfiguration, timeout: Duration) throws {
        self.configuration = configuration
        self.timeout = timeout
        let brokers = SafeText(
            operatorProvided: configuration.common["bootstrap.servers"] ?? configuration.bootstrap)
        let admin = try TopicAdmin(configuration: configuration)
        let first = min(Self.silenceMax, timeout)
        do throws(KafkaError) {
            survey = try admin.survey(timeout: first)
            return
        } catch {
            guard error.isRetriable else { throw error }
            guard timeout > first else {
                throw BrokerSilence(brokers, timeout, error).error
            }
        }
        Terminal.error(
            "vigil: no broker at \(brokers) has answered yet; waiting up to "
                + "\((timeout - first).seconds.text(decimals: 1)) s more (--timeout)")
        do throws(KafkaError) {
            survey = try admin.survey(timeout: timeout - first)
        } catch {
            guard error.isRetriable else { throw error }
            throw BrokerSilence(brokers, timeout, error).error
        }
    }

    /// What ``timeoutOption`` says.
    package static func timeout(_ arguments: ParsedArguments) throws(UsageError) -> Duration {
        .seconds(try arguments.number("timeout", in: 0.1...86_400) ?? 10)
    }
}

/// No broker answered a command.
package struct BrokerSilence: Sendable {
    private let brokers: SafeText
    private let timeout: Duration
    private let trouble: ConnectionTrouble?
    private let message: SafeText?

    init(_ brokers: SafeText, _ timeout: Duration, _ error: KafkaError) {
        self.brokers = brokers
        self.timeout = timeout
        trouble = error.fault?.trouble
        message = error.fault?.message
    }

    var error: CommandError { .noBroker(self) }

    /// The client's own reason stands at its end.
    var what: SafeText {
        let reason = trouble?.what ?? message ?? "the client gives no reason"
        return """
            no Kafka broker at \(brokers) answered within \(timeout), and nothing was done. \
            \(reason)
            """
    }

    var remedy: SafeText {
        trouble?.remedy
            ?? """
            Check --bootstrap, that the broker is up, and kafka.security.protocol: to a client \
            without TLS a listener with TLS may say nothing
            """
    }
}
