internal import VigilCore

/// What a status of HTTP means for a delivery. Pure.
enum HTTPVerdict {
    /// Nil: it was carried out.
    static func answer(to status: Int, after pause: Duration?) -> DeliveryAnswer? {
        let code: SafeText = "http_\(status)"
        return switch status {
        case 200...299: nil
        // Who may ask is a matter of the operator's, and passes: nothing is wrong with the record.
        case 401, 403, 407: .unanswered(code)
        // Somebody wrote at the same time, or two resources are one: another attempt sees anew.
        case 408, 409, 412, 423, 425, 429: .busy(code, after: pause)
        case 500...599: .busy(code, after: pause)
        // A server that moved, or an address that is none of it, is for the operator to mend.
        case 300...399, 404, 405: .unanswered(code)
        default: .refused(code)
        }
    }
}
