import Testing
import VigilCore
import WorkerCore

/// Which studies may wait for the next day's energy.
struct DeferralPolicyTests {
    private static let midnight = Timestamp(microseconds: 20_001 * 86_400_000_000)

    @Test("only a routine study that nobody escalated waits for the next day, within its deadline")
    func waiting() {
        let policy = DeferralPolicy(margin: .seconds(3600))
        func may(_ priority: Priority, _ isEscalated: Bool, hours: Int64) -> Bool {
            let deadline = Timestamp(
                microseconds: Self.midnight.microseconds + hours * 3_600_000_000 + 1_000_000)
            let study = DeferralPolicy.Study(
                priority: priority, isEscalated: isEscalated, deadline: deadline,
                work: .seconds(1))
            return policy.mayWait(study, until: Self.midnight, waiting: .zero)
        }
        #expect(may(.routine, false, hours: 1))
        #expect(!may(.routine, false, hours: 0))
        #expect(!may(.routine, true, hours: 9))
        for priority in [Priority.stat, .urgent, .asap] { #expect(!may(priority, false, hours: 9)) }
    }
}
