/// The kinds of the standard's attributes (PS3.6 2024c and PS3.6 2024b, facts of pydicom's and
/// Innolitics' tables; retired ones included). A line names a group, a kind and elements or ranges
/// of them. What is not here is not known, and is not passed on.
enum AttributeDictionary {
    private static let kinds: [DicomTag: ValueKind] = {
        var kinds: [DicomTag: ValueKind] = [:]
        for line in [firstLines, middleLines, lastLines].joined(separator: "\n").split(
            separator: "\n")
        {
            let words = line.split(separator: " ")
            guard words.count > 2, let group = UInt16(words[0], radix: 16),
                let kind = ValueKind(rawValue: String(words[1]))
            else { continue }
            for word in words.dropFirst(2) {
                let ends = word.split(separator: "-").compactMap { UInt16($0, radix: 16) }
                guard let first = ends.first, let last = ends.last else { continue }
                for element in first...max(first, last) {
                    kinds[DicomTag(group: group, element: element)] = kind
                }
            }
        }
        return kinds
    }()

    /// The kind that the standard gives an attribute, `unknown` for one of several; nil for what it
    /// does not know and for private ones.
    static func kind(of tag: DicomTag) -> ValueKind? {
        tag.isPrivateCreator ? .longString : kinds[tag]
    }
}
