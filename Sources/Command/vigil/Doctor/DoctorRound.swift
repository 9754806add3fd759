import Processes
import Synchronization
import VigilCore

/// Runs checks side by side, each on a thread of its own, and waits for none longer than it may
/// take.
struct DoctorRound {
    /// What became of one check.
    struct Outcome: Sendable {
        let group: String
        let check: any DoctorCheck
        let verdict: DoctorVerdict
        /// How long it took; nil of one that was left behind.
        let duration: Duration?
    }

    /// How long all of them may take.
    let timeout: Duration

    /// A check under way.
    private final class Examination: Sendable {
        let end = Latch()
        let result = Mutex<(DoctorVerdict, Duration)?>(nil)

        func run(_ check: any DoctorCheck, _ worker: DoctorCase) {
            let clock = SystemClock()
            let begun = clock.monotonic()
            let verdict: DoctorVerdict
            do { verdict = try check.examine(worker) } catch { verdict = .of(error) }
            result.withLock { $0 = (verdict, clock.monotonic() - begun) }
            end.open()
        }
    }

    /// Their outcomes, in the order of ``DoctorChecks``.
    ///
    /// - Parameter names: of those that are wanted; empty: all.
    func run(_ worker: DoctorCase, names: Set<String>) -> [Outcome] {
        let deadline = SystemClock().monotonic() + timeout
        let begun = DoctorChecks.groups.flatMap { group in
            group.checks.filter { names.isEmpty || names.contains($0.rawValue) }
                .map { (group.name, $0, start($0, worker)) }
        }
        return begun.map { group, check, examination in
            _ = examination.end.wait(until: deadline)
            let (verdict, duration) =
                examination.result.withLock { $0.map { ($0.0, Optional($0.1)) } } ?? (late, nil)
            return Outcome(group: group, check: check, verdict: verdict, duration: duration)
        }
    }

    private func start(_ check: any DoctorCheck, _ worker: DoctorCase) -> Examination {
        let examination = Examination()
        do throws(ProcessError) {
            let thread = try OwnedThread { examination.run(check, worker) }
            // Nothing ends a call of a file system or a library that hangs; the process does.
            thread.detach()
        } catch {
            examination.result.withLock { $0 = (.of(error), .zero) }
            examination.end.open()
        }
        return examination
    }

    private var late: DoctorVerdict {
        .warn(
            "it had not ended after \(timeout)",
            "Give it longer by --timeout, alone by --check; what it asks may hang")
    }
}
