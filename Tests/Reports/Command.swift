import ReportKit
import Reporting
import VigilCore
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// Writes drafts of made findings for `Deploy/bench/reports`, and how long they took.
@main
enum Reports {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count == 4, words[0] == "drafts", let count = Int(words[1]), count > 0,
            let seed = UInt64(words[2]), MadeFinding.languages.contains(words[3])
        else {
            print("VigilReports drafts COUNT SEED en|de")
            exit(64)
        }
        let templates = try MadeFinding.templates(words[3])
        try write(count, seed: seed, by: ReportWriter(templates), language: words[3])
    }

    private static func write(
        _ count: Int, seed: UInt64, by writer: ReportWriter, language: String
    ) throws {
        var random = SplitMix64(seed: seed)
        var times: [Double] = []
        let clock = ContinuousClock()
        for number in 1...count {
            let (finding, places) = MadeFinding.random(&random)
            let begun = clock.now
            let draft = try writer.draft(
                of: finding, record: MadeFinding.digest, locations: places)
            let bytes = JSONWriter.bytes(draft.json)
            times.append((clock.now - begun) / .microseconds(1))
            let line: JSONValue = [
                "study": .integer(Int64(number)), "language": .string(language),
                "record": Truth(finding, places).json,
                "draft": try JSONParser.parse(bytes),
            ]
            print(JSONWriter.text(line))
        }
        times.sort()
        let summary: JSONValue = [
            "drafts": .integer(Int64(count)), "language": .string(language),
            "median_us": .number(times[count / 2]), "p99_us": .number(times[count * 99 / 100]),
            "max_us": .number(times[count - 1]),
        ]
        let line = Array((JSONWriter.text(summary) + "\n").utf8)
        _ = line.withUnsafeBytes { bytes in Glibc.write(2, bytes.baseAddress, bytes.count) }
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
