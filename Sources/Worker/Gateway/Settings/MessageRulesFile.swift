internal import Context
internal import HL7
internal import Settings
internal import VigilCore
internal import Wire

/// The site's table of what its codes, units and priorities mean: a list of rows, each of which
/// says where it is from.
enum MessageRulesFile {
    private static let names = ["code", "table", "loinc", "unit", "ucum", "order", "priority"]

    /// - Parameters:
    ///   - authority: whose patients' numbers are taken; nil: anybody's.
    ///   - path: nil: nothing but LOINC, UCUM and HL7's own priorities.
    static func rules(authority: String?, file path: String?) throws(SectionError) -> HL7Rules {
        var (codes, units) = ([HL7Rules.Code: String](), [String: String]())
        var priorities: [String: Priority] = [:]
        for row in try rows(path) {
            let reader = try SectionReader(row, names: names + ["source"], at: row.place.text)
            _ = try reader.required("source")
            let isNew: Bool
            switch reader.names.filter({ $0 != "source" }) {
            case ["code", "loinc", "table"]:
                let code = HL7Rules.Code(
                    code: try reader.required("code"), table: try reader.required("table"))
                isNew = codes.updateValue(try reader.required("loinc"), forKey: code) == nil
            case ["ucum", "unit"]:
                isNew =
                    units.updateValue(
                        try reader.required("ucum"), forKey: try reader.required("unit")) == nil
            case ["order", "priority"]:
                guard let priority = Priority(rawValue: try reader.required("priority")) else {
                    throw reader.refused("priority", "stat, urgent, asap or routine")
                }
                isNew =
                    priorities.updateValue(priority, forKey: try reader.required("order")) == nil
            default:
                throw .refused(
                    "row", at: row.place.text,
                    expected: "code, table and loinc; unit and ucum; or order and priority")
            }
            guard isNew else { throw .repeated("row", at: row.place.text) }
        }
        let own = priorities
        var rules = HL7Rules(
            authority: authority, priority: { own[$0] ?? PriorityVocabulary.hl7v2.priority($0) },
            isUsed: { ContextCodes.isUsed($0) })
        (rules.codes, rules.units) = (codes, units)
        return rules
    }

    private static func rows(_ path: String?) throws(SectionError) -> [YamlNode] {
        guard let path else { return [] }
        guard case .sequence(let rows)? = try SectionReader.yaml(path)?.content else {
            throw .refused(
                "mappings", at: SafeText(operatorProvided: path), expected: "a list of rows")
        }
        return rows
    }
}
