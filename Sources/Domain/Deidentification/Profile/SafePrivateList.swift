/// Private attributes that a site has found to name nobody, by their creator and number.
package struct SafePrivateList: Sendable {
    private struct Name: Hashable {
        let creator: String
        let group: UInt16
        let element: UInt8
    }

    private let names: Set<Name>

    /// Reads lines of `CREATOR;gggg,xxee`, where `xx` stands for the block; those that are empty or
    /// begin with `#` are left out.
    ///
    /// - Returns: nil when a line is none of these.
    package init?(_ text: String) {
        var names: Set<Name> = []
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let parts = line.split(separator: ";", maxSplits: 1)
            let numbers = parts.last?.split(separator: ",") ?? []
            guard parts.count == 2, numbers.count == 2, numbers[1].count == 4,
                numbers[1].lowercased().hasPrefix("xx"), let group = UInt16(numbers[0], radix: 16),
                let element = UInt8(numbers[1].dropFirst(2), radix: 16), group & 1 == 1
            else { return nil }
            names.insert(Name(creator: String(parts[0]), group: group, element: element))
        }
        self.names = names
    }

    /// Whether an attribute of a block with this creator may stay.
    func contains(_ tag: DicomTag, creator: String) -> Bool {
        names.contains(
            Name(
                creator: creator, group: tag.group,
                element: UInt8(truncatingIfNeeded: tag.element)))
    }
}
