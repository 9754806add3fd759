internal import Glibc
internal import HL7
internal import VigilCore

/// Where the clocks of senders stand that do not say so.
enum HomeZone: Sendable, Equatable {
    /// Minutes ahead of UTC, the whole year.
    case fixed(Int)
    /// This machine's zone, with its summer time.
    case local

    /// Nil for a text that is neither `local` nor an offset.
    init?(_ text: String) {
        if text == "local" {
            self = .local
        } else if let minutes = HL7Time.offset(Array(text.utf8)[...]) {
            self = .fixed(minutes)
        } else {
            return nil
        }
    }

    /// The moment of a time without a zone; nil for one that the system cannot tell.
    func moment(_ time: HL7Time) -> Timestamp? {
        switch self {
        case .fixed(let minutes): time.moment(offset: minutes)
        case .local: Self.local(time.clock)
        }
    }

    /// Of an hour that a clock shows twice either may be meant.
    private static func local(_ clock: Timestamp) -> Timestamp? {
        var seconds = time_t(clock.milliseconds / 1000)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return nil }
        parts.tm_isdst = -1
        let told = mktime(&parts)
        guard told != -1 else { return nil }
        return clock.later(by: .seconds(told - seconds))
    }
}
