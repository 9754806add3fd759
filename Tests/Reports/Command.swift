import ReportKit
import Reporting
import VigilCore
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// Makes drafts of made findings for `Deploy/bench/reports`.
@main
enum Reports {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count == 4, ["drafts", "count"].contains(words[0]), let count = Int(words[1]),
            count > 0, let seed = UInt64(words[2]), MadeFinding.languages.contains(words[3])
        else {
            print("VigilReports drafts|count COUNT SEED en|de")
            exit(64)
        }
        let writer = ReportWriter(try MadeFinding.templates(words[3]))
        var random = SplitMix64(seed: seed)
        var bytes = 0
        for number in 1...count {
            let (finding, places) = MadeFinding.random(&random)
            let draft = try writer.draft(
                of: finding, record: MadeFinding.digest, locations: places)
            let json = draft.json
            bytes += JSONWriter.bytes(json).count
            guard words[0] == "drafts" else { continue }
            let line: JSONValue = [
                "study": .integer(Int64(number)), "language": .string(words[3]),
                "record": Truth(finding, places).json, "draft": json,
            ]
            print(JSONWriter.text(line))
        }
        if words[0] == "count" { print(bytes) }
    }
}

/// What the record says, from its own members and not from the draft's.
private struct Truth {
    let json: JSONValue

    init(_ finding: Finding, _ places: [String: ReportFacts.Location]) {
        let results = finding.findings.map { result -> JSONValue in
            [
                "code": .string(Codes.own(result.code)), "answer": .string("\(result.answer.word)"),
                "side": places[Codes.own(result.code)]?.side.map { .string($0.rawValue) } ?? .null,
                "promised": .bool(
                    !finding.decision.isUncalibrated
                        && result.calibrated?.guarantee?.risk == .falseNegatives),
                "uncertain": .bool(result.answer == .abstained([.uncertain])),
            ]
        }
        json = ["is_assessed": .bool(finding.assessed != nil), "findings": .array(results)]
    }
}
