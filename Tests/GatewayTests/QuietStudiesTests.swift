import FileKit
import Testing
import VigilCore
import Wire

@testable import Gateway

/// When a study is told of, and how.
struct QuietStudiesTests {
    private func time(_ seconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: seconds * 1_000_000_000)
    }

    @Test("a study is told of once nothing more of it came for so long, the longest quiet first")
    func quiet() {
        var studies = QuietStudies(quiet: .seconds(10))
        studies.note("a", at: time(0))
        studies.note("b", at: time(1))
        studies.note("a", at: time(5))
        #expect(studies.take(at: time(10), max: 9).isEmpty)
        #expect(studies.take(at: time(11), max: 9) == ["b"])
        #expect(studies.take(at: time(15), max: 9) == ["a"])
        #expect(studies.count == 0 && studies.take(at: time(99), max: 9).isEmpty)
    }

    @Test("a study that could not be told of waits, and longer when more of it comes")
    func postponed() {
        var studies = QuietStudies(quiet: .seconds(10))
        studies.postpone("a", until: time(2))
        studies.note("b", at: time(0))
        studies.postpone("b", until: time(2))
        #expect(studies.take(at: time(2), max: 9) == ["a"])
        #expect(studies.take(at: time(9), max: 9).isEmpty)
        #expect(studies.take(at: time(10), max: 9) == ["b"])
    }

    @Test("a study of many instances is told of in parts that brokers take and workers read")
    func parts() throws {
        let instances = (0..<2300).map { number in
            InstanceReference(
                uri: FileURI.text(
                    ofPath: "/data/receivéd/\(String(repeating: "0", count: 100))\(number).dcm"),
                series: DicomUID("1.2.3.4"),
                sop: DicomUID("1.2.3.4.\(number)"))
        }
        let announcement = StudyAnnouncement(
            study: MadeFinding.uid(1), priority: .urgent, instances: instances,
            set: UUIDv5(namespace: .vigil, fields: ["set"]), patient: MadeFinding.pseudonym(7))
        let records = announcement.records(
            topic: WireNames.studyTopic, source: WireNames.gatewaySource, time: MadeFinding.time)
        #expect(records.count == 3)
        #expect(records.allSatisfy { ($0.value?.count ?? .max) < 900_000 })
        let events = try records.map {
            try StudyEventDecoder().decode(
                InboundRecord(
                    position: RecordPosition(topic: $0.topic, partition: 0, offset: 0),
                    key: $0.key, value: $0.value, headers: $0.headers, timestamp: nil))
        }
        #expect(events.flatMap(\.instances) == instances)
        #expect(events.allSatisfy { $0.expected?.instances == 2300 && $0.priority == .urgent })
        #expect(events.allSatisfy { $0.patient == .named(MadeFinding.pseudonym(7)) })
        #expect(Set(events.map(\.id)).count == 3)
        let again = announcement.records(
            topic: WireNames.studyTopic, source: WireNames.gatewaySource, time: MadeFinding.time)
        #expect(again == records)
    }

    @Test("what was never whole goes when the folder is opened, and what was kept stays")
    func folder() throws {
        let place = try TestFolder()
        let folder = try ObjectFolder(place.path + "/objects")
        let study = ObjectFolder.name(of: MadeFinding.uid(1))
        let (bytes, digest) = ([UInt8]("an object".utf8), Digest(of: Array("an object".utf8)))
        let kept = try place.write("objects/incoming/1", bytes)
        try folder.keep(draft: kept, digest: digest, study: study)
        try place.write("objects/incoming/2", bytes)
        let opened = try ObjectFolder(place.path + "/objects")
        #expect(try opened.studies() == [study])
        #expect(try opened.objects(of: study) == [digest])
        #expect(TestFiles.read(opened.path(of: digest, in: study)) == bytes)
        #expect(TestFiles.read(place.path + "/objects/incoming/2") == nil)
        let set = UUIDv5(namespace: .vigil, fields: ["set"])
        #expect(opened.announced(of: study) == nil)
        try opened.mark(set, announcedOf: study)
        #expect(opened.announced(of: study) == set)
        #expect(try opened.objects(of: study) == [digest])
    }
}
