/// How pages and lists name a test: `folder/file.function` below `Tests`.
enum TestNames {
    /// Whether a text names a test, and then whether it is there; nil of what names none.
    ///
    /// - Parameter text: of a file by its path; nil when there is none.
    static func isThere(_ name: String, text: (String) -> String?) -> Bool? {
        let parts = name.split(separator: ".")
        guard parts.count == 2, parts[0].hasSuffix("Tests"), parts[0].contains("/") else {
            return nil
        }
        return text("Tests/\(parts[0]).swift")?.contains("func \(parts[1])(") == true
    }
}
