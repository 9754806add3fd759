internal import Processes
internal import Reporting
internal import Settings
internal import Telemetry
internal import VigilCore
internal import WorkerCore

/// The thread that has a site's own generator say what stands in the drafts of findings. A finding
/// waits here, between the model and publishing, where no other thread waits with it.
struct GeneratorStage: Sendable {
    private let desk: GeneratorDesk
    private let drafts: ReportDrafts
    private let work: LockedCore
    private let clock: any VigilClock
    private let timeout: Duration

    /// - Parameter program: the generator.
    init(
        _ program: GeneratorProgram, drafts: ReportDrafts, timeout: Duration, work: LockedCore,
        clock: any VigilClock, telemetry: Telemetry
    ) {
        self.drafts = drafts
        self.timeout = timeout
        self.work = work
        self.clock = clock
        desk = GeneratorDesk(program, wakeUp: work.drafting, clock: clock) { fault, isEnded in
            telemetry.emit(
                GeneratorFailed(
                    SafeText(fixedMessage: fault.rawValue), isEnded: isEnded, what: fault.what,
                    remedy: fault.remedy))
        }
    }

    /// Runs until the work ends.
    func run() { desk.run { work.ended == nil } }

    /// Takes a study's outcome, to finish it when the generator has answered or its time is over:
    /// findings go on in the order in which they came.
    ///
    /// - Returns: false for one that nothing is to be asked about.
    func take(_ outcome: StudyOutcome, of study: StudyInFlight) -> Bool {
        guard case .finding(let finding, _, _, _) = outcome,
            let request = drafts.request(of: finding)
        else { return false }
        let until = min(clock.monotonic() + timeout, study.deadline)
        desk.ask(request, until: until) { [work, clock] offer in
            let now = clock.monotonic()
            work.decide { $0.finish(study.ticket, outcome: outcome.offered(offer), now: now) }
            work.transport.signal()
        }
        return true
    }
}
