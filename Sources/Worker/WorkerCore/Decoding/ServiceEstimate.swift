package import VigilCore

/// How long a study takes the worker's stages, as a moving average. Pure.
package struct ServiceEstimate: Sendable, Equatable {
    /// The weight of the newest measurement.
    private static let weight = 0.2

    /// Reading and decoding one study on one thread; nil until one was measured.
    private(set) var decoding: Duration?
    /// The model's time for one study of a batch; nil until one was measured.
    private(set) var inference: Duration?

    /// Nothing measured.
    package init() {}

    mutating func addDecoding(_ duration: Duration) {
        decoding = Self.average(decoding, duration)
    }

    mutating func addInference(_ duration: Duration, studies: Int) {
        guard studies > 0 else { return }
        inference = Self.average(inference, duration / studies)
    }

    /// How long until a study has its outcome that has so many before it; nil until both stages
    /// were measured. The model is the narrow place; what is before it is decoded meanwhile.
    package func wait(behind studies: Int) -> Duration? {
        guard let decoding, let inference else { return nil }
        return decoding + inference * (studies + 1)
    }

    /// The time for one study, as if nothing were done at the same time; nil until both stages
    /// were measured.
    package var work: Duration? { wait(behind: 0) }

    private static func average(_ old: Duration?, _ new: Duration) -> Duration {
        guard let old else { return new }
        return old + (new - old) * weight
    }
}

extension WorkerCore {
    /// Notes how long a study took to read and decode.
    package mutating func noteDecoding(_ duration: Duration) { service.addDecoding(duration) }

    /// Notes how long the model took over so many studies.
    package mutating func noteInference(_ duration: Duration, studies: Int) {
        service.addInference(duration, studies: studies)
    }

    /// How long a study of that rank that is due then has to wait for its outcome behind those that
    /// go first; nil until something was measured.
    func expectedWait(_ priority: Priority, until deadline: MonotonicTime) -> Duration? {
        service.wait(behind: studies.due(priority, noLaterThan: deadline))
    }

    /// How long a study of each priority that came now would wait for its outcome: for those of
    /// more urgent ranks, and those of its own whose deadline is no later. Empty until something
    /// was measured.
    ///
    /// - Parameter allowed: how long each priority may take.
    package func expectedWaits(
        now: MonotonicTime, allowed: (Priority) -> Duration
    ) -> [Priority: Duration] {
        var waits: [Priority: Duration] = [:]
        for priority in Priority.allCases {
            waits[priority] = expectedWait(priority, until: now + allowed(priority))
        }
        return waits
    }
}
