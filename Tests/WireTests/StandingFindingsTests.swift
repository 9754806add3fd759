import Testing
import VigilCore
import Wire

/// What a recall finds among the records of topics of findings.
struct StandingFindingsTests {
    private static let topic = "findings.v2"

    /// A record of a study's finding, as it stands at an offset.
    private func record(
        _ finding: Finding, at offset: Int64, time: Int64 = 0, topic: String = topic,
        partition: Int32 = 0
    ) throws -> InboundRecord {
        let isV1 = topic != Self.topic
        let made = FindingEncoder(topic: Self.topic, topicV1: topic)
            .records(finding, time: Samples.time(time))
        let told = try #require(isV1 ? made.last : made.first)
        return InboundRecord(
            position: RecordPosition(topic: topic, partition: partition, offset: offset),
            key: told.key, value: told.value, headers: told.headers, timestamp: nil)
    }

    private func finding(
        _ uid: String = "1.2.3", _ change: (inout Finding) -> Void = { _ in }
    ) throws -> Finding {
        var finding = try Samples.finding()
        let study = try #require(DicomUID(uid))
        finding.subject = try Finding(
            findingID: finding.findingID, study: study, pseudonym: Samples.pseudonym(uid),
            cause: finding.cause, priority: finding.priority, urgency: nil, reasons: [],
            decision: finding.decision, assessed: nil, instances: [], run: finding.run
        ).subject
        change(&finding)
        return finding
    }

    private func makings(_ change: (inout FindingMakings) -> Void) -> FindingMakings {
        var makings = FindingMakings()
        change(&makings)
        return makings
    }

    private static let asked: [(name: String, FindingMakings, fits: Bool)] = {
        func one(
            _ name: String, fits: Bool, _ change: (inout FindingMakings) -> Void
        ) -> (String, FindingMakings, Bool) {
            var makings = FindingMakings()
            change(&makings)
            return (name, makings, fits)
        }
        return [
            one("model", fits: true) { $0.model = Samples.digest("model") },
            one("adapter", fits: true) { $0.model = Samples.digest("probe") },
            one("another model", fits: false) { $0.model = Samples.digest("other") },
            one("preprocessing", fits: true) { $0.preprocessing = Samples.digest("manifest") },
            one("another preprocessing", fits: false) {
                $0.preprocessing = Samples.digest("model")
            },
            one("policy", fits: true) { $0.policy = Samples.digest("policy") },
            one("calibration that was asked", fits: true) {
                $0.calibration = Samples.digest("calibration")
            },
            one("calibration that answered", fits: true) {
                $0.calibration = Samples.digest("answering")
            },
            one("all", fits: true) {
                $0.model = Samples.digest("model")
                $0.policy = Samples.digest("policy")
            },
            one("one of two", fits: false) {
                $0.model = Samples.digest("model")
                $0.policy = Samples.digest("other")
            },
            one("the time of the decision", fits: true) { $0.since = Samples.time(262) },
            one("a later time", fits: false) { $0.since = Samples.time(263) },
        ]
    }()

    @Test("a finding fits by each digest that it was made by, and by all that are asked for")
    func fits() throws {
        var finding = try finding()
        finding.assessed?.findings[1] = Finding.Result(
            code: "effusion", label: "Effusion", probability: 0.1, logitDifference: nil,
            threshold: 0.4, answer: .notFlagged,
            calibrated: Finding.Calibrated(
                digest: Samples.digest("answering"), stratum: nil, probability: nil,
                guarantee: nil), evidence: nil)
        for (name, makings, fits) in Self.asked {
            #expect(makings.fit(finding) == fits, "\(name)")
        }
    }

    @Test("nothing fits of a study that was not assessed, and all where no time is told")
    func edges() throws {
        var finding = try finding()
        let model = makings { $0.model = Samples.digest("model") }
        finding.decision.decidedAt = nil
        #expect(
            makings {
                $0.model = Samples.digest("model")
                $0.since = Samples.time(9000)
            }.fit(finding))
        #expect(model.fit(finding))
        finding.assessed = nil
        #expect(!model.fit(finding))
    }

    @Test("of each study the newest record alone stands, whatever made it")
    func newest() throws {
        let other = try finding { $0.assessed?.model = self.model("other") }
        let mine = try finding()
        var standing = StandingFindings(by: makings { $0.model = Samples.digest("model") })
        standing.take(try record(mine, at: 4))
        standing.take(try record(try finding("1.2.4"), at: 5, partition: 1))
        #expect(standing.found.map(\.position.offset) == [4, 5])
        standing.take(try record(other, at: 9))
        #expect(standing.found.map(\.study.sensitiveValue) == ["1.2.4"])
        standing.take(try record(mine, at: 12))
        #expect(Set(standing.found.map(\.position.offset)) == [5, 12])
        let found = try #require(standing.found.first { $0.position.offset == 12 })
        #expect(found.digest == mine.deterministicDigest && found.finding == mine.findingID)
        #expect(found.decided == Samples.time(262) && found.priority == .stat)
        #expect(standing.studies == 2 && standing.records == 4)
    }

    private func model(_ text: String) -> Finding.Model {
        Finding.Model(
            name: text, digest: Samples.digest(text), family: "clip", precision: "fp32",
            isValidated: true, trainedOn: nil, intendedUse: "A test", adapters: [])
    }

    @Test("version 1 stands where nothing newer was said, and is not told twice")
    func versions() throws {
        let mine = try finding()
        let model = makings { $0.model = Samples.digest("model") }
        for isFirst in [true, false] {
            var standing = StandingFindings(by: model)
            let (old, new) = try (record(mine, at: 0, topic: "v1"), record(mine, at: 7))
            for one in isFirst ? [old, new] : [new, old] { standing.take(one) }
            #expect(standing.found.map(\.position.topic) == [Self.topic])
        }
        var standing = StandingFindings(by: model)
        standing.take(try record(mine, at: 1, time: 500, topic: "v1"))
        #expect(standing.found.map(\.position.topic) == ["v1"])
        standing.take(try record(try finding { $0.assessed?.model = self.model("b") }, at: 0))
        // A worker of the last release has revised what this one had said.
        #expect(standing.found.map(\.position.topic) == ["v1"])
        standing.take(
            try record(try finding { $0.assessed?.model = self.model("b") }, at: 2, time: 501))
        #expect(standing.found.isEmpty)
    }

    @Test("what cannot be read is told as long as it is the newest of its study")
    func unreadable() throws {
        var standing = StandingFindings(by: makings { $0.model = Samples.digest("model") })
        let mine = try record(try finding(), at: 1)
        standing.take(mine)
        let place = RecordPosition(topic: Self.topic, partition: 0, offset: 2)
        standing.take(
            InboundRecord(
                position: place, key: mine.key, value: Array("{".utf8), headers: [],
                timestamp: nil))
        #expect(standing.found.isEmpty && standing.unreadable == [place])
        standing.take(try record(try finding(), at: 3))
        #expect(standing.found.count == 1 && standing.unreadable.isEmpty)
        // A tombstone takes back, and a finding under another study's key is none.
        standing.take(
            InboundRecord(
                position: RecordPosition(topic: Self.topic, partition: 0, offset: 4),
                key: mine.key, value: nil, headers: [], timestamp: nil))
        #expect(standing.found.isEmpty && standing.unreadable.isEmpty)
        standing.take(
            InboundRecord(
                position: RecordPosition(topic: Self.topic, partition: 0, offset: 5), key: [1],
                value: mine.value, headers: [], timestamp: nil))
        #expect(standing.found.isEmpty && standing.unreadable.count == 1)
    }
}
