import Testing
import VigilCore
import Wire

/// Records of Vigil's own topics that no worker wrote.
struct HostilePositionTests {
    private static let long = String(repeating: "x", count: 3000)

    /// Topics and partitions at which no record can stand.
    static let impossible: [(topic: String, partition: Int32)] = [
        ("", 0), (".", 0), ("..", 0), ("a b", 0), ("a/b", 0), ("ä", 0), (long, 0), ("in", -1),
        ("in", .min),
    ]

    private func record(_ change: (inout Finding.Revision) -> Void) throws -> InboundRecord {
        var finding = try Samples.finding()
        let place = RecordPosition(topic: "in", partition: 0, offset: 7)
        var revision = Finding.Revision(
            number: 2, previous: nil, closing: .late, isComplete: true, series: 1,
            expectedSeries: nil, expectedInstances: nil, missing: 0,
            answers: [Finding.Revision.Answer(event: Samples.cause, position: place)],
            parts: [place])
        change(&revision)
        finding.revision = revision
        return Samples.inbound(FindingEncoder().encode(finding, time: Samples.time(0)))
    }

    @Test("a position at which no record can stand makes its record unreadable")
    func positions() throws {
        #expect(StudyHistory.read(try record { _ in }) != nil)
        for (topic, partition) in Self.impossible {
            let place = RecordPosition(topic: topic, partition: partition, offset: 7)
            let forged = try record { $0.parts = [place] }
            #expect(StudyHistory.read(forged) == nil && StudyHistory.isClaimed(by: forged))
            let note =
                #"{"topic":"\#(topic)","partition":\#(partition),"offset":7,"attempts":1,"#
                + #""first_failure":"2026-11-24T04:18:00Z","due":"2026-11-24T04:19:00Z"}"#
            let again = Samples.inbound(
                value: nil, headers: [RecordHeader("vigil-retry", note)], topic: "in.retry.1")
            let topics = RetryTopics(input: "in", count: 1, firstPause: .seconds(1))
            #expect(topics.note(of: again) == nil)
        }
    }

    @Test("a revision's number beyond all that can be counted is no history, and the next one fits")
    func numbers() throws {
        let greatest = Finding.Revision.numberMax
        for number in [Int.max, Int.max - 1, greatest + 1] {
            #expect(StudyHistory.read(try record { $0.number = number }) == nil)
        }
        let (_, history) = try #require(StudyHistory.read(try record { $0.number = greatest }))
        #expect(history.nextNumber == greatest)
        let headers = [RecordHeader("ce_revision", String(Int.max))]
        let key = Array(String(repeating: "0a", count: 16).utf8)
        #expect(StudyHistory.read(Samples.inbound(value: nil, headers: headers, key: key)) == nil)
    }
}
