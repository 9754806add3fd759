import Pipeline
import SimulationKit
import VigilCore
import Wire
import WorkerCore

/// The events of many studies that come in parts, on the offsets of a simulated broker: out of
/// order, late, twice, with series and studies withdrawn.
struct StudyLog {
    private(set) var records: [RecordPosition: InboundRecord] = [:]
    /// What is left of each study when all its events were seen in order.
    private(set) var wanted: [Pseudonym: Set<String>] = [:]
    private let decoder = StudyEventDecoder()
    static let key = Array("a key for tests of studies".utf8)

    init(_ broker: SimulatedBroker, generator: inout SimulationGenerator) throws {
        var contents: [Pseudonym: StudyContents] = [:]
        for number in Set(broker.partitions.map(\.partition)).sorted() {
            let places = Self.places(broker, partition: number, generator: &generator)
            let bodies = Self.bodies(
                places.count, partition: number, ordered: Set(places.map(\.topic)).count < 2,
                generator: &generator)
            for (position, body) in zip(places, bodies) {
                let record = Self.record(body, at: position)
                records[position] = record
                let event = try decoder.decode(record)
                contents[Self.name(of: event), default: StudyContents()].add(event)
            }
        }
        for (study, contents) in contents {
            wanted[study] = Set(contents.instances.map(\.uri))
        }
    }

    /// Where the events of a partition's number stand, those of several topics in turns.
    private static func places(
        _ broker: SimulatedBroker, partition: Int32, generator: inout SimulationGenerator
    ) -> [RecordPosition] {
        var left = broker.partitions.filter { $0.partition == partition }.map { place in
            (broker.offsets[place] ?? []).map {
                RecordPosition(topic: place.topic, partition: place.partition, offset: $0)
            }
        }
        var places: [RecordPosition] = []
        while left.contains(where: { !$0.isEmpty }) {
            let topic = generator.below(left.count)
            if !left[topic].isEmpty { places.append(left[topic].removeFirst()) }
        }
        return places
    }

    static func name(of event: StudyEvent) -> Pseudonym { Pseudonym(of: event.study, key: key) }

    func event(at position: RecordPosition) throws -> StudyEvent? {
        try records[position].map { try decoder.decode($0) }
    }

    /// So many events of studies of one to three series.
    ///
    /// - Parameter ordered: whether they are read in this order, so that some take back what others
    ///   said.
    private static func bodies(
        _ count: Int, partition: Int32, ordered: Bool, generator: inout SimulationGenerator
    ) -> [String] {
        var placed: [(at: Int, body: String)] = []
        var number = 0
        while placed.count < count {
            number += 1
            let study = "1.2.\(partition + 1).\(number)"
            let series = 1 + generator.below(3)
            for one in 1...series {
                let body = part(study, series: one, of: series, generator: &generator)
                let at = placed.count + generator.below(generator.chance(percent: 20) ? 40 : 6)
                placed.append((at, body))
                if generator.chance(percent: 20) { placed.append((at + generator.below(30), body)) }
            }
            if ordered, generator.chance(percent: 25) {
                let one = generator.chance(percent: 50) ? 1 + generator.below(series) : nil
                let list = one.map { ",\"series\":[\"\(study).\($0)\"]" } ?? ""
                let body =
                    "{\"study\":{\"uid\":\"\(study)\"},\"status\":\"entered-in-error\"\(list)}"
                placed.append((placed.count + generator.below(20), body))
            }
        }
        return placed.prefix(count).enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element.body)
    }

    private static func part(
        _ study: String, series: Int, of count: Int, generator: inout SimulationGenerator
    ) -> String {
        let instances = (0...generator.below(2)).map {
            "{\"uri\":\"file:///in/\(study)/\(series)/\($0)\",\"series\":\"\(study).\(series)\"}"
        }
        let priority = Priority.allCases[generator.below(4)].rawValue
        return "{\"study\":{\"uid\":\"\(study)\"},\"priority\":\"\(priority)\","
            + "\"expected\":{\"series\":\(count)},"
            + "\"instances\":[\(instances.joined(separator: ","))]}"
    }

    private static func record(_ body: String, at position: RecordPosition) -> InboundRecord {
        InboundRecord(
            position: position, key: nil, value: Array(body.utf8),
            headers: [
                RecordHeader("ce_specversion", "1.0"),
                RecordHeader(
                    "ce_id", "\(position.topic)-\(position.partition)-\(position.offset)"),
                RecordHeader("ce_source", "urn:test"),
                RecordHeader("ce_type", "org.vigil.study.received.v1"),
            ], timestamp: nil)
    }
}
