package import VigilCore

extension EvaluationReport {
    /// Everything but the curves' drawing, with stable names; numbers that are undefined are null.
    package var json: JSONValue {
        var object = JSONObject()
        object["schema"] = "vigil.evaluation/1"
        object["studies"] = .integer(Int64(counts.studies))
        object["scored"] = .integer(Int64(counts.scored))
        object["patients"] = .integer(Int64(counts.patients))
        object["unmatched_lines"] = .integer(Int64(counts.unmatched))
        object["failed_lines"] = .integer(Int64(counts.failed))
        object["bootstrap"] = [
            "replicates": .integer(Int64(options.replicates)),
            "seed": .string("\(options.seed)"), "confidence": .number(options.confidence),
            "unit": "patient",
        ]
        object["macro"] = [
            "auroc": macroAuroc.json, "average_precision": macroPrecision.json,
        ]
        object["labels"] = .array(labels.map { json($0, withCurves: true) })
        object["subgroups"] = .array(subgroups.map { json($0, withCurves: false) })
        if !comparisons.isEmpty {
            object["comparison"] = .array(comparisons.map(\.json))
        }
        object["delay"] = delay.map(\.json) ?? .null
        return .object(object)
    }

    private func json(_ label: Label, withCurves: Bool) -> JSONValue {
        var object = JSONObject()
        object["code"] = .string(label.code)
        if let subgroup = label.subgroup {
            object["column"] = .string(subgroup.column)
            object["value"] = .string(subgroup.value)
        }
        object["studies"] = .integer(Int64(label.scores.count))
        object["positives"] = .integer(Int64(label.scores.positives))
        object["auroc"] = label[.auroc].json
        object["average_precision"] = label[.averagePrecision].json
        object["brier"] = label[.brier].json
        object["calibration_error"] = label[.calibrationError].json
        object["operating_points"] = .array(
            options.rules.indices.map { json(label, point: $0) })
        guard withCurves else { return .object(object) }
        object["calibration"] = .array(
            label.scores.calibrationCurve.map {
                [
                    "studies": .integer(Int64($0.count)), "score": .number($0.score),
                    "frequency": .number($0.frequency),
                    "frequency_interval": $0.estimate(confidence: options.confidence).json,
                ]
            })
        let thresholds = Self.decisionThresholds
        object["net_benefit"] = .array(
            zip(thresholds, label.scores.netBenefit(at: thresholds)).map {
                .array([.number($0), .number($1)])
            })
        return .object(object)
    }

    private func json(_ label: Label, point: Int) -> JSONValue {
        var object = JSONObject()
        object["rule"] = .string(options.rules[point].text)
        object["threshold"] = .number(label.thresholds[point])
        object["sensitivity"] = label[.sensitivity(point)].json
        object["specificity"] = label[.specificity(point)].json
        object["ppv"] = label[.ppv(point)].json
        object["npv"] = label[.npv(point)].json
        guard let prevalence = prevalence(of: label.code) else { return .object(object) }
        object["at_prevalence"] = [
            "prevalence": .number(prevalence), "ppv": label[.statedPPV(point)].json,
            "npv": label[.statedNPV(point)].json,
        ]
        return .object(object)
    }

    /// The stated prevalence of a label, if there is one.
    package func prevalence(of code: String) -> Double? {
        options.prevalences[code] ?? options.prevalence
    }

    /// Where the decision curve is drawn.
    static let decisionThresholds = (1...99).map { Double($0) / 100 }
}

extension Estimate {
    /// Value and interval.
    package var json: JSONValue {
        [
            "value": .number(value), "low": low.map { .number($0) } ?? .null,
            "high": high.map { .number($0) } ?? .null,
        ]
    }
}

extension EvaluationReport.Comparison {
    fileprivate var json: JSONValue {
        [
            "code": .string(code), "studies": .integer(Int64(count)),
            "auroc_a": .number(first), "auroc_b": .number(second),
            "difference": difference.json,
            "delong": delong.map {
                [
                    "standard_error": .number($0.standardError),
                    "z": $0.z.map { .number($0) } ?? .null,
                    "p": $0.pValue.map { .number($0) } ?? .null,
                ]
            } ?? .null,
        ]
    }
}

extension DelayReport {
    fileprivate var json: JSONValue {
        [
            "unit": "seconds", "labels": .array(codes.map { .string($0) }),
            "raised": .integer(Int64(raised)),
            "arrivals": hasArrivals ? "data" : "simulated",
            "notifications": hasNotifications ? "data" : "immediate",
            "readers": .integer(Int64(room.readers)), "read_seconds": .number(room.readSeconds),
            "load": hasArrivals ? .null : .number(room.load),
            "with_finding": positives.json, "without_finding": negatives.json,
        ]
    }
}

extension DelayReport.Group {
    fileprivate var json: JSONValue {
        [
            "studies": .integer(Int64(count)),
            "time_to_notification": notification?.json ?? .null,
            "wait_first_come": firstCome.json, "wait_triaged": triaged.json, "gain": gain.json,
        ]
    }
}
