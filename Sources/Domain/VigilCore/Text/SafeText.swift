/// Text that cannot hold patient data, by construction: literals, numbers and values whose type
/// says that they are safe. Logs, metrics and error texts accept nothing else.
package struct SafeText: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The finished text.
    package let text: String

    package init(stringLiteral value: StaticString) {
        text = value.description
    }

    package init(stringInterpolation: Interpolation) {
        text = stringInterpolation.text
    }

    /// Marks text that the operator wrote: a flag, a setting, a host name, a path of the
    /// installation.
    ///
    /// Never pass anything that came with a study: not a URI of an event, not a DICOM attribute.
    package init(operatorProvided text: String) {
        self.text = text
    }

    /// Marks text from a library's fixed table of messages, such as `strerror` or
    /// `rd_kafka_err2str`.
    package init(fixedMessage text: String) {
        self.text = text
    }

    /// Collects the parts of an interpolated ``SafeText``.
    package struct Interpolation: StringInterpolationProtocol {
        var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 8)
        }

        /// Adds a literal of the source.
        package mutating func appendLiteral(_ literal: StaticString) {
            text += literal.description
        }

        /// Adds a value whose type promises that it carries no patient data.
        package mutating func appendInterpolation(_ value: some SafeToLog) {
            text += value.safeText
        }
    }
}

extension SafeText: CustomStringConvertible {
    package var description: String { text }
}

/// A type no value of which can hold patient data.
///
/// Conform a type only when that is true of every value: numbers, closed enums, digests,
/// pseudonyms. `String` must never conform.
package protocol SafeToLog {
    /// The value as it may stand in a log, a metric label or an error.
    var safeText: String { get }
}

extension SafeText: SafeToLog {
    package var safeText: String { text }
}

extension StaticString: SafeToLog {
    package var safeText: String { description }
}

extension FixedWidthInteger where Self: SafeToLog {
    package var safeText: String { String(self) }
}

extension Int: SafeToLog {}
extension Int16: SafeToLog {}
extension Int32: SafeToLog {}
extension Int64: SafeToLog {}
extension UInt8: SafeToLog {}
extension UInt16: SafeToLog {}
extension UInt32: SafeToLog {}
extension UInt64: SafeToLog {}

extension Bool: SafeToLog {
    package var safeText: String { self ? "true" : "false" }
}

extension Float: SafeToLog {
    package var safeText: String { description }
}

extension Double: SafeToLog {
    package var safeText: String { description }
}

extension Duration: SafeToLog {
    package var safeText: String { "\(seconds) s" }

    /// The duration in seconds.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

extension SafeToLog where Self: RawRepresentable, RawValue == String {
    package var safeText: String { rawValue }
}
