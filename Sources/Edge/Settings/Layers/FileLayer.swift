internal import Files
internal import Glibc
internal import VigilCore

/// The values of a configuration file: sections may be nested, or their names joined by dots.
struct FileLayer {
    private let interpolation: Interpolation
    private(set) var entries: [LayerEntry] = []
    private(set) var errors: [SettingsError] = []

    /// Reads a file; throws when it is no YAML at all, and collects all lesser errors.
    init(path: String, environment: [String: String]) throws(SettingsError) {
        let bytes = try Self.bytes(of: path)
        try self.init(bytes: bytes, path: path, environment: environment)
    }

    /// Reads a file's bytes.
    init(bytes: [UInt8], path: String, environment: [String: String]) throws(SettingsError) {
        interpolation = Interpolation(environment: environment)
        guard let root = try YamlReader.read(bytes, path: path) else { return }
        switch root.content {
        case .mapping(let members):
            flatten(members, prefix: "")
        case .scalar("", isQuoted: false):
            break  // A document of comments alone.
        case .scalar, .sequence:
            throw .fileRefused(
                at: root.place, reason: "the file is not a mapping",
                remedy: "Write 'section:' with 'name: value' lines under it")
        }
    }

    /// Goes as deep as ``YamlReader/depthMax``.
    private mutating func flatten(_ members: [YamlNode.Entry], prefix: String) {
        for member in members {
            let key = prefix + member.name
            let place = member.value.place
            switch member.value.content {
            case .scalar("", isQuoted: false):
                append(key, .misshapen(found: "no value"), member.place)
            case .scalar(let text, _):
                do {
                    append(key, .one(try interpolation.expand(text, at: place)), member.place)
                } catch {
                    errors.append(error)
                }
            case .sequence(let elements):
                append(key, sequence(elements), member.place)
            case .mapping(let inner):
                if SettingKey(rawValue: key) != nil {
                    append(key, .misshapen(found: "a section where one value belongs"), place)
                } else {
                    flatten(inner, prefix: key + ".")
                }
            }
        }
    }

    private mutating func append(_ key: String, _ raw: LayerEntry.Raw, _ place: SettingSource) {
        entries.append(LayerEntry(key: key, raw: raw, source: place))
    }

    private mutating func sequence(_ elements: [YamlNode]) -> LayerEntry.Raw {
        var texts: [String] = []
        for element in elements {
            guard case .scalar(let text, _) = element.content else {
                return .misshapen(found: "a list of something else than values")
            }
            do {
                texts.append(try interpolation.expand(text, at: element.place))
            } catch {
                errors.append(error)
            }
        }
        return .several(texts)
    }

    /// The bytes of a file, at most one more than a configuration may have.
    static func bytes(of path: String) throws(SettingsError) -> [UInt8] {
        do throws(FileFailure) {
            return try FileHead.read(path, bytesMax: YamlReader.bytesMax + 1)
        } catch {
            throw .fileUnreadable(
                path: SafeText(operatorProvided: path), reason: systemReason(error.errno))
        }
    }

    private static func systemReason(_ code: Int32) -> SafeText {
        SafeText(fixedMessage: String(cString: strerror(code)))
    }
}
