/// Text within a field: escaped as chapter 2.7 of version 2.5.1 has it, with the usual separators.
package enum HL7Text {
    /// A text that ends no field, segment or frame.
    package static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "|": out += "\\F\\"
            case "^": out += "\\S\\"
            case "&": out += "\\T\\"
            case "~": out += "\\R\\"
            case "\\": out += "\\E\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                out += "\\X\(hex(UInt8(scalar.value)))\\"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// What a sender escaped. An escape that is none, or none of text, stays as it is.
    package static func unescaped(_ text: String, separators: HL7Separators = .usual) -> String {
        let mark = Character(separators.escape)
        var out = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(of: mark) {
            out += rest[..<start]
            let after = rest.index(after: start)
            guard let end = rest[after...].firstIndex(of: mark) else {
                return out + rest[start...]
            }
            let name = rest[after..<end]
            out += plain(name, separators) ?? String(rest[start...end])
            rest = rest[rest.index(after: end)...]
        }
        return out + rest
    }

    private static func plain(_ name: Substring, _ separators: HL7Separators) -> String? {
        switch name {
        case "F": return String(Character(separators.field))
        case "S": return String(Character(separators.component))
        case "T": return String(Character(separators.subcomponent))
        case "R": return String(Character(separators.repetition))
        case "E": return String(Character(separators.escape))
        case ".br": return "\r"
        default: break
        }
        guard name.first == "X", let bytes = bytes(of: name.dropFirst()) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16, uppercase: true)
        return text.utf8.count == 1 ? "0" + text : text
    }

    private static func bytes(of digits: Substring) -> [UInt8]? {
        let values = digits.map { $0.isASCII ? $0.hexDigitValue : nil }
        guard !values.isEmpty, values.count.isMultiple(of: 2), !values.contains(nil) else {
            return nil
        }
        return stride(from: 0, to: values.count, by: 2).map {
            UInt8((values[$0] ?? 0) << 4 | (values[$0 + 1] ?? 0))
        }
    }
}
