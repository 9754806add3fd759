package import VigilCore

extension StudyAssembly {
    /// Events that one study may be made of; with more, its finding would become too large to tell
    /// of them.
    package static let partsMax = 1000

    /// What is to be done for a study.
    package enum Plan: Sendable {
        /// Read these instances, of whom the events say.
        case read([InstanceReference], StudyPatient?, Finding.Revision)
        /// Nothing of the study is left, or what was said of it is recalled: say so.
        case retract(Finding)
    }

    /// Why nothing can be done: a failure of all the events.
    package enum Fault: Error, Sendable, Hashable {
        /// They change nothing of what the study was before.
        case duplicate
        /// What is recalled is not what stands.
        case nothingToRecall
        case tooManyInstances(count: Int, limit: Int)
        case tooManyParts(limit: Int)
    }

    /// Where the events of the study's earlier finding stand, which are to be read again. What is
    /// withdrawn as a whole or recalled need not be known.
    package var earlier: [RecordPosition] {
        members.contains { $0.event.withdrawal == .study || $0.event.recall != nil }
            ? [] : history?.parts ?? []
    }

    /// Decides what is to be done. Pure.
    ///
    /// - Parameter contents: what the events at ``earlier`` make of the study.
    package func plan(
        after contents: StudyContents, instancesMax: Int
    ) throws(Fault) -> Plan {
        if let recall = members.last?.event.recall { return .retract(try recalled(recall)) }
        var (contents, parts) = (contents, earlier)
        var hasChanged = history?.isLive != true
        for member in members {
            let changes = contents.add(member.event)
            if member.event.withdrawal == .study { parts = [] }
            if changes { parts.append(member.origin) }
            hasChanged = hasChanged || changes
        }
        guard hasChanged else { throw .duplicate }
        var revision = revision(of: contents, parts)
        guard !contents.instances.isEmpty else {
            revision.closing = .withdrawn
            return .retract(retraction(revision))
        }
        guard contents.instances.count <= instancesMax else {
            throw .tooManyInstances(count: contents.instances.count, limit: instancesMax)
        }
        try Self.check(parts)
        return .read(contents.instances, contents.patient, revision)
    }

    /// - Throws: when a study is made of more events than it may be.
    package static func check(_ parts: [RecordPosition]) throws(Fault) {
        guard parts.count <= partsMax else { throw .tooManyParts(limit: partsMax) }
    }

    /// That what stands is recalled. What comes later goes on from the same events.
    private func recalled(_ recall: StudyEvent.Recall) throws(Fault) -> Finding {
        guard let history, history.isLive, history.digest == recall.record else {
            throw .nothingToRecall
        }
        return retraction(
            revision(of: StudyContents(), history.parts), because: .recalled,
            parts: history.parts)
    }

    private func revision(of contents: StudyContents, _ parts: [RecordPosition]) -> Finding.Revision
    {
        Finding.Revision(
            number: history?.nextNumber ?? 1, previous: history?.digest, closing: closing,
            isComplete: contents.isComplete, series: contents.series.count,
            expectedSeries: contents.expected.series,
            expectedInstances: contents.expected.instances, missing: contents.missing,
            answers: members.map(\.answer), parts: parts)
    }
}
