/// Attributes in the order of their numbers; of a file, or of one item of a sequence.
struct DataSet: Sendable {
    /// One attribute with its value.
    struct Element: Sendable {
        let tag: DicomTag
        var kind: ValueKind
        var value: Value
    }

    /// What an attribute holds. Bytes are a part of the file's own.
    enum Value: Sendable {
        case bytes(ArraySlice<UInt8>)
        case items([DataSet])
        /// Pieces of compressed pixels; the first is the table of offsets.
        case fragments([ArraySlice<UInt8>])
    }

    var elements: [Element] = []

    /// The attribute with a number, at this level.
    func element(_ tag: DicomTag) -> Element? {
        elements.first { $0.tag == tag }
    }

    /// The bytes of an attribute at this level; nil without it or for a sequence.
    func bytes(_ tag: DicomTag) -> ArraySlice<UInt8>? {
        guard case .bytes(let bytes)? = element(tag)?.value else { return nil }
        return bytes
    }

    /// A text of ASCII without what fills it up; empty without it.
    func text(_ tag: DicomTag) -> String {
        bytes(tag).map { String(decoding: ValueText.trimmed($0), as: UTF8.self) } ?? ""
    }

    /// Puts an attribute at its place, instead of one that is there.
    mutating func set(_ tag: DicomTag, _ kind: ValueKind, _ value: Value) {
        elements.removeAll { $0.tag == tag }
        let place = elements.firstIndex { $0.tag > tag } ?? elements.count
        elements.insert(Element(tag: tag, kind: kind, value: value), at: place)
    }

    /// As ``set(_:_:_:)``, of a text of ASCII.
    mutating func set(_ tag: DicomTag, _ kind: ValueKind, _ text: String) {
        set(tag, kind, .bytes(Array(text.utf8)[...]))
    }
}
