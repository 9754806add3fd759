import Evaluation
import Tuning
import VigilCore

/// One tuning: split, fit, calibrate, find thresholds, measure on patients that had no part in it.
struct TuneSession {
    let options: TuneOptions
    let truth: TruthTable
    let data: TuneData

    /// The side of each row of the truth table.
    static func side(
        _ row: Int, of truth: TruthTable, _ options: TuneOptions
    ) -> PatientSplit.Side {
        PatientSplit(
            validation: options.fit.validation, test: options.fit.test, seed: options.fit.seed
        )
        .side(of: truth.patient(row))
    }

    /// Does all of it.
    /// - Parameter heads: that are fitted already, one a label; nil: fits them.
    func run(heads: [LinearHead]? = nil, progress: (String) -> Void) throws -> TuneResult {
        let sides = data.rows.map { Self.side($0, of: truth, options) }
        let places = Dictionary(grouping: data.rows.indices) { sides[$0] }
        let training = data.studies.rows(places[.training] ?? [])
        let validation = data.studies.rows(places[.validation] ?? [])
        let test = data.studies.rows(places[.test] ?? [])
        let fitted =
            try heads.map { $0.map { Fitted(head: $0, strength: nil, loss: .nan) } }
            ?? fit(training, validation, progress)
        let shares = shares(training)
        var labels: [TuneResult.Label] = []
        for (index, code) in data.codes.enumerated() {
            labels.append(
                try label(
                    index, code, fitted[index].head.specialised(shares: shares),
                    strength: fitted[index].strength, validation))
        }
        return TuneResult(
            options: options, labels: labels,
            counts: .init(
                training: training.embeddings.count, validation: validation.embeddings.count,
                test: test.embeddings.count, skipped: data.skipped),
            report: try measure(labels, test, rows: (places[.test] ?? []).map { data.rows[$0] }))
    }

    /// A head and the penalty that it was fitted with.
    private struct Fitted {
        let head: LinearHead
        let strength: Double?
        let loss: Double
    }

    private func fit(
        _ training: LabelledStudies, _ validation: LabelledStudies, _ progress: (String) -> Void
    ) throws -> [Fitted] {
        guard options.fit.method != .prototype else {
            let heads = try PrototypeHead(shots: options.fit.shots, seed: options.fit.seed)
                .fit(training, names: data.codes)
            return heads.map { Fitted(head: $0, strength: nil, loss: .nan) }
        }
        var best: [Fitted] = []
        for strength in options.fit.strengths {
            var logistic = LogisticOptions()
            logistic.strength = strength
            logistic.isBalanced = options.fit.isBalanced
            logistic.patience = options.fit.method == .probe ? options.fit.patience : nil
            let heads = try LogisticRegression(logistic).fit(
                training, validation: validation, names: data.codes
            ) { done, passes in
                progress("C \(strength): pass \(passes), \(done) of \(data.codes.count) labels")
            }
            let fitted = heads.enumerated().map { index, head in
                Fitted(
                    head: head, strength: strength,
                    loss: LogisticRegression.loss(of: head, on: validation, label: index))
            }
            best =
                best.isEmpty ? fitted : zip(best, fitted).map { $1.loss < $0.loss ? $1 : $0 }
        }
        return best
    }

    /// How much each site's intercept counts in the head that is written.
    private func shares(_ training: LabelledStudies) -> [Double] {
        if let site = options.inputs.site {
            return data.sites.map { $0 == site ? 1 : 0 }
        }
        let sites = training.sites ?? []
        return data.sites.indices.map { site in
            Double(sites.count { $0 == site }) / Double(max(1, sites.count))
        }
    }

    private func label(
        _ index: Int, _ code: String, _ head: LinearHead, strength: Double?,
        _ validation: LabelledStudies
    ) throws -> TuneResult.Label {
        let logits = validation.embeddings.logits(weights: head.weights, bias: head.bias)
        let known = logits.indices.filter { validation.labels[index][$0] != nil }
        let truths = known.map { validation.labels[index][$0] == true }
        guard truths.contains(true), truths.contains(false) else {
            throw TuningError.tooFew(
                label: SafeText(operatorProvided: code), side: "validation")
        }
        let scores = known.map { logits[$0] }
        let calibration = Calibration(options.scoring.calibration, scores, truths)
        let ranked = RankedScores(
            scores: scores.map { calibration.probability($0) }, isPositive: truths,
            patients: Array(truths.indices))
        return TuneResult.Label(
            code: code, head: head, strength: strength, calibration: calibration,
            threshold: ranked.measure(rules: [options.scoring.rule]).thresholds[0])
    }

    /// Measures as `vigil evaluate` would, on the test's patients.
    private func measure(
        _ labels: [TuneResult.Label], _ test: LabelledStudies, rows: [Int]
    ) throws -> EvaluationReport {
        var run = ModelRun(truth, head: nil, file: "the test's studies")
        let scores = labels.map { label in
            test.embeddings.logits(weights: label.head.weights, bias: label.head.bias).map {
                label.calibration.probability($0)
            }
        }
        for (place, row) in rows.enumerated() {
            var codes: [String: Double] = [:]
            for (label, scores) in zip(labels, scores) { codes[label.code] = scores[place] }
            run.add(scores: codes, row: row)
        }
        var measuring = EvaluationOptions()
        measuring.labels = labels.map(\.code)
        measuring.rules = [options.scoring.rule]
        measuring.fixedThresholds = Dictionary(
            uniqueKeysWithValues: labels.map { ($0.code, $0.threshold) })
        measuring.replicates = options.scoring.replicates
        measuring.seed = options.fit.seed
        measuring.isDelayWanted = false
        return try Evaluation(truth: truth, run: run, options: measuring).report()
    }
}
