package import VigilCore

/// Where a value came from.
package enum SettingSource: Sendable, Hashable {
    /// The table.
    case standard
    /// A file; line and column count from 1.
    case file(path: String, line: Int, column: Int)
    /// An environment variable.
    case environment(variable: String)
    /// A flag, such as `--set`.
    case flag(String)

    /// The source as it stands at the start of an error: `vigil.yaml:3:5`, `$VIGIL_LOG__LEVEL`,
    /// `--set`.
    package var text: SafeText {
        switch self {
        case .standard: "default"
        case .file(let path, let line, let column):
            "\(SafeText(operatorProvided: path)):\(line):\(column)"
        case .environment(let variable): "$\(SafeText(operatorProvided: variable))"
        case .flag(let flag): SafeText(operatorProvided: flag)
        }
    }
}
