internal import VigilCore

/// Replaces `${NAME}` and `${NAME:default}` in a file's values by environment variables, and
/// `${file:PATH}` by what a file holds, so that a secret need not stand in the environment.
///
/// What is put in is not read again, so a variable's value cannot reach another one. `$${` is a
/// plain `${`.
struct Interpolation {
    let environment: [String: String]

    /// The text with every reference replaced.
    func expand(_ text: String, at place: SettingSource) throws(SettingsError) -> String {
        var out = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            out += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                out += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    throw .interpolationMalformed(at: place)
                }
                out += try value(of: rest[..<end].dropFirst(2), at: place)
                rest = rest[rest.index(after: end)...]
            } else {
                out += "$"
                rest = rest.dropFirst()
            }
        }
        return out + rest
    }

    private func value(
        of reference: Substring, at place: SettingSource
    ) throws(SettingsError) -> String {
        let parts = reference.split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, Self.isName(first) else {
            throw .interpolationMalformed(at: place)
        }
        if first == "file", parts.count == 2 { return try Self.secret(String(parts[1])) }
        if let value = environment[String(first)] { return value }
        guard parts.count == 2 else {
            throw .variableMissing(variable: SafeText(operatorProvided: String(first)), at: place)
        }
        return String(parts[1])
    }

    /// A file's text without the line break at its end.
    private static func secret(_ path: String) throws(SettingsError) -> String {
        let named = SafeText(operatorProvided: path)
        let bytes = try FileLayer.bytes(of: path)
        guard bytes.count <= SettingType.bytesMax else {
            throw .fileTooLarge(path: named, bytesMax: SettingType.bytesMax)
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw .fileUnreadable(path: named, reason: "it is not UTF-8 text")
        }
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    private static func isName(_ text: Substring) -> Bool {
        let bytes = text.utf8
        return !bytes.isEmpty && bytes.count <= 256
            && bytes.allSatisfy { byte in
                byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }
}
