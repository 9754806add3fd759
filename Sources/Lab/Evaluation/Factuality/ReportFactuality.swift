package import VigilCore

/// How far the words of reports agree with what the model flagged, and with the truth.
package struct ReportFactuality: Sendable, Hashable {
    /// Counts of findings, over all reports.
    package struct Counts: Sendable, Hashable {
        /// Findings that had to be told as present.
        package fileprivate(set) var wanted = 0
        /// Of these, those of which the report says nothing, or not that much.
        package fileprivate(set) var omitted = 0
        /// Told as present and not so.
        package fileprivate(set) var invented = 0
        /// Present and told as absent, or the other way round in one report.
        package fileprivate(set) var flipped = 0
        /// Told on another side, or on one where none is known.
        package fileprivate(set) var wrongSides = 0

        fileprivate mutating func note(_ said: ReportReading.Said?, isPresent: Bool, side: String?)
        {
            let (tells, denies) = (said?.isPresent == true, said?.isAbsent == true)
            if isPresent { wanted += 1 }
            switch (isPresent, tells, denies) {
            case (_, true, true), (true, false, true): flipped += 1
            case (true, false, false): omitted += 1
            case (false, true, false): invented += 1
            case (true, true, false):
                if let side, let said, said.sides != (side.isEmpty ? [] : [side]) {
                    wrongSides += 1
                }
            case (false, false, _): break
            }
        }
    }

    /// Reports that were read.
    package private(set) var reports = 0
    /// Of these, those of which the truth table has no study.
    package private(set) var unmatched = 0
    /// Against what the model had flagged.
    package private(set) var flagged = Counts()
    /// Against the truth, of labels that some report speaks of and it knows for the study.
    package private(set) var truth = Counts()

    /// Counts over lines of readings.
    ///
    /// - Parameters:
    ///   - table: its columns of labels are named as findings are; a column `CODE.side` has sides.
    ///   - file: how the readings are named in errors.
    package init(
        _ bytes: [UInt8], truth table: TruthTable, file: SafeText
    ) throws(EvaluationError) {
        let matcher = StudyMatcher(table)
        var readings: [(ReportReading, Int?)] = []
        try JSONLines.forEach(bytes, file: file) { object, line throws(EvaluationError) in
            guard let reading = ReportReading(object) else {
                throw .badLine(file: file, line: line, reason: "it is no reading of a report")
            }
            readings.append((reading, matcher.row(study: reading.study)))
        }
        guard !readings.isEmpty else {
            throw .nothingToMeasure(reason: "\(file) holds no reading of a report")
        }
        reports = readings.count
        unmatched = readings.count { $0.1 == nil }
        let codes = Set(readings.flatMap { Array($0.0.said.keys) + Array($0.0.flagged.keys) })
        for (reading, _) in readings {
            for code in Set(reading.said.keys).union(reading.flagged.keys) {
                let side = reading.flagged[code]
                flagged.note(reading.said[code], isPresent: side != nil, side: side)
            }
        }
        for code in codes.sorted() where table.has(code) {
            let labels = try table.labels(code)
            for (reading, row) in readings {
                guard let row, let label = labels[row] else { continue }
                let side = table.has("\(code).side") ? table.cell(row, "\(code).side") : nil
                truth.note(reading.said[code], isPresent: label, side: side)
            }
        }
    }

    /// For programs.
    package var json: JSONValue {
        [
            "reports": .integer(Int64(reports)), "unmatched": .integer(Int64(unmatched)),
            "against_flagged": flagged.json, "against_truth": truth.json,
        ]
    }
}

extension ReportFactuality.Counts {
    fileprivate var json: JSONValue {
        [
            "wanted": .integer(Int64(wanted)), "omitted": .integer(Int64(omitted)),
            "invented": .integer(Int64(invented)), "flipped": .integer(Int64(flipped)),
            "wrong_sides": .integer(Int64(wrongSides)),
        ]
    }
}
