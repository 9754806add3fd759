package import VigilCore
package import Wire
package import WorkerCore

/// Puts a study together from its events: those that wait, and those of its earlier findings, which
/// are read again from the topic where they stand. Blocking; any thread.
package struct StudyAssembler: Sendable {
    /// Reads records again, each as it stands in the log, in the order asked for; nil for one that
    /// is gone.
    package typealias PastRecords =
        @Sendable ([RecordPosition]) throws(StageFailure) -> [InboundRecord?]

    /// Events that one study may be made of; with more, its finding would become too large to tell
    /// of them.
    package static let partsMax = 1000

    private let events: StudyEventDecoder
    private let instancesMax: Int
    private let past: PastRecords

    package init(
        events: StudyEventDecoder, instancesMax: Int, past: @escaping PastRecords
    ) {
        self.events = events
        self.instancesMax = instancesMax
        self.past = past
    }

    /// What is to be done for a study.
    package enum Plan: Sendable {
        /// Read these instances.
        case read([InstanceReference], FindingRecord.Revision)
        /// Nothing of the study is left: say so.
        case retract(FindingRecord)
    }

    /// Decides what is to be done. Pure but for the reading of earlier events.
    ///
    /// - Throws: a failure of all the events.
    package func plan(_ assembly: StudyAssembly) throws(StageFailure) -> Plan {
        var (contents, parts) = try earlier(assembly)
        var hasChanged = assembly.history?.isLive != true
        for member in assembly.members {
            let changes = contents.add(member.event)
            if member.event.withdrawal == .study { parts = [] }
            if changes { parts.append(member.origin) }
            hasChanged = hasChanged || changes
        }
        guard hasChanged else { throw StageFailure(.parse, WireError.duplicate) }
        var revision = FindingRecord.Revision(
            number: assembly.history?.nextNumber ?? 1, previous: assembly.history?.digest,
            closing: assembly.closing, isComplete: contents.isComplete,
            series: contents.series.count, expectedSeries: contents.expected.series,
            expectedInstances: contents.expected.instances, missing: contents.missing,
            answers: assembly.members.map(\.answer), parts: parts)
        guard !contents.instances.isEmpty else {
            revision.closing = .withdrawn
            return .retract(assembly.retraction(revision))
        }
        try check(contents, parts)
        return .read(contents.instances, revision)
    }

    /// The contents that a finding was made of.
    ///
    /// - Throws: `part_gone` when they can no longer be read.
    package func contents(
        of parts: [RecordPosition], study: DicomUID
    ) throws(StageFailure) -> StudyContents {
        var contents = StudyContents()
        guard !parts.isEmpty else { return contents }
        try check(parts)
        for record in try past(parts) {
            // A topic that was made anew has other events there.
            guard let record, let event = try? events.decode(record), event.study == study else {
                throw StageFailure(.fetch, WireError.partGone)
            }
            contents.add(event)
        }
        return contents
    }

    private func earlier(
        _ assembly: StudyAssembly
    ) throws(StageFailure) -> (StudyContents, [RecordPosition]) {
        let parts = assembly.history?.parts ?? []
        // What is withdrawn as a whole need not be known.
        guard !assembly.members.contains(where: { $0.event.withdrawal == .study }) else {
            return (StudyContents(), [])
        }
        return (try contents(of: parts, study: assembly.members[0].event.study), parts)
    }

    private func check(
        _ contents: StudyContents, _ parts: [RecordPosition]
    ) throws(StageFailure) {
        guard contents.instances.count <= instancesMax else {
            throw StageFailure(
                .parse,
                WireError.tooManyInstances(
                    count: contents.instances.count, limit: instancesMax))
        }
        try check(parts)
    }

    private func check(_ parts: [RecordPosition]) throws(StageFailure) {
        guard parts.count <= Self.partsMax else {
            throw StageFailure(.parse, WireError.tooManyParts(limit: Self.partsMax))
        }
    }
}
