import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Studies in parts under kills", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct StudyPartsLoadTests {
        /// One event, and what it does to its study.
        private struct Part {
            let id: String
            let study: String
            let series: Int
            let isWithdrawal: Bool
            let message: StudyMessage
        }

        /// Three series of each study: out of order, some of them twice, some withdrawn.
        private func parts(studies: Int, seed: UInt64) -> [Part] {
            var generator = SplitMix64(seed: seed)
            var placed: [(at: UInt64, part: Part)] = []
            for number in 0..<studies {
                let at = UInt64(number * 3)
                for series in 1...3 {
                    placed.append(
                        (at + generator.next() % 12, part("p", number, series: series)))
                    if generator.next() % 5 == 0 {
                        placed.append(
                            (at + generator.next() % 30, part("again", number, series: series)))
                    }
                }
                if generator.next() % 4 == 0 {
                    placed.append(
                        (at + generator.next() % 30, part("gone", number, series: 1)))
                }
            }
            return placed.sorted { ($0.at, $0.part.id) < ($1.at, $1.part.id) }.map(\.part)
        }

        private func part(_ word: String, _ number: Int, series: Int) -> Part {
            let id = "\(word)-\(number)-\(series)"
            let study = "1.2.826.0.1.3680043.8.498.6.\(number)"
            let path = Images.path(Images.quick[(number + series) % Images.quick.count])
            let body =
                word == "gone"
                ? """
                {"study":{"uid":"\(study)"},"status":"entered-in-error",\
                "series":["\(study).\(series)"]}
                """
                : """
                {"study":{"uid":"\(study)"},"priority":"\(number % 3 == 0 ? "stat" : "asap")",\
                "expected":{"series":3},"instances":[{"uri":"file://\(path)",\
                "series":"\(study).\(series)"}]}
                """
            return Part(
                id: id, study: study, series: series, isWithdrawal: word == "gone",
                message: StudyMessage(id, body: body))
        }

        @Test(
            "with a worker killed four times each event has one outcome, and revisions a chain",
            arguments: BrokerKind.showingAfterKills)
        func killed(_ kind: BrokerKind) throws {
            let scene = try Scene(kind)
            let parts = parts(studies: 40, seed: 20_261_124)
            let producer = try PlainProducer(
                configuration: scene.broker.configuration(group: "sender"))
            var reader = try RecordReader(configuration: scene.broker.configuration(group: "x"))
            try reader.open(
                [scene.topics.finding, scene.topics.deadLetter, scene.topics.input + ".expired"],
                timeout: .seconds(30))
            var outcomes = Outcomes()
            for round in 1...5 {
                let share = parts[(parts.count * (round - 1) / 5)..<(parts.count * round / 5)]
                for part in share {
                    let record = part.message.record(topic: scene.topics.input)
                    try producer.send(
                        OutboundRecord(
                            topic: record.topic, key: Array(part.study.utf8), value: record.value,
                            headers: record.headers))
                }
                try producer.flush(within: .seconds(30))
                let worker = try scene.startWorker(settings: ["study.wait-max-ms=700"])
                let wanted = round == 5 ? parts.count : outcomes.answered.count + 12
                try outcomes.read(&reader, until: wanted, worker: worker)
                if round == 5 {
                    try worker.stop()
                } else {
                    worker.kill()
                    _ = try worker.exit(within: .seconds(30))
                }
            }
            outcomes.take(try reader.readToEnd(timeout: .seconds(30)))
            #expect(outcomes.problems == [])
            #expect(outcomes.answered == Dictionary(parts.map { ($0.id, 1) }) { $1 })
            #expect(outcomes.left == Self.left(of: parts))
        }

        /// How many series each study has in the end.
        private static func left(of parts: [Part]) -> [String: Int] {
            var series: [String: Set<Int>] = [:]
            for part in parts {
                if part.isWithdrawal {
                    series[part.study, default: []].remove(part.series)
                } else {
                    series[part.study, default: []].insert(part.series)
                }
            }
            return series.mapValues(\.count).filter { $0.value > 0 }
        }

        /// What a reader of committed records sees.
        private struct Outcomes {
            /// How many outcomes each event has.
            var answered: [String: Int] = [:]
            var problems: [String] = []
            /// Each study's instances by its newest finding; none after a retraction.
            var left: [String: Int] = [:]
            private var newest: [[UInt8]?: StudyHistory] = [:]
            private var names: [[UInt8]?: String] = [:]

            mutating func read(
                _ reader: inout RecordReader, until wanted: Int, worker: WorkerProcess
            ) throws {
                let deadline = ContinuousClock.now + .seconds(90)
                while answered.count < wanted {
                    guard ContinuousClock.now < deadline, worker.isRunning else {
                        throw ChildProcess.Failure(
                            description: "\(answered.count) of \(wanted) events answered; "
                                + worker.log.suffix(3).joined(separator: "\n"))
                    }
                    take(try reader.next(max: 1000, timeout: .seconds(1)))
                }
            }

            mutating func take(_ records: [InboundRecord]) {
                for record in records {
                    let before = newest[record.key]
                    guard let history = StudyHistory.read(record)?.1 else {
                        // A letter: of the event itself.
                        answered[record.header("ce_id") ?? "?", default: 0] += 1
                        if record.header("vigil-error-code").map({ $0 != "duplicate" }) ?? true {
                            problems.append("\(record.headers.suffix(4))")
                        }
                        continue
                    }
                    newest[record.key] = history
                    if history.number != (before?.number ?? 0) + 1 {
                        problems.append("\(history.number) after \(before?.number ?? 0)")
                    }
                    guard let finding = try? FindingDecoder.decode(record) else {
                        answered[record.header("ce_causationid") ?? "?", default: 0] += 1
                        if let name = names[record.key] { left[name] = nil }
                        continue
                    }
                    if finding.revision?.previous != before?.digest {
                        problems.append("\(history.number) names another one before it")
                    }
                    names[record.key] = finding.study.sensitiveValue
                    left[finding.study.sensitiveValue] = finding.instances.count
                    for answer in finding.revision?.answers ?? [] {
                        answered[answer.event.id, default: 0] += 1
                    }
                }
            }
        }
    }
}
