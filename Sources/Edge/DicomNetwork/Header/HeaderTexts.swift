internal import CDicomNetwork

/// The values of a header as texts, in UTF-8 and without padding.
struct HeaderTexts {
    /// No attribute that is read may be longer: 64 characters (PS3.5 6.2), of a name three groups.
    private static let bytesMax = 1024

    private let bytes: [UInt8]
    private let values: [ElementTag: Range<Int>]
    /// The value of SpecificCharacterSet.
    let characterSet: String

    init(_ bytes: [UInt8], _ values: [ElementTag: Range<Int>]) {
        self.bytes = bytes
        self.values = values
        characterSet = values[.characterSet].map { Self.plain(bytes[$0]) } ?? ""
    }

    /// A value of letters, digits and signs of ASCII alone; others are left out.
    func code(_ tag: ElementTag) -> String {
        values[tag].map { Self.plain(bytes[$0]) } ?? ""
    }

    /// A value in the header's character set.
    ///
    /// - Throws: ``DicomHeaderError/characterSet``.
    func text(_ tag: ElementTag, isName: Bool = false) throws(DicomHeaderError) -> String {
        guard let range = values[tag] else { return "" }
        let value = Array(bytes[range].prefix { $0 != 0 })
        guard !value.allSatisfy({ $0 < 0x80 && $0 != 0x1B }) else {
            return Self.trimmed(String(decoding: value, as: UTF8.self))
        }
        // Senders often write UTF-8 and do not say so; other bytes would be a guess at a name.
        if characterSet.isEmpty {
            guard let text = String(validating: value, as: UTF8.self) else { throw .characterSet }
            return Self.trimmed(text)
        }
        return Self.trimmed(try convert(value, isName))
    }

    private func convert(_ value: [UInt8], _ isName: Bool) throws(DicomHeaderError) -> String {
        var used = 0
        var status = VIGIL_TEXT_CHARACTER_SET.rawValue
        let text = [UInt8](unsafeUninitializedCapacity: Self.bytesMax) { room, count in
            status = UInt32(
                vigil_text_to_utf8(
                    characterSet, isName ? 1 : 0, value, value.count, room.baseAddress, room.count,
                    &used))
            count = used
        }
        guard status == VIGIL_TEXT_OK.rawValue else { throw .characterSet }
        return String(decoding: text, as: UTF8.self)
    }

    private static func plain(_ value: ArraySlice<UInt8>) -> String {
        trimmed(String(decoding: value.filter { (0x20..<0x7F).contains($0) }, as: UTF8.self))
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
