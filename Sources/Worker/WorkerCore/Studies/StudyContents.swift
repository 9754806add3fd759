package import VigilCore

/// What the events of one study, in their order, make of it. Pure.
package struct StudyContents: Sendable {
    /// Every instance that was named and not withdrawn, in the order in which they came.
    package private(set) var instances: [InstanceReference] = []
    /// What the events say that the study will have.
    package private(set) var expected = StudyExpectation()
    /// Whom the study is of, as far as the events say.
    package private(set) var patient: StudyPatient?
    /// The most urgent of the priorities ordered; nil before the first event.
    package private(set) var priority: Priority?
    private var known: Set<String> = []

    /// Nothing yet.
    package init() {}

    /// Takes the next event in. An instance that was named before, by its SOP Instance UID or else
    /// by its URI, stays in its place; where the URI is another one, the newer holds.
    ///
    /// - Returns: whether it changed what is to be read.
    @discardableResult
    package mutating func add(_ event: StudyEvent) -> Bool {
        priority = min(priority ?? event.priority, event.priority)
        patient = .joined(patient, event.patient)
        switch event.withdrawal {
        case .study:
            instances = []
            known = []
            expected = StudyExpectation()
            return true
        case .series(let series):
            let before = instances.count
            instances.removeAll { $0.series.map { series.contains($0) } ?? false }
            known = Set(instances.map(\.identity))
            return instances.count < before
        case .recall: return false
        case nil:
            if let more = event.expected { expected.add(more) }
            let changes = event.instances.map { add($0) }
            return changes.contains(true)
        }
    }

    private mutating func add(_ instance: InstanceReference) -> Bool {
        if known.insert(instance.identity).inserted {
            instances.append(instance)
            return true
        }
        guard let place = instances.firstIndex(where: { $0.identity == instance.identity }),
            instances[place] != instance
        else { return false }
        instances[place] = instance
        return true
    }

    /// The series named so far.
    package var series: Set<DicomUID> { Set(instances.compactMap(\.series)) }

    /// Required series that are not there.
    package var missing: Int { expected.required.subtracting(series).count }

    /// Whether all that is expected is there.
    package var isComplete: Bool {
        !instances.isEmpty && instances.count >= expected.instances ?? 0
            && series.count >= expected.series ?? 0 && missing == 0
    }
}

extension InstanceReference {
    /// What tells it from the study's other instances.
    fileprivate var identity: String { sop?.sensitiveValue ?? uri }
}
