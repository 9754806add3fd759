import Settings
import Testing
import VigilCore

/// What is wrong with a value is told of every setting of the table, in whatever layer it stands.
struct EverySettingTests {
    /// Values that do not fit a type.
    private func wrong(_ type: SettingType) -> [String] {
        switch type {
        case .bool: ["yes", "1", "True", "", "on"]
        case .integer(let bounds):
            [
                "x", "", "1,5", "1.5", "5ms", "5 ms", "0x10", "1e3", "NaN", "-999999999999",
                "99999999999999999999", "\(bounds.upperBound + 1)",
            ]
        case .number(let bounds):
            [
                "x", "", "1,5", "5W", "0x10", "nan", "inf", "-1e300", "1e300",
                "\(bounds.upperBound + 1)",
            ]
        case .text(let bytesMax): ["a\u{1b}b", String(repeating: "a", count: bytesMax + 1)]
        case .topic(let canBeEmpty):
            [
                "a b", "a/b", "ä", ".", "..", "a\nb", String(repeating: "a", count: 250),
            ] + (canBeEmpty ? [] : [""])
        case .url: ["localhost:1", "ftp://a", "http://", "http://a:x", "http://a b"]
        case .address: ["", "localhost", "1.2.3", "999.1.1.1", "1.2.3.4:80", "::g"]
        case .choice: ["", "none of them", "AUTO"]
        case .list(let countMax):
            ["a,,b", ",", Array(repeating: "a", count: countMax + 1).joined(separator: ",")]
        case .choices(let words): ["none of them", "\(words[0]),", "\(words[0]),none of them"]
        }
    }

    private func refusal(_ load: () throws -> Settings) -> SettingsError? {
        do {
            _ = try load()
            return nil
        } catch { return error as? SettingsError }
    }

    private func expect(
        _ error: SettingsError?, _ definition: SettingDefinition, at place: String, _ value: String
    ) {
        let name = definition.key.rawValue
        let words = error?.what.text ?? ""
        let isLocated = words.hasPrefix("\(place): ") && words.contains(name)
        #expect(isLocated, "\(name)=\(value): \(words)")
        #expect(error?.remedy.text.hasPrefix("Expected ") == true, "\(name)=\(value)")
        #expect(error?.disposition == .shutDown(.config))
    }

    @Test("a value that does not fit is refused in file, variable and flag, each by its place")
    func values() throws {
        for definition in SettingDefinition.all {
            for value in wrong(definition.type) {
                let (key, name) = (definition.key, definition.key.rawValue)
                expect(
                    refusal { try Settings.load(environment: [key.variable: value]) }, definition,
                    at: "$\(key.variable)", value)
                let quoted = JSONWriter.text(.string(value))
                let file = TemporaryFile("# why\n\(name): \(quoted)\n")
                expect(
                    refusal { try Settings.load(file: file.path) }, definition,
                    at: "\(file.path):2:1", value)
                if definition.type.isList { continue }
                expect(
                    refusal {
                        try Settings.load(overrides: [SettingOverride(key: name, value: value)])
                    }, definition, at: "--set", value)
            }
        }
    }

    @Test("a name with two letters swapped is told as the one that was meant")
    func names() {
        for definition in SettingDefinition.all {
            let name = definition.key.rawValue
            var letters = Array(name)
            let place = letters.indices.dropLast().last { letters[$0] != letters[$0 + 1] } ?? 0
            letters.swapAt(place, place + 1)
            let slip = String(letters)
            guard SettingKey(rawValue: slip) == nil else { continue }
            let error = refusal {
                try Settings.load(overrides: [SettingOverride(key: slip, value: "1")])
            }
            #expect(error?.remedy.text == "Did you mean '\(name)'?", "\(slip)")
        }
    }

    @Test("a setting that stands twice in a file is refused with both places")
    func twice() {
        for definition in SettingDefinition.all {
            let name = definition.key.rawValue
            let value = JSONWriter.text(.string(definition.standard.text))
            let file = TemporaryFile("\(name): \(value)\n\(name): \(value)\n")
            let words = refusal { try Settings.load(file: file.path) }?.what.text ?? ""
            #expect(words.contains("\(file.path):2:1: \(name) is set twice"), "\(words)")
            #expect(words.contains("first at \(file.path):1:1"), "\(words)")
        }
    }
}
