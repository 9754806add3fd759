import SimulationKit
import Testing
import VigilCore
import WorkerCore

@Suite("Which worker owns a study")
struct StudyPlacementTests {
    private static let topics = [
        "in", "in.urgent", "in.orders", "in.placed", "in.placed.urgent", "in.retry.1",
        "in.deferred",
    ]

    private func placement(_ rule: KeyPartitioner?) -> StudyPlacement {
        StudyPlacement(rule: rule, input: "in", urgent: "in.urgent", others: ["in.orders"])
    }

    private func counts(_ count: Int32) -> TopicPartitionCounts {
        var counts = TopicPartitionCounts()
        counts.note(Dictionary(uniqueKeysWithValues: Self.topics.map { ($0, count) }))
        return counts
    }

    private func uid(_ text: String) throws -> DicomUID { try #require(DicomUID(text)) }

    private func place(_ topic: String, _ partition: Int32) -> RecordPosition {
        RecordPosition(topic: topic, partition: partition, offset: 7)
    }

    @Test(
        "wherever senders put a study's events, all come to one partition's number and move once",
        arguments: KeyPartitioner.allCases)
    func oneOwner(_ rule: KeyPartitioner) throws {
        var random = SimulationGenerator(seed: 7)
        let placement = placement(rule)
        var moved = 0
        for number in 0..<300 {
            let count = Int32(1 + random.below(20))
            let counts = counts(count)
            var owners: Set<Int32> = []
            for _ in 0..<20 {
                let study = try uid("1.2.840.\(number)")
                let topic = Self.topics[random.below(3)]
                var at = place(topic, Int32(random.below(Int(count))))
                if case .forwarded(let to, let partition) = placement.verdict(
                    on: study, at: at, counts)
                {
                    #expect(to == (topic == "in.urgent" ? "in.placed.urgent" : "in.placed"))
                    at = place(to, partition)
                    moved += 1
                }
                #expect(placement.verdict(on: study, at: at, counts) == .owned)
                owners.insert(at.partition)
            }
            #expect(owners.count == 1)
        }
        #expect(moved > 1000)
    }

    @Test("what is keyed by its study's UID stays where its sender put it")
    func wellPlaced() throws {
        for rule in KeyPartitioner.allCases {
            for number in 0..<100 {
                let study = try uid("1.2.840.\(number)")
                let partition = rule.partition(of: Array(study.sensitiveValue.utf8), among: 12)
                for topic in Self.topics.prefix(3) {
                    #expect(
                        placement(rule).verdict(on: study, at: place(topic, partition), counts(12))
                            == .owned)
                }
            }
        }
    }

    @Test("an event that was forwarded or waited is never forwarded, whatever partitions there are")
    func once() throws {
        let placement = placement(.crc32)
        let study = try uid("1.2.840.1")
        let owner = try #require(placement.owner(of: study, counts(6)))
        for topic in Self.topics.dropFirst(3) {
            for partition: Int32 in 0..<6 {
                let verdict = placement.verdict(on: study, at: place(topic, partition), counts(6))
                #expect(verdict == (partition == owner ? .owned : .outgrown))
            }
        }
    }

    @Test("where there is no partition to go to, or nothing is set or known, an event stays")
    func nowhere() throws {
        let study = try uid("1.2.840.1")
        var all = counts(6)
        let owner = try #require(placement(.crc32).owner(of: study, all))
        let elsewhere = place("in", (owner + 1) % 6)
        #expect(placement(nil).verdict(on: study, at: elsewhere, all) == .owned)
        #expect(placement(.crc32).verdict(on: study, at: elsewhere, .init()) == .owned)
        all.note(["in.placed": owner])
        #expect(placement(.crc32).verdict(on: study, at: elsewhere, all) == .nowhere)
        all.note(["in.placed": owner + 1])
        #expect(
            placement(.crc32).verdict(on: study, at: elsewhere, all)
                == .forwarded(topic: "in.placed", partition: owner))
    }

    @Test("partitions are counted as told last, and a number beyond them is none")
    func counting() {
        var counts = TopicPartitionCounts()
        #expect(counts["in"] == 0 && counts.partition(0, of: "in") == nil)
        let first = counts.note(["in": 3, "out": 1])
        let second = counts.note(["in": 4])
        #expect(first == ["in", "out"] && second == ["in"] && counts["out"] == 1)
        #expect(counts.partition(3, of: "in") == 3)
        #expect(counts.partition(4, of: "in") == nil && counts.partition(-1, of: "in") == nil)
    }

    @Test("senders that place by the other hash are told of once, and no others")
    func otherHash() throws {
        for (sets, sends) in [
            (KeyPartitioner.crc32, KeyPartitioner.murmur2), (.murmur2, .crc32), (.crc32, .crc32),
        ] {
            for count: Int32 in [2, 12] {
                let told = try tell(sets, count: count) { sends.partition(of: $0, among: count) }
                #expect(told == (sets == sends ? [] : [sends]))
            }
        }
        var random = SimulationGenerator(seed: 3)
        #expect(try tell(.crc32, count: 3) { _ in Int32(random.below(3)) } == [])
    }

    private func tell(
        _ rule: KeyPartitioner, count: Int32, _ place: ([UInt8]) -> Int32
    ) throws -> [KeyPartitioner] {
        var senders = SenderPartitioning(rule: rule)
        return try (0..<500).compactMap { number in
            let study = try uid("1.2.840.\(number)")
            let key = Array(study.sensitiveValue.utf8)
            let other = senders.note(key: [1], study: study, at: 0, among: count)
            #expect(other == nil)
            return senders.note(key: key, study: study, at: place(key), among: count)
        }
    }
}
