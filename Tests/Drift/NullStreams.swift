import VigilCore

@testable import Quality

/// Streams in which nothing changes: how many ever reach what an alarm of their own needs.
struct NullStreams {
    let streams: Int
    let studies: Int
    let seed: Int

    var json: JSONValue {
        var alarmed = Array(repeating: 0, count: MadeNumbers.kinds)
        for number in 0..<streams {
            let kind = number % MadeNumbers.kinds
            var numbers = MadeNumbers(kind: kind, seed: seed &+ number &* 7919)
            var stream = DriftStream()
            var most = 0.0
            for study in 0..<studies {
                stream.take(
                    numbers.next(), part: numbers.part(), calibration: nil,
                    at: Timestamp(milliseconds: Int64(study)))
                most = max(most, stream.evidence)
            }
            if most >= 1 / DriftMonitor.level { alarmed[kind] += 1 }
        }
        let all = alarmed.reduce(0, +)
        return [
            "streams": .integer(Int64(streams)), "studies": .integer(Int64(studies)),
            "alarmed": .integer(Int64(all)),
            "by_kind": .array(alarmed.map { .integer(Int64($0)) }),
            "share": .number(Double(all) / Double(streams)),
        ]
    }
}

/// Monitors of many streams of the same studies, which hang together: how many ever raise an alarm
/// at all.
struct NullFamilies {
    let families: Int
    let streams: Int
    let studies: Int
    let seed: Int

    var json: JSONValue {
        var alarmed = 0
        for family in 0..<families {
            var numbers = MadeNumbers(kind: 0, seed: seed &+ family &* 104_729)
            var kept: [DriftName: DriftStream] = [:]
            let names = (0..<streams).map {
                DriftName(group: "", quantity: .score, code: "\($0)")
            }
            var monitor = DriftMonitor()
            let place = TopicPartition(topic: "findings", partition: 0)
            var hasAlarm = false
            for study in 0..<studies where !hasAlarm {
                let common = numbers.next()
                for name in names {
                    kept[name, default: DriftStream()].take(
                        common + numbers.next(), part: numbers.part(), calibration: nil,
                        at: Timestamp(milliseconds: Int64(study)))
                }
                guard study % 10 == 9 else { continue }
                monitor.partitions[place] = .init(offset: Int64(study), streams: kept)
                hasAlarm =
                    !monitor.raise(partitions: 1, at: Timestamp(milliseconds: Int64(study))).isEmpty
            }
            if hasAlarm { alarmed += 1 }
        }
        return [
            "families": .integer(Int64(families)), "streams": .integer(Int64(streams)),
            "studies": .integer(Int64(studies)), "alarmed": .integer(Int64(alarmed)),
        ]
    }
}
