internal import KafkaTransport
internal import Processes
internal import VigilCore
internal import WorkerCore

/// A transaction that is made while the transport thread takes records in.
struct TransactionUnderway: ~Copyable {
    /// Its findings say what their studies are charged.
    let plan: LockedCore.Core.TransactionPlan
    let accounts: EnergyAccounts.Settlement
    /// What the audit log gets of it; nil where none is kept.
    let page: AuditPage?
    /// The making of it.
    let call: ProducerCall

    /// Lets the thread have what only one owner can.
    private final class Member: Sendable {
        let group: GroupMetadata

        init(_ group: consuming GroupMetadata) {
            self.group = group
        }
    }

    /// Begins a transaction.
    ///
    /// - Parameter group: the consumer's, of this moment.
    init(
        _ plan: LockedCore.Core.TransactionPlan, _ accounts: EnergyAccounts.Settlement,
        page: AuditPage?, publisher: OutcomePublisher, producer: WorkerProducer,
        group: consuming GroupMetadata, energy: EnergyAccounts
    ) {
        let member = Member(group)
        let plan = accounts.charged(plan)
        self.plan = plan
        self.accounts = accounts
        self.page = page
        call = producer.begin { (producer) throws(KafkaError) in
            let begun = energy.beginPublishing()
            defer { energy.endPublishing(begun) }
            try publisher.publish(
                plan, accounts: accounts, page: page, with: producer, group: member.group)
        }
    }

    /// Its end: committed, or the first error, after which it may be open.
    consuming func end() -> Result<Void, KafkaError> { call.end() }
}
