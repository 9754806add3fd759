package import VigilCore

/// What an operator stops, as the key of a record of the control topic names it.
package enum ControlScope: Sendable, Hashable {
    /// Every study.
    case all
    /// What one model would say, by its digest.
    case model(Digest)
    /// One finding, by its code, of all models.
    case finding(String)
    /// The studies of one site, as `triage.site` names it.
    case site(String)
    /// What one device made, by its serial number or its model name.
    case scanner(String)

    private static let nameBytesMax = 128

    /// Reads a key such as `all` or `finding/pneumothorax`; nil for any other text.
    package init?(key: String) {
        let parts = key.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = parts.first, key != "all" else {
            guard key == "all" else { return nil }
            self = .all
            return
        }
        guard parts.count == 2, Self.isName(parts[1]) else { return nil }
        let name = String(parts[1])
        switch kind {
        case "model":
            guard let digest = Digest(text: name) else { return nil }
            self = .model(digest)
        case "finding": self = .finding(name)
        case "site": self = .site(name)
        case "scanner": self = .scanner(name)
        default: return nil
        }
    }

    /// The key of its records.
    package var key: String {
        switch self {
        case .all: "all"
        case .model(let digest): "model/\(digest.hex)"
        case .finding(let code): "finding/\(code)"
        case .site(let name): "site/\(name)"
        case .scanner(let name): "scanner/\(name)"
        }
    }

    /// Visible ASCII, so that two names that look alike are the same.
    private static func isName(_ text: Substring) -> Bool {
        (1...nameBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}
