import Commands
import Quality
import VigilCore

/// What is known of findings' quality, for a person and for machines.
struct QualityReport {
    let table: QualityTable
    let grouping: StudyGrouping?
    let telling: QualityFigures.Telling
    let findings: QualityReading.Tally
    let feedback: QualityReading.Tally

    init(
        _ reading: QualityReading, by grouping: StudyGrouping?, _ telling: QualityFigures.Telling
    ) {
        table = reading.truth.table(by: grouping)
        self.grouping = grouping
        self.telling = telling
        findings = reading.findings
        feedback = reading.feedback
    }

    func show(isJSON: Bool) {
        if isJSON {
            Terminal.line(JSONWriter.text(json))
        } else {
            Terminal.picture(text)
        }
    }

    /// What no reader of the figures may leave out.
    private static let bias =
        "Studies with a truth are no random sample. A verdict comes hours or days after its "
        + "finding, or never; the newest studies have the fewest, and who disagrees speaks sooner. "
        + "Every figure may change as more is said."

    var notes: [String] {
        [
            Self.bias,
            "PPV is of flagged studies with a truth alone, with its 95 % interval, as if studies "
                + "were of different patients.",
            "Sensitivity and specificity are no estimates: they lie between the bounds, whatever "
                + "is true of the studies without a truth.",
            "unknown: fewer than \(telling.thinBelow) studies with a truth tell of it.",
        ]
            + (telling.smallBelow > 1
                ? [
                    "Counts below \(telling.smallBelow) are not told, nor what would tell them; a "
                        + "share that would has its interval alone."
                ] : [])
    }

    var groups: [(name: String, findings: [(code: String, figures: QualityFigures)])] {
        table.groups.sorted { $0.key < $1.key }.map { name, counts in
            (
                name,
                counts.sorted { $0.key < $1.key }.map {
                    ($0.key, QualityFigures($0.value, telling))
                }
            )
        }
    }

    // MARK: For a person

    private var text: String {
        let tables = groups.map { group in
            let title = grouping.map {
                VisibleText.escaped(
                    "\($0.name): \(group.name.isEmpty ? "not told" : group.name)")
                    + "\n"
            }
            return (title ?? "") + Self.table(group.findings, telling)
        }
        let below =
            [studies, Self.read("findings", findings), Self.read("feedback", feedback)] + notes
        return (tables + [below.map(Self.wrapped).joined()]).joined(separator: "\n")
    }

    /// Text in lines of a terminal.
    static func wrapped(_ text: String) -> String {
        TextBreak.lines(text, width: TextTable.columnsMax).map { $0 + "\n" }.joined()
    }

    private var studies: String {
        "Studies: "
            + table.studies.shown(bound: telling.smallBelow).filter { $0.count.exact != 0 }
            .map { "\(Self.shown($0.count, telling)) \($0.name)" }.joined(separator: ", ")
    }

    /// What a topic's records came to.
    static func read(_ name: String, _ tally: QualityReading.Tally) -> String {
        let refused = tally.refused.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return "Records of \(name): \(tally.read)"
            + (refused.isEmpty ? "" : "; cannot be read: " + refused.joined(separator: ", "))
    }

    private static func table(
        _ findings: [(code: String, figures: QualityFigures)], _ telling: QualityFigures.Telling
    ) -> String {
        var table = TextTable(
            [.init("finding")]
                + ["studies", "flagged", "not fl.", "abstained", "truth", "none %", "PPV"].map {
                    .init($0, isNumber: true)
                })
        for (code, figures) in findings {
            let counts = [
                figures.studies, figures.flagged, figures.notFlagged, figures.abstained,
                figures.withTruth,
            ].map { shown($0, telling) }
            table.add(
                [code] + counts
                    + [
                        percent(figures.withoutTruth),
                        figures.predictiveValue.map(shown) ?? unknown,
                    ],
                below: [bounds(figures)])
        }
        return table.text
    }

    private static let unknown = "unknown"

    private static func bounds(_ figures: QualityFigures) -> String {
        let ofAll = figures.sensitivityOfAll.map {
            figures.abstained.exact == 0
                ? "" : " (abstained as missed: \(shown($0)))"
        }
        return "sensitivity \(shown(figures.sensitivity))\(ofAll ?? ""), specificity "
            + shown(figures.specificity)
    }

    private static func shown(_ count: ShownCount, _ telling: QualityFigures.Telling) -> String {
        if let exact = count.exact { return "\(exact)" }
        if count.range == 1...(telling.smallBelow - 1) { return "<\(telling.smallBelow)" }
        return "\(count.range.lowerBound)–\(count.range.upperBound)"
    }

    /// An interval.
    static func shown(_ range: ClosedRange<Double>) -> String {
        "\(range.lowerBound.text(decimals: 2))–\(range.upperBound.text(decimals: 2))"
    }

    private static func shown(_ share: QualityFigures.Share) -> String {
        guard let value = share.value else { return shown(share.interval) }
        return "\(value.text(decimals: 2)) (\(shown(share.interval)))"
    }

    private static func shown(_ share: QualityFigures.Bounded) -> String {
        switch share {
        case .unknown: unknown
        case .within(let bounds): "within \(shown(bounds))"
        case .known(let share): shown(share)
        }
    }

    private static func percent(_ range: ClosedRange<Double>?) -> String {
        guard let range else { return "–" }
        let (low, high) = (
            (range.lowerBound * 100).text(decimals: 0), (range.upperBound * 100).text(decimals: 0)
        )
        return low == high ? low : "\(low)–\(high)"
    }
}
