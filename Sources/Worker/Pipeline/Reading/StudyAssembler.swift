package import VigilCore
package import Wire
package import WorkerCore

/// Puts a study together from its events: those that wait, and those of its earlier findings, which
/// are read again from the topic where they stand. What comes of them decides
/// ``StudyAssembly/plan(after:instancesMax:)``. Blocking; any thread.
package struct StudyAssembler: Sendable {
    /// Reads records again, each as it stands in the log, in the order asked for; nil for one that
    /// is gone.
    package typealias PastRecords =
        @Sendable ([RecordPosition]) throws(StageFailure) -> [InboundRecord?]

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

    /// Decides what is to be done.
    ///
    /// - Throws: a failure of all the events.
    package func plan(_ assembly: StudyAssembly) throws(StageFailure) -> StudyAssembly.Plan {
        let earlier = try contents(
            of: assembly.earlier, study: assembly.members[0].event.study)
        do throws(StudyAssembly.Fault) {
            return try assembly.plan(after: earlier, instancesMax: instancesMax)
        } catch {
            throw StageFailure(.parse, WireError(error))
        }
    }

    /// The contents that a finding was made of.
    ///
    /// - Throws: `part_gone` when they can no longer be read.
    package func contents(
        of parts: [RecordPosition], study: DicomUID
    ) throws(StageFailure) -> StudyContents {
        var contents = StudyContents()
        guard !parts.isEmpty else { return contents }
        do throws(StudyAssembly.Fault) {
            try StudyAssembly.check(parts)
        } catch {
            throw StageFailure(.parse, WireError(error))
        }
        for record in try past(parts) {
            // A topic that was made anew has other events there.
            guard let record, let event = try? events.decode(record), event.study == study else {
                throw StageFailure(.fetch, WireError.partGone)
            }
            contents.add(event)
        }
        return contents
    }
}

extension WireError {
    /// What is said of a study's events that cannot be put together.
    fileprivate init(_ fault: StudyAssembly.Fault) {
        self =
            switch fault {
            case .duplicate: .duplicate
            case .nothingToRecall: .nothingToRecall
            case .tooManyInstances(let count, let limit):
                .tooManyInstances(count: count, limit: limit)
            case .tooManyParts(let limit): .tooManyParts(limit: limit)
            }
    }
}
