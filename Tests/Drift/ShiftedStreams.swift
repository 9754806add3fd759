import VigilCore

@testable import Quality

/// Streams that change after so many studies, by parts of a standard deviation: after how many more
/// they reach what an alarm needs alone, and as one of 200 streams.
struct ShiftedStreams {
    let streams: Int
    let before: Int
    let seed: Int

    private static let patience = 2000

    var json: JSONValue {
        let rows = [0.3, 0.5, 0.75, 1.0, 2.0].flatMap { shift in
            [20.0, 4000].map { bound in row(shift, bound) }
        }
        return .array(rows)
    }

    private func row(_ shift: Double, _ bound: Double) -> JSONValue {
        let delays = (0..<streams).map { delay(shift, bound, number: $0) }.sorted()
        let found = delays.count { $0 <= 500 }
        return [
            "shift": .number(shift), "bound": .number(bound),
            "median": .integer(Int64(delays[delays.count / 2])),
            "most": .integer(Int64(delays.last ?? 0)),
            "found_within_500": .number(Double(found) / Double(streams)),
        ]
    }

    private func delay(_ shift: Double, _ bound: Double, number: Int) -> Int {
        var numbers = MadeNumbers(kind: 0, seed: seed &+ number &* 7919)
        var stream = DriftStream()
        for study in 0..<(before + Self.patience) {
            let value = numbers.next(shift: study < before ? 0 : shift)
            stream.take(
                value, part: numbers.part(), calibration: nil,
                at: Timestamp(milliseconds: Int64(study)))
            if study >= before, stream.evidence >= bound { return study - before + 1 }
        }
        return Self.patience + 1
    }
}
