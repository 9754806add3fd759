import Settings
import Testing
import VigilCore

/// Wrong configurations: each error says where, what and how to mend it.
struct SettingsErrorTests {
    /// A wrong file, the place of its error and a piece of the remedy.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let yaml: String
        let place: String
        let code: SafeText
        let remedy: String
        var testDescription: String { yaml }

        init(_ yaml: String, _ place: String, _ code: SafeText, _ remedy: String) {
            self.yaml = yaml
            self.place = place
            self.code = code
            self.remedy = remedy
        }
    }

    static let spelling: [Mistake] = [
        .init("batch:\n  size-mx: 4", "2:3", "setting_unknown", "'batch.size-max'"),
        .init("bacth:\n  size-max: 4", "2:3", "setting_unknown", "'batch.size-max'"),
        .init("batch:\n  sizemax: 4", "2:3", "setting_unknown", "'batch.size-max'"),
        .init("batch.size_max: 4", "1:1", "setting_unknown", "'batch.size-max'"),
        .init("Batch.size-max: 4", "1:1", "setting_unknown", "'batch.size-max'"),
        .init("log:\n  leevl: info", "2:3", "setting_unknown", "'log.level'"),
        .init("level: info", "1:1", "setting_unknown", "'log.level'"),
        .init("http:\n  prot: 1", "2:3", "setting_unknown", "'http.port'"),
        .init("telemetry:\n  address: ::1", "2:3", "setting_unknown", "'http.address'"),
        .init("topic.input: a", "1:1", "setting_unknown", "'topics.input'"),
        .init("decode.timeout: 100", "1:1", "setting_unknown", "'decode.timeout-ms'"),
        .init("retry.attempts: 1", "1:1", "setting_unknown", "'retry.attempts-max'"),
        .init("triage.deadline-sat-ms: 1", "1:1", "setting_unknown", "deadline-stat-ms'"),
        .init("zzzzzzzzzzzzzzzzzzzzzz: 1", "1:1", "setting_unknown", "shows all settings"),
        .init("<<: {a: 1}", "1:6", "setting_unknown", ""),
        .init("kafka: {Bootstrap.Servers: x}", "1:9", "setting_unknown", ""),
    ]

    static let values: [Mistake] = [
        .init("batch.size-max: 0", "1:1", "setting_value_refused", "from 1 to 256"),
        .init("batch.size-max: 257", "1:1", "setting_value_refused", "from 1 to 256"),
        .init("batch.size-max: -1", "1:1", "setting_value_refused", "whole number"),
        .init("batch.size-max: 8.5", "1:1", "setting_value_refused", "whole number"),
        .init("batch.size-max: 1e2", "1:1", "setting_value_refused", "whole number"),
        .init("batch.size-max: eight", "1:1", "setting_value_refused", "whole number"),
        .init("batch.size-max: 0x10", "1:1", "setting_value_refused", "whole number"),
        .init("batch.size-max: 99999999999999999999", "1:1", "setting_value_refused", "whole"),
        .init("batch.size-max: 8 ", "", "", ""),
        .init("batch.wait-max-ms: 50ms", "1:1", "setting_value_refused", "whole number"),
        .init("http.enabled: yes", "1:1", "setting_value_refused", "true or false"),
        .init("http.enabled: 1", "1:1", "setting_value_refused", "true or false"),
        .init("http.enabled: True", "1:1", "setting_value_refused", "true or false"),
        .init("http.port: 65536", "1:1", "setting_value_refused", "to 65535"),
        .init("log.level: verbose", "1:1", "setting_value_refused", "debug, info"),
        .init("engine.precision: fp64", "1:1", "setting_value_refused", "fp32"),
        .init("energy.watts-per-core: nan", "1:1", "setting_value_refused", "a number"),
        .init("energy.watts-per-core: -1", "1:1", "setting_value_refused", "a number"),
        .init("energy.watts-per-core: inf", "1:1", "setting_value_refused", "a number"),
        .init("worker.group: \"a\\nb\"", "1:1", "setting_value_refused", "control characters"),
        .init("worker.group: \"a\\0b\"", "1:1", "setting_value_refused", "control characters"),
        .init("input.roots: ['']", "1:1", "setting_value_refused", "none empty"),
        .init("batch.size-max: [1]", "1:1", "setting_value_refused", "whole number"),
        .init("batch.size-max:", "1:1", "setting_value_shape", "one value"),
        .init("batch.size-max: {a: 1}", "1:17", "setting_value_shape", "one value"),
        .init("input.roots: [[a]]", "1:1", "setting_value_shape", "one value"),
        .init("input.roots: {a: b}", "1:14", "setting_value_shape", "one value"),
        .init("kafka.client.id: [a]", "1:1", "setting_value_shape", "one value"),
        .init("kafka.client.id:", "1:1", "setting_value_shape", "one value"),
        .init("kafka.client.id: \"a\\0b\"", "1:1", "setting_value_refused", "text of"),
    ]

    static let forms: [Mistake] = [
        .init("batch:\n\tsize-max: 4", "2:1", "settings_file_malformed", "tabs"),
        .init("batch: {size-max: 4", "2:1", "settings_file_malformed", "brackets"),
        .init("batch: 'x", "1:10", "settings_file_malformed", "quotes"),
        .init("a: b: c", "1:5", "settings_file_malformed", "indentation"),
        .init("a: 1\n b: 2", "2:3", "settings_file_malformed", "indentation"),
        .init("- a\n- b", "1:1", "settings_file_refused", "section"),
        .init("just text", "1:1", "settings_file_refused", "section"),
        .init("a: &x 1\nb: *x", "1:4", "settings_file_refused", "aliases"),
        .init("a: *x", "1:4", "settings_file_refused", "aliases"),
        .init("a: !!int 1", "1:4", "settings_file_refused", "Remove"),
        .init("a: !evil {b: 1}", "1:4", "settings_file_refused", "Remove"),
        .init("--- \nlog.level: info\n---\nlog.level: info", "3:1", "settings_file_refused", "one"),
        .init("? [a]\n: b", "1:3", "settings_file_refused", "name: value"),
        .init("log.level: info\nlog:\n  level: debug", "3:3", "setting_repeated", "Remove"),
        .init("kafka.a: 1\nkafka: {a: 2}", "2:9", "setting_repeated", "Remove"),
        .init("worker.group: ${NOWHERE}", "1:15", "settings_variable_missing", "${NOWHERE:"),
        .init("worker.group: ${A", "1:15", "settings_interpolation_malformed", "${NAME}"),
        .init("worker.group: ${}", "1:15", "settings_interpolation_malformed", "${NAME}"),
        .init("worker.group: ${A B}", "1:15", "settings_interpolation_malformed", "${NAME}"),
        .init("input.roots: [a, '${NOWHERE}']", "1:18", "settings_variable_missing", "Set it"),
        .init("queue: {in-flight-max: 4, resume-below: 5}", "1:27", "settings_conflict", "Change"),
        .init("topics: {input: a, finding: a}", "1:10", "settings_conflict", "of its own"),
        .init("topics: {input: a, finding: a.dlq}", "1:20", "settings_conflict", "own"),
        .init("topics: {input: a, finding-v1: a}", "1:10", "settings_conflict", "own"),
        .init("topics: {finding: a.v1}", "1:10", "settings_conflict", "of its own"),
    ]

    @Test("a mistake is named with its place and its remedy", arguments: spelling + values + forms)
    func mistakes(mistake: Mistake) throws {
        let file = TemporaryFile(mistake.yaml)
        if mistake.code == "" {
            _ = try Settings.load(file: file.path)
            return
        }
        let error = #expect(throws: SettingsError.self) { try Settings.load(file: file.path) }
        guard let error else { return }
        #expect(error.code == mistake.code)
        #expect(error.what.text.hasPrefix("\(file.path):\(mistake.place): "), "\(error)")
        #expect(error.remedy.text.contains(mistake.remedy), "\(error)")
        #expect(error.disposition == .shutDown(.config))
    }

    @Test("all errors of all layers are shown at once, in order")
    func several() {
        let file = TemporaryFile("batch.size-max: 0\nlog.level: x\n")
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(
                file: file.path, environment: ["VIGIL_HTTP__PORT": "x"],
                overrides: [SettingOverride(parsing: "nothing=1")])
        }
        guard case .several(let errors) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let lines = errors.map(\.description)
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("\(file.path):1:1: batch.size-max cannot be '0'. Expected"))
        #expect(lines[1].hasPrefix("\(file.path):2:1: log.level cannot be 'x'. Expected one of"))
        #expect(lines[2].hasPrefix("$VIGIL_HTTP__PORT: http.port cannot be 'x'. Expected"))
        #expect(lines[3].hasPrefix("--set: there is no setting 'nothing'."))
        #expect(error?.description.split(separator: "\n").count == 4)
    }

    @Test("a --set that is no key=value is refused", arguments: ["", "a", "=b"])
    func malformedOverride(text: String) {
        let error = #expect(throws: SettingsError.self) { try SettingOverride(parsing: text) }
        #expect(error?.code == "settings_override_malformed")
    }

    @Test("a file that is missing, a folder or too large is refused with the reason")
    func files() {
        func code(_ path: String) -> SettingsError? {
            do throws(SettingsError) {
                _ = try Settings.load(file: path)
                return nil
            } catch { return error }
        }
        #expect(code("/nowhere/vigil.yaml")?.what.text.contains("No such file") == true)
        #expect(code("/tmp")?.what.text.contains("Is a directory") == true)
        let large = TemporaryFile([UInt8](repeating: 0x23, count: 1_000_001))
        #expect(code(large.path)?.code == "settings_file_too_large")
    }

    @Test("control characters of a wrong value do not reach the terminal")
    func terminal() {
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(overrides: [SettingOverride(key: "log.level", value: "\u{1b}[31mx")])
        }
        #expect(error?.description.contains("\u{1b}") == false)
    }
}
