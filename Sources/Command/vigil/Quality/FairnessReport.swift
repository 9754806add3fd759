import Commands
import Quality
import VigilCore

/// How groups of studies differ, for a person and for machines.
struct FairnessReport {
    let grouping: StudyGrouping
    let telling: QualityFigures.Telling
    /// By the findings' codes.
    let figures: [(code: String, rates: [FairnessFigures])]
    /// Studies whose priority was written less urgent than what was ordered, by group.
    let lowered: [(group: String, studies: Int)]
    let findings: QualityReading.Tally
    let feedback: QualityReading.Tally

    init(_ reading: QualityReading, by grouping: StudyGrouping, _ telling: QualityFigures.Telling) {
        let table = reading.truth.table(by: grouping)
        let codes = Set(table.groups.values.flatMap(\.keys)).sorted()
        self.grouping = grouping
        self.telling = telling
        figures = codes.map { code in
            let counts = table.groups.compactMapValues { $0[code] }
            return (code, FairnessRate.allCases.map { FairnessFigures($0, counts, telling) })
        }
        lowered = table.lowered.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        findings = reading.findings
        feedback = reading.feedback
    }

    /// Whether a priority stands below what was ordered.
    var isFaulty: Bool { !lowered.isEmpty }

    func show(isJSON: Bool) {
        if isJSON {
            Terminal.line(JSONWriter.text(json))
        } else {
            Terminal.picture(text)
        }
    }

    var notes: [String] {
        [
            "tpr, fpr and ppv are of studies with an answer and a truth alone, which are no "
                + "random sample: where persons speak of one group otherwise than of another, a "
                + "gap of who speaks looks like one of the model.",
            "A gap is a group's rate less that of all other studies, with its 95 % interval; "
                + "the widest is of the greatest rate less the least, with one that holds for all "
                + "pairs at once.",
            "unknown: fewer than \(telling.thinBelow) studies tell of it.",
        ]
            + (telling.smallBelow > 1
                ? [
                    "not told: a count is below \(telling.smallBelow), or would tell one that is."
                ] : [])
    }

    /// As a group is called; one that nothing tells has no name.
    static func shown(group: String) -> String { group.isEmpty ? "not told" : group }

    // MARK: For a person

    private var text: String {
        let tables = figures.map { code, rates in
            VisibleText.escaped("\(code) by \(grouping.name)") + "\n" + Self.table(rates)
        }
        let below =
            [
                faults, QualityReport.read("findings", findings),
                QualityReport.read("feedback", feedback),
            ] + notes
        return (tables + [below.map(QualityReport.wrapped).joined()]).joined(separator: "\n")
    }

    private var faults: String {
        let told = lowered.map { "\(Self.shown(group: $0.group)) \($0.studies)" }
        return lowered.isEmpty
            ? "Priorities below what was ordered: none in any group"
            : "FAULT: priorities below what was ordered: \(told.joined(separator: ", "))"
    }

    private static func table(_ rates: [FairnessFigures]) -> String {
        var table = TextTable([
            .init("rate"), .init("group"), .init("of", isNumber: true),
            .init("share", isNumber: true), .init("gap to others", isNumber: true),
        ])
        for figures in rates {
            for group in figures.groups {
                table.add([
                    figures.rate.rawValue, shown(group: group.name), shown(countOf: group.told),
                    shown(group.told), group.fromOthers.map(shown) ?? "–",
                ])
            }
            let widest = figures.widest.map {
                "widest \(shown($0.gap)): \(shown(group: $0.greatest)) less "
                    + shown(group: $0.least)
            }
            table.add(
                [figures.rate.rawValue, "all", shown(countOf: figures.all), shown(figures.all)],
                below: widest.map { [$0] } ?? [])
        }
        return table.text
    }

    private static func shown(countOf told: FairnessFigures.Told) -> String {
        switch told {
        case .hidden: "–"
        case .thin(let count): "\(count)"
        case .known(let rate): "\(rate.count)"
        }
    }

    private static func shown(_ told: FairnessFigures.Told) -> String {
        switch told {
        case .hidden: "not told"
        case .thin: "unknown"
        case .known(let rate):
            "\(rate.value.text(decimals: 3)) (\(QualityReport.shown(rate.interval)))"
        }
    }

    private static func shown(_ gap: FairnessFigures.Gap) -> String {
        "\(gap.value.text(decimals: 3)) (\(QualityReport.shown(gap.interval)))"
    }
}
