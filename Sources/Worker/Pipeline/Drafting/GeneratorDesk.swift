package import Processes
package import Reporting
internal import Synchronization
package import VigilCore

/// Asks a site's own generator, on a thread of its own, one study after the other. Any thread may
/// hand a study over; that thread is told of what came of it, at the latest when the study's time
/// is over.
package final class GeneratorDesk: Sendable {
    /// A study to ask about.
    struct Question: Sendable {
        let request: GeneratorRequest
        /// When its finding goes out, whatever became of it.
        let until: MonotonicTime
        let answered: @Sendable (GeneratorOffer) -> Void
    }

    private let program: GeneratorProgram
    private let clock: any VigilClock
    private let questions = Mutex<[Question]>([])
    private let wakeUp: WakeUp
    private let tell: @Sendable (GeneratorFault, Bool) -> Void

    /// - Parameters:
    ///   - wakeUp: signalled besides when the thread is to end.
    ///   - tell: called for each study without an answer, and for each end of the program.
    package init(
        _ program: GeneratorProgram, wakeUp: WakeUp, clock: any VigilClock,
        tell: @escaping @Sendable (_ fault: GeneratorFault, _ isEnded: Bool) -> Void
    ) {
        self.program = program
        self.clock = clock
        self.tell = tell
        self.wakeUp = wakeUp
    }

    /// Hands a study over. Never blocks.
    ///
    /// - Parameters:
    ///   - until: when `answered` is called at the latest, but for the time that its thread takes.
    ///   - answered: called once, by the thread of ``run(while:)``.
    package func ask(
        _ request: GeneratorRequest, until: MonotonicTime,
        answered: @escaping @Sendable (GeneratorOffer) -> Void
    ) {
        questions.withLock {
            $0.append(Question(request: request, until: until, answered: answered))
        }
        wakeUp.signal()
    }

    /// Runs the program and asks it, until that is over; then each study left is told that there is
    /// no answer.
    package func run(while goesOn: () -> Bool) {
        var round = GeneratorRound(program, tell: tell)
        while goesOn() {
            wakeUp.drain()
            let taken = questions.withLock { questions in
                defer { questions = [] }
                return questions
            }
            let now = clock.monotonic()
            round.step(taken, now: now)
            // An error of poll(2) ends the wait, and the loop looks again.
            _ = try? WakeUp.wait(
                on: [wakeUp.fileDescriptor] + [round.socket].compactMap { $0 },
                timeout: round.next.map { max(.zero, $0 - now) })
        }
        round.end()
    }
}
