import BrokerTestKit
import KafkaTransport
import Testing
import VigilCore

@Suite("The hashes by which producers place keys")
struct KeyPartitionerTests {
    /// The vectors of `UtilsTest.testMurmur2` of Apache Kafka.
    private static let murmur2: [(key: String, hash: Int32)] = [
        ("21", -973_932_308), ("foobar", -790_332_482),
        ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ("abc", 479_470_107),
    ]

    @Test("murmur2 gives the hashes that Apache Kafka's own test has")
    func murmur2Vectors() {
        for (key, hash) in Self.murmur2 {
            #expect(Int32(bitPattern: KeyPartitioner.murmur2(of: Array(key.utf8))) == hash)
        }
    }

    @Test("crc32 gives the check value of its catalogue")
    func crc32Vectors() {
        #expect(KeyPartitioner.crc32(of: Array("123456789".utf8)) == 0xcbf4_3926)
        #expect(KeyPartitioner.crc32(of: []) == 0)
    }

    @Test("a partition is one of those that there are, and the only one where there is no choice")
    func bounds() {
        for rule in KeyPartitioner.allCases {
            for number in 0..<200 {
                let key = Array("1.2.840.\(number)".utf8)
                for count: Int32 in [2, 3, 12, .max] {
                    #expect((0..<count).contains(rule.partition(of: key, among: count)))
                }
                for count: Int32 in [.min, -1, 0, 1] {
                    #expect(rule.partition(of: key, among: count) == 0)
                }
            }
        }
    }

    @Test(
        "real producers place every key where the hash says", arguments: BrokerKind.available,
        [
            ([:], KeyPartitioner.crc32), (["partitioner": "consistent_random"], .crc32),
            (["partitioner": "murmur2_random"], .murmur2),
        ])
    func producers(
        _ kind: BrokerKind, _ sender: (settings: [String: String], rule: KeyPartitioner)
    ) throws {
        let bench = try Workbench(kind, partitions: 5)
        let producer = try PlainProducer(
            configuration: bench.broker.configuration(group: "keys", producer: sender.settings))
        let keys = (0..<100).map { "1.2.826.0.1.3680043.8.498.\($0 * 7919)" }
        for key in keys {
            try producer.send(
                OutboundRecord(topic: bench.topic, key: Array(key.utf8), value: [1], headers: []))
        }
        try producer.flush(within: .seconds(30))
        var reader = try RecordReader(configuration: bench.broker.configuration(group: "keys"))
        try reader.open([bench.topic], timeout: .seconds(30))
        let records = try reader.readToEnd(timeout: .seconds(30))
        #expect(records.count == keys.count)
        for record in records {
            let place = sender.rule.partition(of: record.key ?? [], among: 5)
            #expect(record.position.partition == place)
        }
    }
}
