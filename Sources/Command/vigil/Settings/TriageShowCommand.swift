import Commands
import Pipeline
import Settings
import Triage
import VigilCore

/// `vigil triage show`: what each finding asks for and from which probability on, with the site's
/// own word.
enum TriageShowCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "triage show",
            summary: "Print the priority and threshold of every finding, and check triage.policy",
            example: "vigil triage show --set triage.policy=site.json --set triage.site=north",
            options: [CommonOptions.configuration, CommonOptions.set, CommonOptions.json])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let rules = try TriageRules(try CommonOptions.settings(arguments))
        guard !arguments.has("json") else {
            Terminal.line(
                JSONWriter.text([
                    "version": .string(rules.version),
                    "findings": .array(rules.rows.map { json($0) }),
                    "heads": .array(rules.headRules.map { json($0.name, $0.rule) }),
                ]))
            return .ok
        }
        var table = TextTable([
            .init("finding"), .init("asks for"), .init("by"), .init("from", isNumber: true),
            .init("by"), .init("RadLex"), .init("SNOMED CT"),
        ])
        for row in rules.rows {
            table.add([
                row.code, row.priority.rawValue, row.priorityFrom.rawValue,
                "\(row.threshold)", row.thresholdFrom.rawValue, row.concept?.radLex ?? "",
                row.concept?.snomed ?? "",
            ])
        }
        for (name, rule) in rules.headRules {
            table.add([
                name, rule.priority?.rawValue ?? "", "",
                rule.threshold.map { "\($0)" } ?? "",
            ])
        }
        Terminal.out(table.text)
        return .ok
    }

    private static func json(_ row: TriageRules.Row) -> JSONValue {
        var object = JSONObject()
        object["code"] = .string(row.code)
        object["name"] = row.concept.map { .string($0.name) }
        object["priority"] = .string(row.priority.rawValue)
        object["priority_by"] = .string(row.priorityFrom.rawValue)
        object["reason"] = row.concept.map { .string($0.reason.text) }
        object["threshold"] = .number(Double("\(row.threshold)") ?? Double(row.threshold))
        object["threshold_by"] = .string(row.thresholdFrom.rawValue)
        object["radlex"] = row.concept?.radLex.map { .string($0) }
        object["snomed"] = row.concept?.snomed.map { .string($0) }
        object["also"] = .array((row.concept?.codes.dropFirst() ?? []).map { .string($0) })
        return .object(object)
    }

    private static func json(_ name: String, _ rule: TriageRule) -> JSONValue {
        var object = JSONObject()
        object["head"] = .string(name)
        object["priority"] = rule.priority.map { .string($0.rawValue) }
        object["threshold"] = rule.threshold.map { .number(Double("\($0)") ?? Double($0)) }
        return .object(object)
    }
}
