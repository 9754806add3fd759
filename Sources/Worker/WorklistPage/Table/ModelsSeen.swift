internal import VigilCore

/// The models that records of the topic name, and the calibration that each was last used with, in
/// bounded memory. Pure.
struct ModelsSeen {
    private struct Seen {
        var model: Finding.Model
        var calibration: Finding.Input?
        var isUncalibrated = false
        var last: Timestamp
        var records = 0
    }

    private static let countMax = 32
    private var seen: [Digest: Seen] = [:]

    /// Takes the model of a record that was published at a time.
    mutating func take(_ finding: Finding, published: Timestamp) {
        guard let model = finding.assessed?.model else { return }
        var known = seen[model.digest] ?? Seen(model: model, last: published)
        known.records += 1
        if published >= known.last {
            known.last = published
            known.calibration = finding.decision.calibration
            known.isUncalibrated = finding.decision.isUncalibrated
        }
        seen[model.digest] = known
        if seen.count > Self.countMax,
            let oldest = seen.min(by: { $0.value.last < $1.value.last })
        {
            seen[oldest.key] = nil
        }
    }

    /// The models, that of the newest record first.
    var json: JSONValue {
        .array(
            seen.values.sorted { $0.last > $1.last }.map { seen -> JSONValue in
                var object = JSONObject()
                object["name"] = .string(String(seen.model.name.prefix(100)))
                object["digest"] = .string(String(seen.model.digest.hex.prefix(12)))
                object["validated"] = .bool(seen.model.isValidated)
                object["uncalibrated"] = .bool(seen.isUncalibrated)
                object["calibration"] = seen.calibration.map {
                    .string(String($0.digest.hex.prefix(12)))
                }
                object["calibration_until"] = (seen.calibration?.validUntil).map {
                    .integer($0.milliseconds)
                }
                object["last"] = .integer(seen.last.milliseconds)
                object["records"] = .integer(Int64(seen.records))
                return .object(object)
            })
    }
}
