/// A setting's value, checked against its type.
package enum SettingValue: Sendable, Hashable {
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([String])

    /// The value as a person writes it.
    package var text: String {
        switch self {
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): Int(exactly: value).map(String.init) ?? value.description
        case .text(let value): value
        case .list(let values): values.joined(separator: ",")
        }
    }
}
