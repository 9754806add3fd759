internal import Files
package import VigilCore

/// One mapping of the configuration with the names that may stand in it.
package struct SectionReader {
    /// Where it begins: the file, and the line if it is known.
    package let place: SafeText
    private let values: [String: YamlNode]

    /// - Parameters:
    ///   - node: nil: the section is not there, and has nothing.
    ///   - names: all that may stand there; nil: whatever there is.
    package init(
        _ node: YamlNode?, names: [String]?, at place: SafeText
    ) throws(SectionError) {
        self.place = node?.place.text ?? place
        guard let node, node.content != .scalar("", isQuoted: false) else {
            values = [:]
            return
        }
        guard case .mapping(let entries) = node.content else {
            throw .refused("section", at: self.place, expected: "lines of 'name: value'")
        }
        var values: [String: YamlNode] = [:]
        for entry in entries {
            let name = SafeText(operatorProvided: String(entry.name.prefix(80)))
            if let names, !names.contains(entry.name) {
                let known = SafeText(operatorProvided: names.joined(separator: ", "))
                throw .unknown(name, at: entry.place.text, known: known)
            }
            guard values.updateValue(entry.value, forKey: entry.name) == nil else {
                throw .repeated(name, at: entry.place.text)
            }
        }
        self.values = values
    }

    /// The names that were written.
    package var names: [String] { values.keys.sorted() }

    /// What stands under a name; nil: nothing was written.
    package func node(_ name: String) -> YamlNode? { values[name] }

    /// A text of a few thousand bytes at most; nil when nothing was written.
    package func text(_ name: String) throws(SectionError) -> String? {
        guard let node = values[name] else { return nil }
        guard case .scalar(let text, let isQuoted) = node.content,
            isQuoted || !text.isEmpty, text.utf8.count <= 4096,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
        else { throw refused(name, "one value of at most 4096 bytes") }
        return text
    }

    /// A text that must be there.
    package func required(_ name: String) throws(SectionError) -> String {
        guard let text = try text(name), !text.isEmpty else {
            throw .missing(SafeText(operatorProvided: name), at: place)
        }
        return text
    }

    /// A number within bounds; nil when nothing was written.
    package func number(
        _ name: String, in bounds: ClosedRange<Double>
    ) throws(SectionError) -> Double? {
        guard let text = try text(name) else { return nil }
        guard let value = Double(text), bounds.contains(value) else {
            throw refused(name, "a number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return value
    }

    /// A number of seconds within bounds.
    package func seconds(
        _ name: String, in bounds: ClosedRange<Double>
    ) throws(SectionError) -> Duration? {
        try number(name, in: bounds).map { .seconds($0) }
    }

    /// `true` or `false`.
    package func flag(_ name: String) throws(SectionError) -> Bool? {
        switch try text(name) {
        case nil: nil
        case "true": true
        case "false": false
        default: throw refused(name, "true or false")
        }
    }

    /// A list of texts, or one alone.
    package func texts(_ name: String) throws(SectionError) -> [String]? {
        guard let node = values[name] else { return nil }
        guard case .sequence(let elements) = node.content else {
            return try text(name).map { [$0] }
        }
        var texts: [String] = []
        for element in elements {
            guard case .scalar(let text, _) = element.content, !text.isEmpty else {
                throw refused(name, "a list of texts")
            }
            texts.append(text)
        }
        return texts
    }

    /// The error that says where a value stands that does not do.
    package func refused(_ name: String, _ expected: SafeText) -> SectionError {
        .refused(
            SafeText(operatorProvided: name), at: values[name]?.place.text ?? place,
            expected: expected)
    }

    /// What stands in a file of YAML; nil: nothing.
    package static func yaml(_ path: String) throws(SectionError) -> YamlNode? {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try FileHead.read(path, bytesMax: YamlReader.bytesMax + 1)
        } catch {
            throw .settings(
                SettingsError.fileUnreadable(
                    path: SafeText(operatorProvided: path), reason: "errno \(error.errno)"))
        }
        do throws(SettingsError) {
            return try YamlReader.read(bytes, path: path)
        } catch {
            throw .settings(error)
        }
    }
}
