/// How often a worker began to read a partition at one record and did not get past it. A worker
/// that leaves in order takes its own start back, so what is left are those that died, whatever
/// killed them. It stands in the metadata of the partition's commit for as long as that record is
/// the first one not done.
package struct CrashTally: Sendable, Equatable {
    /// Starts from which on a record is tried alone.
    private static let startsMax = 2
    /// Deaths while it was tried alone, after which it is given up.
    package static let aloneMax = 3

    /// The first record not done, which the counts are about.
    package let offset: Int64
    /// Starts at it, those counted that are under way; no higher than what makes it a suspect.
    package private(set) var starts: Int
    /// Those at which it was worked on alone; one more than ``aloneMax`` once it was given up.
    package private(set) var alone: Int

    /// What is to be done with the record.
    package enum Verdict: Sendable, Equatable {
        /// It is read with the others.
        case clear
        /// It is tried alone.
        case suspect
        /// It is given up: it may be read as an event, but nothing that it names is.
        case condemned
        /// Even that killed a worker: it is given up unread.
        case unreadable
    }

    package init(offset: Int64, starts: Int = 0, alone: Int = 0) {
        self.offset = offset
        self.starts = min(max(starts, 0), Self.startsMax + 1)
        self.alone = min(max(alone, 0), Self.aloneMax + 1)
    }

    /// A record that is tried alone at the next start.
    init(suspectAt offset: Int64) {
        self.init(offset: offset, starts: Self.startsMax)
    }

    /// By the starts before the one under way.
    package var verdict: Verdict {
        if alone > Self.aloneMax { return .unreadable }
        if alone == Self.aloneMax { return .condemned }
        return alone > 0 || starts >= Self.startsMax ? .suspect : .clear
    }

    /// Whether it says nothing against the record.
    package var isEmpty: Bool { starts == 0 && alone == 0 }

    /// With one start more.
    package var started: CrashTally { CrashTally(offset: offset, starts: starts + 1, alone: alone) }

    /// With one more at which the record was worked on alone.
    package var triedAlone: CrashTally {
        CrashTally(offset: offset, starts: starts, alone: alone + 1)
    }

    /// Whether a worker is to stand still before it tries the record again, or gives it up.
    package var wantsStandStill: Bool { (1...Self.aloneMax).contains(alone) }

    /// While a worker stands still before that. No other count has as few starts beside a trial.
    package var standingStill: CrashTally {
        CrashTally(offset: offset, starts: Self.startsMax, alone: alone)
    }

    /// As whoever takes the partition over is to count. A worker that died while it stood still was
    /// killed from outside, and so may those have been that died while they tried the record.
    package var asFound: CrashTally {
        wantsStandStill && self == standingStill ? CrashTally(suspectAt: offset) : self
    }
}

// MARK: In the metadata of a commit

extension CrashTally {
    private static let codes = (startsMax + 2) * (aloneMax + 2)
    /// More digits of zero bits than can stand behind the last done record of a ledger that an
    /// older worker wrote, whose records in flight are bounded.
    private static let padMin = 256
    /// The digits that it takes at most.
    static let padMax = padMin + codes

    private var code: Int { starts + (Self.startsMax + 2) * alone }

    private init(offset: Int64, code: Int) {
        self.init(
            offset: offset, starts: code % (Self.startsMax + 2), alone: code / (Self.startsMax + 2))
    }

    /// What is written behind a bitmap that ends with its last done record: digits of zeros, as
    /// many as tell the counts. Workers from before read them as records that are not done, which
    /// is what they are to do.
    var padding: String { String(repeating: "A", count: Self.padMin + code) }

    /// Reads what ``padding`` wrote behind a bitmap.
    init?(offset: Int64, padding digits: some StringProtocol) {
        let zeros = digits.utf8.reversed().prefix { $0 == UInt8(ascii: "A") }.count
        guard zeros >= Self.padMin, zeros < Self.padMax else { return nil }
        self.init(offset: offset, code: zeros - Self.padMin)
    }

    /// Such as `2.1`, where no bitmap is.
    var text: String { "\(starts).\(alone)" }

    /// Reads ``text``; nil for anything else.
    init?(offset: Int64, text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count == 3, parts.count == 2,
            let starts = Int(parts[0]), (0...Self.startsMax + 1).contains(starts),
            let alone = Int(parts[1]), (0...Self.aloneMax + 1).contains(alone)
        else { return nil }
        self.init(offset: offset, starts: starts, alone: alone)
    }
}
