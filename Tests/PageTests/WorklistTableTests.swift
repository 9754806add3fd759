import Testing
import VigilCore

@testable import WorklistPage

/// What the page keeps of the topic, without Kafka and without a browser.
struct WorklistTableTests {
    private func later(_ seconds: Int) -> Timestamp {
        MadeRecord.time.later(by: .seconds(seconds))
    }

    private func numbers(_ changes: WorklistTable.Changes?) throws -> [Int] {
        try (changes?.rows ?? []).map {
            try #require(try JSONParser.parse($0)["number"]?.intValue)
        }
    }

    @Test("rows stand by priority, then by deadline, then by who waits longest")
    func order() {
        var scene = TableScene()
        scene.take(MadeRecord.make(1, published: later(1)))
        scene.take(MadeRecord.make(2))
        scene.take(MadeRecord.make(3, deadline: later(500)))
        scene.take(MadeRecord.make(4, ordered: .urgent, deadline: later(900)))
        scene.take(MadeRecord.make(5, ordered: .urgent, deadline: later(300)))
        scene.take(MadeRecord.make(6, effective: .stat))
        let rows = (1...6).compactMap { scene.row($0) }.sorted { $0.precedes($1) }
        #expect(rows.map(\.study) == [6, 5, 4, 3, 2, 1].map(MadeRecord.pseudonym))
    }

    @Test("a study's newer record stands instead of the older, in whatever order both come")
    func revisions() {
        var scene = TableScene()
        let second = MadeRecord.make(1, effective: .stat, revision: 2, published: later(5))
        scene.take(second, offset: 9)
        scene.take(MadeRecord.make(1, revision: 1), offset: 4)
        #expect(scene.row(1)?.version.revision == 2 && scene.row(1)?.effective == .stat)
        scene.take(MadeRecord.make(1, revision: 3, published: later(9)), offset: 12)
        #expect(scene.row(1)?.version.revision == 3 && scene.table.count == 1)
        // Of a topic that was made anew the offsets begin anew.
        scene.take(MadeRecord.make(1, revision: 4, published: later(20)), offset: 0)
        #expect(scene.row(1)?.version.revision == 4)
    }

    @Test("a record that was taken off the topic takes its row away")
    func removal() {
        var scene = TableScene()
        scene.take(MadeRecord.make(1))
        let seen = scene.table.last
        scene.table.remove(MadeRecord.pseudonym(1))
        scene.table.remove(MadeRecord.pseudonym(2))
        let changes = scene.table.changes(after: seen, bytesMax: 1000)
        #expect(scene.row(1) == nil && changes?.removed == [MadeRecord.pseudonym(1)])
    }

    @Test("no row is less urgent than what was ordered, whoever says it and in whatever order")
    func floors() {
        var scene = TableScene()
        let study = MadeRecord.pseudonym(1)
        scene.table.order(.urgent, of: study)
        scene.take(MadeRecord.make(1))
        #expect(scene.row(1)?.effective == .urgent && scene.row(1)?.ordered == .urgent)
        scene.table.order(.stat, of: study)
        #expect(scene.row(1)?.effective == .stat)
        // A person with the right lowered it, and the record that says so came too.
        scene.table.order(.asap, of: study)
        #expect(scene.row(1)?.effective == .asap)
        // The images ask for more than anybody ordered.
        scene.take(MadeRecord.make(1, effective: .stat, revision: 2))
        #expect(scene.row(1)?.effective == .stat && scene.row(1)?.ordered == .asap)
        // A worker that does not know all orders lowers none that is known here.
        scene.take(MadeRecord.make(2, ordered: .stat))
        scene.take(MadeRecord.make(2, ordered: .routine, isKnown: false, revision: 2))
        #expect(scene.row(2)?.effective == .stat)
        scene.take(MadeRecord.make(2, ordered: .routine, isKnown: true, revision: 3))
        #expect(scene.row(2)?.effective == .routine)
    }

    @Test("a table that is full puts out what is least urgent and oldest, and counts it")
    func bounded() {
        var scene = TableScene(studiesMax: 40)
        for study in 1...30 { scene.take(MadeRecord.make(study, published: later(study))) }
        for study in 31...60 { scene.take(MadeRecord.make(study, ordered: .stat)) }
        #expect(scene.table.count <= 40)
        #expect((31...60).allSatisfy { scene.row($0) != nil })
        #expect(scene.row(1) == nil && scene.row(30) != nil)
        #expect(scene.table.hiddenCount == 60 - scene.table.count)
        // A new record of a study that was put out shows it again.
        scene.take(MadeRecord.make(1, ordered: .stat, revision: 2))
        #expect(scene.row(1)?.effective == .stat)
    }

    @Test("what is past its time goes, and comes no more")
    func past() {
        var scene = TableScene(keep: .seconds(3600))
        scene.take(MadeRecord.make(1))
        scene.take(MadeRecord.make(2, published: later(3000)))
        scene.table.expire(now: later(3601))
        #expect(scene.row(1) == nil && scene.row(2) != nil)
        scene.take(MadeRecord.make(1), now: later(3601))
        #expect(scene.row(1) == nil)
    }

    @Test("who names a change gets each later one once, however few bytes come at a time")
    func changes() throws {
        var scene = TableScene()
        for study in 1...50 { scene.take(MadeRecord.make(study % 20)) }
        var (after, seen): (UInt64, [Int]) = (0, [])
        while true {
            let changes = try #require(scene.table.changes(after: after, bytesMax: 3000))
            seen += try numbers(changes)
            #expect(changes.last > after || !changes.hasMore)
            after = changes.last
            if !changes.hasMore { break }
        }
        // Of a study that changed again, the last change alone.
        #expect(seen == Array(31...50))
        #expect(try numbers(scene.table.changes(after: after, bytesMax: 3000)).isEmpty)
        #expect(scene.table.changes(after: 51, bytesMax: 3000) == nil)
    }

    @Test("who has been away for too many removals begins anew")
    func forgotten() throws {
        var scene = TableScene(studiesMax: 20)
        scene.take(MadeRecord.make(1))
        for study in 2...50 {
            scene.take(MadeRecord.make(study))
            scene.table.remove(MadeRecord.pseudonym(study))
        }
        #expect(scene.table.changes(after: 1, bytesMax: 3000) == nil)
        let anew = try #require(scene.table.changes(after: 0, bytesMax: 3000))
        #expect(anew.rows.count == 1 && anew.removed.isEmpty)
        #expect(scene.table.changes(after: scene.table.last - 1, bytesMax: 3000) != nil)
    }

    @Test("a row says nothing that its sender wrote, and not the study's UID")
    func silent() throws {
        var scene = TableScene()
        scene.take(MadeRecord.make(1))
        let json = try #require(scene.table.changes(after: 0, bytesMax: 1)?.rows.first)
        let text = String(decoding: json, as: UTF8.self)
        #expect(!text.contains("Canary") && !text.contains("1.2.826"))
        let row = try JSONParser.parse(json)
        #expect(row["answers"]?.arrayValue?.count == 3)
        #expect(row["answers"]?.arrayValue?.last?["because"]?.arrayValue == ["uncertain"])
        #expect(row["left_out"]?["report"]?.intValue == 1)
        #expect(row["answers"]?.arrayValue?.first?["guarantee"]?["studies"]?.intValue == 300)
    }
}
