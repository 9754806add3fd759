import Testing
import VigilCore
import WorkerCore

@Suite("What the events of a study make of it")
struct StudyContentsTests {
    private func uid(_ text: String) throws -> DicomUID { try #require(DicomUID(text)) }

    private func event(
        _ files: [String], series: String = "1.2.1", priority: Priority = .routine,
        expected: StudyExpectation? = StudyExpectation(), withdrawal: StudyEvent.Withdrawal? = nil,
        sop: String? = nil
    ) throws -> StudyEvent {
        let (study, series) = (try uid("1.2"), try uid(series))
        return StudyEvent(
            id: files.joined(), source: "test", time: nil, traceparent: nil, study: study,
            priority: priority,
            instances: files.map {
                InstanceReference(
                    uri: "file:///" + $0, series: series, sop: sop.flatMap { DicomUID($0) })
            }, expected: expected, withdrawal: withdrawal)
    }

    private func uris(_ contents: StudyContents) -> [String] { contents.instances.map(\.uri) }

    @Test("instances keep the order in which they came, and one that comes twice counts once")
    func twice() throws {
        var contents = StudyContents()
        let changes = try [event(["b", "a"]), event(["a"]), event(["c", "b"])].map {
            contents.add($0)
        }
        #expect(changes == [true, false, true])
        #expect(uris(contents) == ["file:///b", "file:///a", "file:///c"])
    }

    @Test("an instance known by its SOP UID is taken from where it came last, in its old place")
    func corrected() throws {
        var contents = StudyContents()
        contents.add(try event(["a"], sop: "1.2.1.1"))
        contents.add(try event(["b"]))
        let hasChanged = contents.add(try event(["c"], sop: "1.2.1.1"))
        #expect(hasChanged && uris(contents) == ["file:///c", "file:///b"])
    }

    @Test("a study is complete when counts and required series are all there, by the largest claim")
    func complete() throws {
        var contents = StudyContents()
        #expect(!contents.isComplete)
        contents.add(try event(["a"], expected: StudyExpectation(series: 1, instances: 2)))
        #expect(!contents.isComplete)
        contents.add(
            try event(["b"], series: "1.2.2", expected: StudyExpectation(series: 3)))
        #expect(!contents.isComplete && contents.series.count == 2)
        contents.add(
            try event(
                ["c"], series: "1.2.3",
                expected: StudyExpectation(required: [try uid("1.2.3"), try uid("1.2.4")])))
        #expect(!contents.isComplete && contents.missing == 1)
        contents.add(try event(["d"], series: "1.2.4"))
        #expect(contents.isComplete && contents.missing == 0)
    }

    @Test("a withdrawn series goes, a withdrawn study leaves nothing, and both may come again")
    func withdrawn() throws {
        var contents = StudyContents()
        contents.add(try event(["a"], priority: .urgent, expected: StudyExpectation(instances: 9)))
        contents.add(try event(["b"], series: "1.2.2"))
        let gone = try event([], withdrawal: .series([try uid("1.2.1")]))
        let removals = [contents.add(gone), contents.add(gone)]
        #expect(removals == [true, false])
        #expect(uris(contents) == ["file:///b"])
        contents.add(try event(["a"]))
        #expect(uris(contents) == ["file:///b", "file:///a"])
        let isGone = contents.add(try event([], withdrawal: .study))
        #expect(isGone)
        #expect(contents.instances.isEmpty && contents.expected == StudyExpectation())
        #expect(contents.priority == .urgent, "a priority that a person gave was lowered")
        let isBack = contents.add(try event(["a"]))
        #expect(isBack && contents.isComplete)
    }
}
