package import VigilCore

/// One named value of a log line. Its value's type promises that it holds no patient data.
package struct LogField: Sendable, Hashable {
    /// The name, in snake case with the unit last.
    package let name: StaticString
    /// The value as JSON text, finished.
    let json: String

    /// A value that becomes a JSON string.
    package init(_ name: StaticString, _ value: some SafeToLog) {
        self.init(name, json: JSONText.string(value.safeText))
    }

    /// An integer, which stays a number.
    package init(_ name: StaticString, _ value: some SafeToLog & FixedWidthInteger) {
        self.init(name, json: String(value))
    }

    /// A measured number, which stays a number; what JSON cannot hold becomes `null`.
    package init(_ name: StaticString, _ value: Double) {
        self.init(name, json: JSONText.number(value))
    }

    /// A truth value.
    package init(_ name: StaticString, _ value: Bool) {
        self.init(name, json: value ? "true" : "false")
    }

    /// A duration as a number of seconds; end the name in `_s`.
    package init(_ name: StaticString, _ value: Duration) {
        self.init(name, json: JSONText.number(value.seconds))
    }

    private init(_ name: StaticString, json: String) {
        self.name = name
        self.json = json
    }

    /// Compares names by their text.
    package static func == (left: LogField, right: LogField) -> Bool {
        left.name.description == right.name.description && left.json == right.json
    }

    /// Hashes the name's text and the value.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(name.description)
        hasher.combine(json)
    }
}
