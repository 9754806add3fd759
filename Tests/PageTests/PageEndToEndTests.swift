import BrokerTestKit
import LoopbackKit
import Testing
import VigilCore
import Wire

/// The program on a real broker, read by a client whose connection is cut again and again.
@Suite(
    .serialized,
    .enabled(if: BuiltPrograms.path("vigil-page") != nil, "\(BuiltPrograms.howToBuild)"),
    .enabled(if: !BrokerKind.available.isEmpty, "\(BrokerKind.demo.howToGet)"),
    .timeLimit(.minutes(10)))
struct PageEndToEndTests {
    private static let cuts = 50

    @Test("over fifty cut connections every study comes, each change once, none below its order")
    func cuts() throws {
        let scene = try PageScene()
        var (reader, lastID): (SeenRows, String?) = (SeenRows(), nil)
        var random = SplitMix64(seed: 3)
        var revisions: [Pseudonym: Int] = [:]
        for round in 1...Self.cuts {
            // New studies, a revision of one, and one that goes.
            var findings = (1...6).map {
                MadeRecord.make(round * 10 + $0, effective: $0 == 1 ? .stat : nil)
            }
            if round > 1 { findings.append(MadeRecord.make((round - 1) * 10 + 2, revision: 2)) }
            try scene.send(findings)
            for finding in findings {
                revisions[finding.pseudonym] = finding.revision?.number
            }
            if round > 1 {
                let gone = MadeRecord.pseudonym((round - 1) * 10 + 3)
                try scene.remove(gone)
                revisions[gone] = nil
            }
            lastID = try scene.read(
                into: &reader, after: lastID, bytesMax: 1 + Int(random.next() % 12_000),
                until: { $0.revisions == revisions })
        }
        let raised = MadeRecord.pseudonym(11)
        try scene.sendOrder(.urgent, of: MadeRecord.pseudonym(14))
        _ = try scene.read(
            into: &reader, after: lastID, bytesMax: .max,
            until: {
                $0.revisions == revisions && $0.effective[MadeRecord.pseudonym(14)] == "urgent"
            })
        #expect(reader.doubled == 0)
        #expect(reader.resets == 1)
        #expect(reader.effective[raised] == "stat")
        scene.stop()
    }

    @Test("a click is published once however often it is sent, and a forged one never")
    func feedback() throws {
        let scene = try PageScene()
        let finding = MadeRecord.make(1)
        try scene.send([finding])
        var reader = SeenRows()
        _ = try scene.read(
            into: &reader, after: nil, bytesMax: .max,
            until: { $0.revisions.count == 1 && $0.status != nil })
        let word = try #require(reader.status?["click_word"]?.stringValue)
        let click: JSONValue = [
            "study": .string(finding.pseudonym.safeText),
            "digest": .string(finding.deterministicDigest.hex), "verdict": "not_there",
            "finding": "pneumothorax", "click": "01234567-89ab-cdef-0123-456789abcdef",
        ]
        #expect(scene.post(click, word: nil).hasPrefix("HTTP/1.1 403"))
        #expect(scene.post(click, word: "guessed").hasPrefix("HTTP/1.1 403"))
        for _ in 0..<3 {
            let answer = scene.post(click, word: word)
            #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("published"), "\(answer)")
        }
        let published = try scene.feedback()
        #expect(Set(published.map(\.id)).count == 1)
        #expect(published.first?.value["verdict"] == "not_there")
        #expect(published.first?.value["study"]?.stringValue == finding.pseudonym.safeText)
        scene.stop()
    }

    @Test("an alarm is told to readers until a person has cleared it")
    func alarms() throws {
        let scene = try PageScene()
        func wait(_ count: Int) throws {
            var reader = SeenRows()
            _ = try scene.read(
                into: &reader, after: nil, bytesMax: .max,
                until: { $0.status?["alarms"]?["count"]?.intValue == count })
            #expect(
                reader.status?["alarms"]?["shown"]?.arrayValue?.count == count,
                "\(String(describing: reader.status))")
        }
        try scene.send([MadeRecord.make(1)])
        try wait(0)
        try scene.raise()
        try wait(1)
        try scene.clear()
        try wait(0)
        scene.stop()
    }

    @Test("the page is one document that asks nobody else, and answers to its own name alone")
    func document() throws {
        let scene = try PageScene()
        let own = "Host: localhost:\(scene.port)\r\n\r\n"
        let page = RawConnection.exchange(scene.port, "GET / HTTP/1.1\r\n\(own)")
        #expect(page.hasPrefix("HTTP/1.1 200") && page.contains("</html>"))
        #expect(page.contains("Content-Security-Policy: default-src 'none'; script-src 'sha256-"))
        #expect(!page.contains("http://") && !page.contains("https://"))
        let foreign = RawConnection.exchange(
            scene.port, "GET / HTTP/1.1\r\nHost: evil.example:\(scene.port)\r\n\r\n")
        #expect(foreign.hasPrefix("HTTP/1.1 421"))
        let put = RawConnection.exchange(scene.port, "PUT /events HTTP/1.1\r\n\(own)")
        #expect(put.hasPrefix("HTTP/1.1 405"))
        let large = RawConnection.exchange(
            scene.port,
            "POST /feedback HTTP/1.1\r\nContent-Length: 100000\r\n\(own)")
        #expect(large.hasPrefix("HTTP/1.1 403"))
        scene.stop()
    }
}
