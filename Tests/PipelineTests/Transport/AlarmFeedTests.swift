import Control
import KafkaTransport
import Pipeline
import Processes
import Signing
import Testing
import VigilCore
import Wire

@Suite("Reading which alarms stand, as calls fail")
struct AlarmFeedTests {
    private static let place = TopicPartition(topic: "alarms", partition: 0)
    private static let used = Digest(of: [1])

    /// A feed of a topic.
    private struct Stage {
        let bench: TransportBench
        let alarms: AlarmSwitch
        let feed: StateFeed<AlarmSwitch>
        let key: SigningKey

        init() throws {
            key = try SigningKey.make()
            let cluster = TransportBench.cluster()
            cluster.set(place.topic, partitions: 1)
            bench = try TransportBench(cluster)
            alarms = AlarmSwitch(topic: place.topic, keys: [key.verifying])
            feed = StateFeed(bench.context, alarms, wakeUp: try WakeUp())
        }

        func append(_ key: [UInt8]?, _ value: [UInt8]?) {
            bench.cluster.append(
                InboundRecord(
                    position: RecordPosition(
                        topic: place.topic, partition: 0,
                        offset: Int64(bench.cluster.log(place).count)), key: key, value: value,
                    headers: [], timestamp: nil))
        }

        /// Raises an alarm and gives its record.
        func raise() -> OutboundRecord {
            let record = QualityAlarm(
                stream: QualityAlarm.Stream(group: "view=PA", quantity: "score", code: "nodule"),
                evidence: QualityAlarm.Evidence(value: 9, bound: 8, level: 0.05, studies: 99),
                since: Timestamp(milliseconds: 1), at: Timestamp(milliseconds: 2),
                calibrations: [used]
            ).outbound(topic: place.topic)
            append(record.key, record.value)
            return record
        }

        /// Reads on, with what brokers answer meanwhile.
        func look() {
            feed.look()
            bench.threads.run()
            feed.look()
        }

        func told(_ traits: [String: String] = [:]) -> [Finding.Alarm] {
            alarms.alarms(against: [used], traits: traits, at: bench.clock.monotonic())
        }
    }

    @Test("no calibration answers before the topic was read to its end, then what stands is known")
    func follows() throws {
        let stage = try Stage()
        #expect(stage.told().map(\.cause) == [nil] && stage.told()[0].finding == nil)
        stage.look()
        #expect(stage.told().isEmpty)
        let record = stage.raise()
        stage.look()
        #expect(stage.told().map(\.finding) == ["nodule"] && stage.told(["view": "LL"]).isEmpty)
        let id = try #require(UUIDv5(text: String(decoding: record.key ?? [], as: UTF8.self)))
        let clearance = AlarmClearance(
            alarm: id, record: Digest(of: record.value ?? []), offset: 0,
            issued: Timestamp(milliseconds: 3), reason: "a test")
        stage.append(clearance.key, try clearance.signed(by: stage.key))
        stage.look()
        #expect(stage.told().isEmpty)
        #expect(stage.bench.log.count(of: "quality_alarm_refused") == 0)
    }

    @Test("a topic that does not answer for 30 seconds lets no calibration answer until it does")
    func silent() throws {
        let stage = try Stage()
        stage.look()
        stage.bench.cluster.set(Self.place.topic, partitions: nil)
        stage.bench.clock.pass(.seconds(29))
        stage.look()
        #expect(stage.told().isEmpty)
        stage.bench.clock.pass(.seconds(1))
        #expect(stage.told().map(\.cause) == [nil])
        stage.bench.cluster.set(Self.place.topic, partitions: 1)
        stage.look()
        #expect(stage.told().isEmpty)
    }

    @Test("a topic that was made anew takes no alarm back")
    func anew() throws {
        let stage = try Stage()
        _ = stage.raise()
        stage.look()
        stage.bench.cluster.replace(Self.place, with: [])
        stage.bench.clock.pass(.seconds(20))
        stage.look()
        stage.look()
        #expect(stage.told().map(\.finding) == ["nodule"] && stage.told()[0].cause != nil)
    }

    @Test("each record that is no alarm and no decision is told, and counts as an alarm")
    func refused() throws {
        let stage = try Stage()
        stage.append(nil, nil)
        stage.append(Array("it".utf8), Array("{}".utf8))
        stage.look()
        #expect(stage.bench.log.count(of: "quality_alarm_refused") == 2)
        #expect(stage.told().count == 1 && stage.told()[0].finding == nil)
        #expect(stage.bench.log.count(of: "quality_alarms_observed") == 1)
    }
}
