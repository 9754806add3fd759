import Pipeline
import SimulationKit
import VigilCore
import Wire
import WorkerCore

/// The events of many studies: each complete by itself, or studies that come in parts, out of
/// order, late, twice, with series and studies withdrawn.
struct StudyLog {
    /// What an event holds.
    enum Content { case whole, parts }

    private(set) var events: [RecordPosition: StudyEvent] = [:]
    private(set) var records: [InboundRecord] = []
    /// What is left of each study when all its events were seen in order.
    private(set) var wanted: [Pseudonym: Set<String>] = [:]
    /// The most urgent order of each.
    private(set) var ordered: [Pseudonym: Priority] = [:]
    private let key: [UInt8]

    /// - Parameter offsets: where the events stand; gaps are left by markers of transactions, and
    ///   by what was deleted.
    init(
        _ offsets: [TopicPartition: [Int64]], _ content: Content,
        generator: inout SimulationGenerator
    ) throws {
        key = try PseudonymKey(file: nil).bytes
        let decoder = StudyEventDecoder()
        var contents: [Pseudonym: StudyContents] = [:]
        for number in Set(offsets.keys.map(\.partition)).sorted() {
            let places = Self.places(offsets, partition: number, generator: &generator)
            let bodies =
                content == .whole
                ? (0..<places.count).map {
                    Self.part("1.2.\(number + 1).\($0)", series: 1, of: nil, &generator)
                }
                : Self.bodies(
                    places.count, partition: number,
                    ordered: Set(places.map(\.topic)).count < 2, generator: &generator)
            for (position, body) in zip(places, bodies) {
                let record = Self.record(Array(body.utf8), at: position)
                records.append(record)
                let event = try decoder.decode(record)
                events[position] = event
                contents[name(of: event), default: StudyContents()].add(event)
                guard event.withdrawal == nil else { continue }
                ordered[name(of: event)] = min(
                    ordered[name(of: event)] ?? event.priority, event.priority)
            }
        }
        for (study, contents) in contents {
            wanted[study] = Set(contents.instances.map(\.uri))
        }
    }

    /// Where the events of a partition's number stand, those of several topics in turns.
    private static func places(
        _ offsets: [TopicPartition: [Int64]], partition: Int32,
        generator: inout SimulationGenerator
    ) -> [RecordPosition] {
        var left = offsets.keys.sorted().filter { $0.partition == partition }.map { place in
            (offsets[place] ?? []).map {
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

    /// Sends one more event of a study, after all that stands in a partition of its.
    ///
    /// - Returns: where it stands.
    mutating func append(
        _ body: [UInt8], type: String, beside other: InboundRecord, _ cluster: FakeCluster
    ) throws -> RecordPosition {
        let place = other.position.topicPartition
        let record = Self.record(
            body, type: type,
            at: RecordPosition(
                topic: place.topic, partition: place.partition,
                offset: cluster.bounds(of: place).upperBound))
        records.append(record)
        events[record.position] = try StudyEventDecoder().decode(record)
        cluster.append(record)
        return record.position
    }

    func name(of event: StudyEvent) -> Pseudonym { Pseudonym(of: event.study, key: key) }

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
                let body = part(study, series: one, of: series, &generator)
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
        _ study: String, series: Int, of count: Int?, _ generator: inout SimulationGenerator
    ) -> String {
        let instances = (0...generator.below(2)).map {
            "{\"uri\":\"file:///in/\(study)/\(series)/\($0)\",\"series\":\"\(study).\(series)\"}"
        }
        let priority = Priority.allCases[generator.below(4)].rawValue
        return "{\"study\":{\"uid\":\"\(study)\"},\"priority\":\"\(priority)\","
            + (count.map { "\"expected\":{\"series\":\($0)}," } ?? "")
            + "\"instances\":[\(instances.joined(separator: ","))]}"
    }

    private static func record(
        _ body: [UInt8], type: String = WireNames.studyType, at position: RecordPosition
    ) -> InboundRecord {
        InboundRecord(
            position: position, key: nil, value: body,
            headers: [
                RecordHeader("ce_specversion", "1.0"),
                RecordHeader(
                    "ce_id", "\(position.topic)-\(position.partition)-\(position.offset)"),
                RecordHeader("ce_source", "urn:test"),
                RecordHeader("ce_type", type),
            ], timestamp: nil)
    }
}
