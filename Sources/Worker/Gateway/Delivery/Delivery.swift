internal import ClinicalReport
internal import VigilCore

/// What a role is to tell its counterpart.
enum Delivery {
    case report(FindingReport)
    /// The topic has no record of the study any more.
    case emptied(Pseudonym)
}

/// A counterpart of one role, used by that role's thread alone. One file a role, in `Roles`.
protocol Counterpart: AnyObject {
    /// Makes one attempt. Blocks, within bounds of its own.
    func attempt(_ delivery: Delivery) -> DeliveryAnswer
}
