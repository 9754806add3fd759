import VigilCore

@testable import Quality

/// Scores of studies, a line of JSON each with numbers by their names, read from standard input:
/// the first so many come before a change. Says after how many more an alarm is raised, by e-BH
/// over all of them, looked at after each study.
struct ScoreLines {
    let before: Int

    var json: JSONValue {
        var streams: [DriftName: DriftStream] = [:]
        var monitor = DriftMonitor()
        let place = TopicPartition(topic: "findings", partition: 0)
        var draw = SplitMix64(seed: 11)
        var found: [JSONValue] = []
        var study = 0
        while let line = readLine() {
            guard let members = (try? JSONParser.parse(Array(line.utf8)))?.objectValue?.members
            else { continue }
            study += 1
            let time = Timestamp(milliseconds: Int64(study))
            for member in members {
                guard let value = member.value.doubleValue else { continue }
                let name = DriftName(group: "", quantity: .score, code: member.name)
                streams[name, default: DriftStream()].take(
                    value, part: draw.unit(), calibration: nil, at: time)
            }
            monitor.partitions[place] = .init(offset: Int64(study), streams: streams)
            for raised in monitor.raise(partitions: 1, at: time) {
                found.append([
                    "score": .string(raised.name.code ?? ""),
                    "after": .integer(Int64(study - before)),
                    "since": .integer((raised.since?.milliseconds ?? 0) - Int64(before)),
                ])
            }
        }
        return [
            "studies": .integer(Int64(study)), "streams": .integer(Int64(streams.count)),
            "alarms": .array(found),
        ]
    }
}
