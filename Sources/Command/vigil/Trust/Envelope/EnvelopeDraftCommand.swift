import Commands
import Energy
import Pipeline
import Processes
import Settings
import Triage
import VigilCore

/// `vigil envelope draft`: what would run by the settings, as an envelope to be looked at.
enum EnvelopeDraftCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "envelope draft",
            summary: "Print what would run by the settings, as an envelope of changes to sign",
            example: "vigil envelope draft --config vigil.yaml > envelope.json",
            options: [
                OptionSpecification("valid-days", value: "N", "How long it holds (365)."),
                CommonOptions.configuration, CommonOptions.set,
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try CommonOptions.settings(arguments)
        guard !settings.modelDirectory.isEmpty else {
            throw PipelineError.settingMissing("model.directory")
        }
        let days = try arguments.integer("valid-days", in: 1...3_650) ?? 365
        let now = SystemClock().wall()
        let rules = try TriageRules(settings)
        let models = try LoadedModels(
            settings, cacheDirectory: nil, meter: try EnergyMeters.detect(.none))
        let running = try models.running(
            try models.calibrations(settings, rules: rules, at: now), rules, settings)
        var object = JSONObject()
        object["schema"] = .string(ChangeEnvelope.schema)
        object["site"] = settings.triageSite.map { .string($0) }
        object["made_at"] = .string(now.description)
        object["expires_at"] = .string(now.later(by: .seconds(days * 86_400)).description)
        object["models"] = .array(running.map(\.draft))
        object["policies"] = .array(
            Set(running.map(\.policy.digest.hex)).sorted().map { .string($0) })
        object["thresholds"] = .array(bounds(running, asked: models.asked))
        object["measures"] = []
        Terminal.line(JSONWriter.text(.object(object)))
        return .ok
    }

    /// As narrow as what runs.
    private static func bounds(_ running: [RunningModel], asked: [String]) -> [JSONValue] {
        let all = running.flatMap(\.thresholds)
        return Set(asked).sorted().compactMap { code in
            let own = all.filter { $0.code == code }.map(\.from)
            guard let least = own.min(), let most = own.max() else { return nil }
            return ["code": .string(code), "least": .number(least), "most": .number(most)]
        }
    }
}

extension RunningModel {
    /// A row of a draft; whoever signs it names the report that the model was evaluated by.
    fileprivate var draft: JSONValue {
        var object = JSONObject()
        object["name"] = .string(name)
        object["digest"] = .string(scorer.model.hex)
        object["preprocessing"] = .string(scorer.preprocessing.hex)
        object["adapters"] = .array(scorer.adapters.map { .string($0.hex) })
        object["precisions"] = [.string(precision)]
        if let calibrations {
            object["calibrations"] = .array(calibrations.digests.map { .string($0.hex) })
        }
        object["evaluation"] = ["report": "report.json"]
        return .object(object)
    }
}
