internal import KafkaTransport
internal import Processes
internal import Synchronization
internal import VigilCore

/// Asks whether a followed topic answers and is still the one that was read, on a thread of its own
/// for each question: brokers may take as long as they like over it, and what comes is obeyed
/// meanwhile. Any thread.
final class FeedSurvey: Sendable {
    /// How long brokers may take over one step.
    private static let timeout = Duration.seconds(5)

    /// What was known as it was asked.
    struct Question: Sendable {
        let place: TopicPartition
        /// The offset that is read next.
        let next: Int64
        /// The record before it, where it is to be looked for: a topic that was made anew may have
        /// become as long as the last one.
        let last: RecordFingerprint?
        let asked: MonotonicTime
    }

    /// What brokers say.
    enum Answer: Sendable, Equatable {
        /// It is the same topic, and all that was written before the question ends here.
        case ends(Int64)
        /// It is another one.
        case anew
        /// Nothing that helps.
        case silence
        /// There is no such topic.
        case gone
    }

    private struct State {
        var isAsked = false
        var answer: (Question, Answer)?
    }

    private let survey: Mutex<any TopicSurveying & ~Copyable>
    private let wakeUp: WakeUp
    private let state = Mutex(State())

    /// Makes its client; nothing waits for the broker here.
    ///
    /// - Parameter wakeUp: signalled with each answer.
    init(_ clients: any KafkaClients, wakeUp: WakeUp) throws(KafkaError) {
        survey = Mutex(try clients.makeSurvey())
        self.wakeUp = wakeUp
    }

    /// Asks, unless an earlier question has no answer yet.
    func ask(_ question: Question, on threads: any TransportThreads) {
        let isFree = state.withLock { state in
            defer { state.isAsked = true }
            return !state.isAsked
        }
        guard isFree else { return }
        do throws(ProcessError) {
            let thread = try threads.start { self.answer(question) }
            thread?.detach()
        } catch {
            // Without a thread there is no answer, and in time nothing is raised.
            state.withLock { $0.isAsked = false }
        }
    }

    /// What was answered since the last call.
    func takeAnswer() -> (Question, Answer)? {
        state.withLock { state in
            defer { state.answer = nil }
            return state.answer
        }
    }

    private func answer(_ question: Question) {
        let answer = look(question)
        state.withLock { state in
            state.isAsked = false
            state.answer = (question, answer)
        }
        wakeUp.signal()
    }

    private func look(_ question: Question) -> Answer {
        do throws(KafkaError) {
            return try survey.withLock { (survey) throws(KafkaError) in
                let place = question.place
                guard let bounds = try survey.bounds(of: [place], timeout: Self.timeout)[place]
                else { return .silence }
                guard bounds.upperBound >= question.next else { return .anew }
                guard let last = question.last else { return .ends(bounds.upperBound) }
                let there = try survey.records(
                    at: [place: last.offset], timeout: Self.timeout)[place]
                // What was compacted away is no sign of another topic.
                guard case .record(let found)? = there, found != last else {
                    return .ends(bounds.upperBound)
                }
                return .anew
            }
        } catch {
            return error.isUnknownTopic ? .gone : .silence
        }
    }
}
