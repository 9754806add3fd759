/// A place that breaks a rule, and what to do instead.
struct Finding: Hashable, CustomStringConvertible {
    let path: String
    /// Counts from 1; 0 is the whole file.
    let line: Int
    let advice: String

    var description: String { line == 0 ? "\(path): \(advice)" : "\(path):\(line): \(advice)" }
}
