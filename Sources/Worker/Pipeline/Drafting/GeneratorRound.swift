internal import Glibc
internal import Reporting
internal import VigilCore

/// What the generator's thread does each time that something happened. That thread's alone.
struct GeneratorRound {
    private typealias Question = GeneratorDesk.Question

    /// The study that the program works on.
    private struct Asked {
        /// Nil: its time was over, and its finding has gone.
        var question: Question?
        let name: String
        let until: MonotonicTime
    }

    /// How long after a study's time the program may still work on it.
    private static let hangMax = Duration.seconds(30)
    /// How long it is left alone after it broke down the first time, and at most.
    private static let pause = (first: Duration.milliseconds(250), most: Duration.seconds(60))
    /// How soon a program that took but a part of its request is given more.
    private static let flushPause = Duration.milliseconds(5)

    private let program: GeneratorProgram
    private let tell: @Sendable (GeneratorFault, Bool) -> Void
    private var process: GeneratorProcess?
    private var waiting: [Question] = []
    private var asked: Asked?
    private var count = 0
    /// Breakdowns without an answer between them.
    private var breakdowns = 0
    private var startsAt: MonotonicTime?
    /// Killed and not yet waited for.
    private var ended: [Int32] = []
    private(set) var next: MonotonicTime?

    init(
        _ program: GeneratorProgram, tell: @escaping @Sendable (GeneratorFault, Bool) -> Void
    ) {
        self.program = program
        self.tell = tell
    }

    /// The running program's.
    var socket: Int32? { process?.socket }

    /// Goes on with what there is.
    ///
    /// - Parameter taken: studies that were handed over.
    mutating func step(_ taken: [GeneratorDesk.Question], now: MonotonicTime) {
        waiting += taken
        reap()
        start(now)
        do throws(GeneratorFault) {
            try hear()
            try expire(now)
            try ask(now)
        } catch {
            breakDown(error, now)
        }
        // Whoever waits for a program that gives no answer in time would wait for nothing.
        if process == nil { release(.unavailable) } else if isOverdue { release(.busy) }
        next = nextTime(now)
    }

    /// Ends the program.
    mutating func end() {
        if let question = asked?.question { conclude(question, .fault(.unavailable)) }
        asked = nil
        release(.unavailable)
        drop()
        reap()
    }

    private var isOverdue: Bool {
        guard let asked else { return false }
        return asked.question == nil
    }

    private mutating func start(_ now: MonotonicTime) {
        guard process == nil, startsAt.map({ $0 <= now }) ?? true else { return }
        do throws(GeneratorFault) {
            process = try GeneratorProcess(program)
        } catch {
            breakDown(error, now)
        }
    }

    private mutating func hear() throws(GeneratorFault) {
        guard let process else { return }
        try process.flush()
        while let line = try process.line() {
            guard let asked else { throw .unasked }
            let answer = try GeneratorAnswer(line: line, study: asked.name)
            self.asked = nil
            breakdowns = 0
            if let question = asked.question {
                conclude(
                    question, .answer(GeneratorSentences(answer, of: program.digest)))
            }
        }
        if asked == nil, process.hasMore { throw .unasked }
    }

    private mutating func expire(_ now: MonotonicTime) throws(GeneratorFault) {
        if let question = asked?.question, question.until <= now {
            asked?.question = nil
            conclude(question, .fault(.late))
        }
        for question in waiting where question.until <= now {
            conclude(question, .fault(.late))
        }
        waiting.removeAll { $0.until <= now }
        if let asked, asked.until + Self.hangMax <= now { throw .hung }
    }

    private mutating func ask(_ now: MonotonicTime) throws(GeneratorFault) {
        guard let process, asked == nil, !waiting.isEmpty else { return }
        let question = waiting.removeFirst()
        count += 1
        let name = String(count)
        asked = Asked(question: question, name: name, until: question.until)
        try process.ask(question.request.line(study: name))
    }

    /// Ends a program that is in an unknown state; the study that it worked on has no answer.
    private mutating func breakDown(_ fault: GeneratorFault, _ now: MonotonicTime) {
        tell(fault, true)
        asked?.question?.answered(.fault(fault))
        asked = nil
        drop()
        breakdowns += 1
        let doubled = Self.pause.first * (1 << min(breakdowns - 1, 10))
        startsAt = now + min(doubled, Self.pause.most)
    }

    private mutating func drop() {
        guard let process else { return }
        ended.append(process.end())
        self.process = nil
    }

    /// Takes note of killed programs that have ended.
    private mutating func reap() {
        ended.removeAll { process in
            var state: Int32 = 0
            let found = waitpid(process, &state, WNOHANG)
            return found == process || (found < 0 && errno == ECHILD)
        }
    }

    private mutating func release(_ fault: GeneratorFault) {
        let left = waiting
        waiting = []
        for question in left { conclude(question, .fault(fault)) }
    }

    private func conclude(_ question: Question, _ offer: GeneratorOffer) {
        if case .fault(let fault) = offer { tell(fault, false) }
        question.answered(offer)
    }

    /// When something is due though nothing happens; nil: never.
    private func nextTime(_ now: MonotonicTime) -> MonotonicTime? {
        var times = waiting.map(\.until)
        if let asked {
            times.append(asked.question == nil ? asked.until + Self.hangMax : asked.until)
        }
        if process == nil, let startsAt { times.append(startsAt) }
        if process?.hasUnsent == true { times.append(now + Self.flushPause) }
        if !ended.isEmpty { times.append(now + Self.pause.first) }
        return times.min()
    }
}
