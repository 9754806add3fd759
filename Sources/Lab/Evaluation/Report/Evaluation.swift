internal import VigilCore

/// Measures a run, or two, against the truth.
package struct Evaluation: Sendable {
    /// Told after each resampling: how many are done, and how many there are.
    package typealias Progress = (_ done: Int, _ all: Int) -> Void

    private let truth: TruthTable
    private let run: ModelRun
    private let other: ModelRun?
    private let options: EvaluationOptions
    private let codes: [String]
    /// For each row.
    private let patients: [Int]
    private let labels: [String: [Bool?]]
    private let arrivals: [Timestamp?]

    /// Joins truth and runs.
    /// - Throws: when a column is not there or a cell is none of its kind, or nothing is left.
    package init(
        truth: TruthTable, run: ModelRun, other: ModelRun? = nil, options: EvaluationOptions
    ) throws(EvaluationError) {
        self.truth = truth
        self.run = run
        self.other = other
        self.options = options
        codes = options.labels ?? truth.columns.filter { run.codes.contains($0) }
        patients = truth.patients()
        for column in options.subgroups where !truth.has(column) {
            throw .missingColumn(file: truth.file, names: SafeText(operatorProvided: column))
        }
        for code in options.triage ?? [] where !codes.contains(code) {
            throw .nothingToMeasure(
                reason: "\(SafeText(operatorProvided: code)) is for triage and not measured")
        }
        var labels: [String: [Bool?]] = [:]
        for code in codes { labels[code] = try truth.labels(code) }
        self.labels = labels
        arrivals = try truth.arrivals()
        guard run.studies.contains(where: { $0 != nil }) else {
            throw .nothingToMeasure(
                reason: "no line of the run names a study of \(truth.file) (\(truth.count) rows)")
        }
        guard !codes.isEmpty else {
            throw .nothingToMeasure(
                reason: "no column of \(truth.file) is one of the run's \(run.codes.count) codes")
        }
        for code in codes where !run.codes.contains(code) {
            throw .nothingToMeasure(
                reason: "the run has no scores for \(SafeText(operatorProvided: code))")
        }
    }

    /// A label's scores over some rows, and how they are measured.
    private struct View {
        let code: String
        let subgroup: EvaluationReport.Subgroup?
        let scores: RankedScores
        var rules: [OperatingRule]
        let prevalence: Double?
    }

    private func scores(
        of code: String, in run: ModelRun, rows: some Sequence<Int>
    ) -> RankedScores {
        var (scores, truths, owners): ([Double], [Bool], [Int]) = ([], [], [])
        for row in rows {
            guard let truth = labels[code]?[row], let score = run.studies[row]?.scores[code]
            else { continue }
            scores.append(score)
            truths.append(truth)
            owners.append(patients[row])
        }
        return RankedScores(scores: scores, isPositive: truths, patients: owners)
    }

    private func view(
        _ code: String, _ rows: some Sequence<Int>, rules: [OperatingRule],
        subgroup: EvaluationReport.Subgroup? = nil
    ) -> View {
        View(
            code: code, subgroup: subgroup, scores: scores(of: code, in: run, rows: rows),
            rules: rules, prevalence: options.prevalences[code] ?? options.prevalence)
    }

    /// Subgroups are measured at the thresholds that all studies gave, as they would be in use.
    private func subgroupViews(_ whole: [View]) -> [View] {
        options.subgroups.flatMap { column in
            let values = Dictionary(grouping: 0..<truth.count) { truth.cell($0, column) }
            return values.keys.sorted().filter { !$0.isEmpty }.flatMap { value in
                whole.map { view in
                    let thresholds = view.scores.measure(rules: view.rules).thresholds
                    return self.view(
                        view.code, values[value] ?? [],
                        rules: thresholds.map { .threshold($0) },
                        subgroup: .init(column: column, value: value))
                }
            }
        }
    }

    /// Does all of it.
    package func report(progress: Progress = { _, _ in }) -> EvaluationReport {
        let whole = codes.map { code in
            view(
                code, 0..<truth.count,
                rules: options.fixedThresholds[code].map { [.threshold($0)] } ?? options.rules)
        }
        let views = whole + subgroupViews(whole)
        let pairs = whole.compactMap { pair($0.code) }
        var resampled = Resampled(views: views.count, pairs: pairs.count)
        var bootstrap = bootstrap
        for replicate in 0..<options.replicates {
            let weights = bootstrap.next()
            for (index, view) in views.enumerated() {
                resampled.views[index].append(
                    view.scores.measure(
                        weights: weights, rules: view.rules, prevalence: view.prevalence
                    ).values)
            }
            for (index, pair) in pairs.enumerated() {
                resampled.pairs[index].append(
                    pair.first.auroc(weights: weights) - pair.second.auroc(weights: weights))
            }
            progress(replicate + 1, options.replicates)
        }
        let labels = views.enumerated().map { label($1, resampled.views[$0]) }
        let all = Array(labels.prefix(whole.count))
        return EvaluationReport(
            counts: counts, options: options, labels: all,
            subgroups: Array(labels.dropFirst(whole.count)),
            macroAuroc: macro(.auroc, all, resampled),
            macroPrecision: macro(.averagePrecision, all, resampled),
            comparisons: zip(pairs, resampled.pairs).map { comparison($0, $1) },
            delay: options.isDelayWanted ? delay(whole) : nil)
    }

    /// Values of each resampling.
    private struct Resampled {
        var views: [[[Double]]]
        var pairs: [[Double]]

        init(views: Int, pairs: Int) {
            self.views = Array(repeating: [], count: views)
            self.pairs = Array(repeating: [], count: pairs)
        }
    }

    private var bootstrap: PatientBootstrap {
        PatientBootstrap(count: (patients.max() ?? -1) + 1, seed: options.seed)
    }

    private var counts: EvaluationReport.Counts {
        let scored = run.studies.indices.filter { run.studies[$0] != nil }
        return EvaluationReport.Counts(
            studies: truth.count, scored: scored.count,
            patients: Set(scored.map { patients[$0] }).count, unmatched: run.unmatched,
            failed: run.failed)
    }

    private func label(_ view: View, _ resampled: [[Double]]) -> EvaluationReport.Label {
        let measures = view.scores.measure(rules: view.rules, prevalence: view.prevalence)
        let intervals = IntervalMaker(
            scores: view.scores, measures: measures, rules: view.rules,
            prevalence: view.prevalence, confidence: options.confidence)
        let values = Metric.all(points: view.rules.count).map { metric in
            EvaluationReport.Value(
                metric: metric,
                estimate: intervals.estimate(
                    metric, resampled: resampled.map { $0[metric.place] }))
        }
        return EvaluationReport.Label(
            code: view.code, subgroup: view.subgroup, scores: view.scores,
            thresholds: measures.thresholds, values: values)
    }

    /// The mean over the labels. Resampling sees no spread of a label at the border, so the
    /// interval is never narrower than the labels' own combined as independent.
    private func macro(
        _ metric: Metric, _ labels: [EvaluationReport.Label], _ resampled: Resampled
    ) -> Estimate {
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let estimates = labels.map { $0[metric] }
        let value = mean(estimates.map(\.value))
        guard options.replicates > 0 else { return Estimate(value: value) }
        let replicates = (0..<options.replicates).map { replicate in
            mean(labels.indices.map { resampled.views[$0][replicate][metric.place] })
        }
        func spread(_ distances: [Double]) -> Double {
            distances.reduce(0) { $0 + $1 * $1 }.squareRoot() / Double(distances.count)
        }
        let below = spread(estimates.map { $0.value - ($0.low ?? .nan) })
        let above = spread(estimates.map { ($0.high ?? .nan) - $0.value })
        let combined =
            below.isFinite && above.isFinite
            ? max(0, value - below)...min(1, value + above) : nil
        return Estimate(
            value: value,
            interval: IntervalMaker.hull(
                combined, Estimate.percentiles(replicates, confidence: options.confidence)))
    }
}

// MARK: - Two models

extension Evaluation {
    /// Both runs' scores of the studies that both scored.
    private struct Pair {
        let code: String
        let first: RankedScores
        let second: RankedScores
        /// Nil with too few patients on a side.
        let delong: DelongTest?
    }

    private func pair(_ code: String) -> Pair? {
        guard let other else { return nil }
        let rows = (0..<truth.count).filter {
            labels[code]?[$0] != nil && run.studies[$0]?.scores[code] != nil
                && other.studies[$0]?.scores[code] != nil
        }
        func scores(_ run: ModelRun) -> [Double] { rows.map { run.studies[$0]?.scores[code] ?? 0 } }
        let delong = DelongTest(
            first: scores(run), second: scores(other),
            isPositive: rows.map { labels[code]?[$0] == true },
            patients: rows.map { patients[$0] })
        return Pair(
            code: code, first: self.scores(of: code, in: run, rows: rows),
            second: self.scores(of: code, in: other, rows: rows), delong: delong)
    }

    private func comparison(
        _ pair: Pair, _ differences: [Double]
    ) -> EvaluationReport.Comparison {
        let areas = [pair.first, pair.second].map(area)
        let value = areas[0].value - areas[1].value
        var interval = Estimate.percentiles(differences, confidence: options.confidence)
        let isAtBorder = areas.contains { $0.value <= 0 || $0.value >= 1 }
        if isAtBorder || !(interval.map { Estimate.hasWidth($0) } ?? false) {
            interval = IntervalMaker.hull(AreaInterval.difference(areas[0], areas[1]), interval)
        }
        return EvaluationReport.Comparison(
            code: pair.code, count: pair.first.count, first: areas[0].value,
            second: areas[1].value, delong: pair.delong,
            difference: options.replicates > 0
                ? Estimate(value: value, interval: interval) : Estimate(value: value))
    }

    private func area(_ scores: RankedScores) -> Estimate {
        guard
            let values = PlacementValues(
                scores.scores, isPositive: scores.isPositive, patients: scores.patients)
        else { return Estimate(value: .nan) }
        return Estimate(
            value: values.area,
            interval: AreaInterval.area(values, confidence: options.confidence))
    }
}

// MARK: - Delay

extension Evaluation {
    /// Time is counted from the truth's column of arrivals, else from when the run's studies were
    /// on the bus. A study is raised when one of the labels that triage looks for reaches the first
    /// operating point; of raised studies those with the more urgent effective priority go first.
    private func delay(_ whole: [View]) -> DelayReport? {
        let targets = options.triage ?? codes
        let thresholds = Dictionary(
            uniqueKeysWithValues: whole.map {
                ($0.code, $0.scores.measure(rules: $0.rules).thresholds.first ?? .infinity)
            })
        let subjects = (0..<truth.count).compactMap { row -> DelayStudy.Subject? in
            let known = targets.compactMap { labels[$0]?[row] }
            guard let study = run.studies[row], !known.isEmpty else { return nil }
            let reaches = targets.contains {
                (study.scores[$0] ?? -1) >= (thresholds[$0] ?? .infinity)
            }
            let time = arrivals[row] ?? study.available
            return DelayStudy.Subject(
                patient: patients[row], hasFinding: known.contains(true), isRaised: reaches,
                rank: study.rank ?? 0, arrival: time.map { Double($0.microseconds) * 1e-6 },
                notification: study.notification)
        }
        guard subjects.contains(where: \.hasFinding), subjects.contains(where: { !$0.hasFinding })
        else { return nil }
        return DelayStudy(
            subjects: subjects, room: options.room, codes: targets, seed: options.seed
        ).report(
            bootstrap: bootstrap, replicates: options.replicates, confidence: options.confidence)
    }
}
