import VigilCore

@testable import Quality

/// Studies without end through one monitor: what it holds must not grow with them.
struct EndlessStudies {
    let studies: Int

    private static let codes = 14

    var json: JSONValue {
        guard let uid = DicomUID("1.2.3") else { return .null }
        var monitor = DriftMonitor()
        var numbers = MadeNumbers(kind: 0, seed: 5)
        var finding = Self.finding(uid)
        var steps: [JSONValue] = []
        for study in 0..<studies {
            finding.assessed?.findings = (0..<Self.codes).map {
                Self.result("f\($0)", score: numbers.next())
            }
            let place = RecordPosition(
                topic: "findings", partition: Int32(study % 4), offset: Int64(study))
            var draw = SplitMix64(seed: UInt64(study))
            let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: draw.next(), Array.init) }
            monitor.take(
                finding, Digest(of: bytes), at: place,
                published: Timestamp(milliseconds: Int64(study)))
            guard [studies / 100, studies / 10, studies].contains(study + 1) else { continue }
            let streams = monitor.partitions.values.reduce(0) { $0 + $1.streams.count }
            let state = JSONWriter.bytes(monitor.json).count
            steps.append([
                "studies": .integer(Int64(study + 1)), "streams": .integer(Int64(streams)),
                "state_bytes": .integer(Int64(state)),
                "bytes_a_stream": .integer(Int64(state / max(1, streams))),
            ])
        }
        return .array(steps)
    }

    private static func result(_ code: String, score: Double) -> Finding.Result {
        Finding.Result(
            code: code, label: code, probability: nil, logitDifference: Float(score),
            threshold: nil, answer: score > 1 ? .flagged : .notFlagged, evidence: nil)
    }

    private static func finding(_ uid: DicomUID) -> Finding {
        let name = Pseudonym(of: uid, key: [1])
        return Finding(
            findingID: FindingIdentity.notAssessed(name), study: uid, pseudonym: name,
            cause: EventIdentity(id: "1", source: "urn:x"),
            priority: Finding.Priorities(
                order: Finding.Order(event: .routine), ai: nil, effective: .routine),
            urgency: 0.5, reasons: [], decision: Finding.Decision(),
            assessed: Finding.Assessed(
                model: Finding.Model(
                    name: "m", digest: Digest(of: [1]), family: "clip", precision: "fp32",
                    isValidated: true, trainedOn: nil, intendedUse: "tests"),
                preprocessing: Digest(of: [2]), prompts: nil, output: Digest(of: [3]),
                numericMode: "fast", findings: []),
            instances: [
                Finding.Instance(
                    series: nil, sop: nil, pixels: Digest(of: [5]), modality: "DX", frames: 1,
                    flags: [])
            ], run: Finding.Run())
    }
}
