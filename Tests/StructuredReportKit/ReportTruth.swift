import StructuredReport
import StudyHeaders
import VigilCore

/// What a report has to say, as a line of JSON for those who read it back without Vigil.
package struct ReportTruth {
    private let report: MadeReport
    private let uid: String

    /// - Parameter uid: of the document.
    package init(_ report: MadeReport, uid: String) {
        self.report = report
        self.uid = uid
    }

    /// The line, without its end.
    package var line: String {
        var line = JSONObject()
        line["shape"] = .string(report.shape.rawValue)
        line["uid"] = .string(uid)
        line["study"] = .string(report.header.study.instanceUID.disclosed)
        line["patient"] = .string(report.header.patient.name.disclosed)
        line["images"] = .array(
            report.header.instances.map { .string($0.sopInstanceUID.disclosed) })
        line["reasons"] = .array(
            report.finding.assessed == nil
                ? report.finding.reasons.map { .string($0.code) } : [])
        line["results"] = .array(report.finding.findings.map { .object(Self.result($0)) })
        return JSONWriter.text(.object(line))
    }

    private static func result(_ result: Finding.Result) -> JSONObject {
        var line = JSONObject()
        line["name"] = .string(
            [result.head, result.code].compactMap(\.self).joined(separator: "/"))
        line["code"] = .string(MadeReport.codes[result.code]?.value ?? "")
        line["answer"] = .string(result.answer.word.description)
        if let probability = result.probability {
            line["probability"] = .number(Double(probability))
        }
        if let calibrated = result.calibrated?.probability {
            line["calibrated"] = .number(calibrated)
        }
        if case .abstained(let reasons) = result.answer {
            line["why"] = .array(reasons.map { .string($0.rawValue) })
        }
        line["boxes"] = .array(boxes(of: result))
        return line
    }

    private static func boxes(of result: Finding.Result) -> [JSONValue] {
        guard case .told(let attribution)? = result.explained else { return [] }
        return attribution.boxes.flatMap { box in
            [box.image, box.last].compactMap(\.self).map { place in
                .array(
                    [
                        place.instance, place.frame, box.corner.columns, box.corner.rows,
                        box.size.columns, box.size.rows,
                    ].map { .integer(Int64($0)) })
            }
        }
    }
}
