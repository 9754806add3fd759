package import VigilCore

/// One named value of a log line. Its value's type promises that it holds no patient data.
package struct LogField: Sendable {
    /// The name, in snake case with the unit last.
    package let name: StaticString
    let value: JSONValue

    /// A value that becomes a JSON string.
    package init(_ name: StaticString, _ value: some SafeToLog) {
        self.init(name, json: .string(value.safeText))
    }

    /// An integer, which stays a number; one beyond 63 bits becomes a string.
    package init(_ name: StaticString, _ value: some SafeToLog & FixedWidthInteger) {
        let json = Int64(exactly: value).map(JSONValue.integer)
        self.init(name, json: json ?? .string(value.safeText))
    }

    /// A measured number, which stays a number; what JSON cannot hold becomes `null`.
    package init(_ name: StaticString, _ value: Double) {
        self.init(name, json: .number(value))
    }

    /// A truth value.
    package init(_ name: StaticString, _ value: Bool) {
        self.init(name, json: .bool(value))
    }

    /// A duration as a number of seconds; end the name in `_s`.
    package init(_ name: StaticString, _ value: Duration) {
        self.init(name, json: .number(value.seconds))
    }

    private init(_ name: StaticString, json: JSONValue) {
        self.name = name
        value = json
    }
}
