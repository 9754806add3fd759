import Foundation

/// A test passes on a machine that is slow, loaded or both: nothing that it holds may be how long
/// something took. It counts work instead (bytes allocated, calls, steps), or belongs to
/// `Deploy/bench`. A bound may only keep a wait from lasting for ever, and then it is generous.
enum TimeRules {
    /// Seconds that a bound of waiting has at least.
    static let boundLeast = 30

    /// What measures how long something took.
    private static let measures = [
        "Clock().measure", "clock.measure", "Clock.measure", "clock_gettime(", "getrusage(",
        "DispatchTime", "timeIntervalSince(", ".duration(to: .now", ".duration(to: ContinuousClock",
        "CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID",
    ]

    /// Calls that wait for something which is then required.
    private static let waits = ["exit(", "stop(", "ready(", "await(", "close(", "CommandRun("]

    static func check(_ file: SourceFile) -> [Finding] {
        guard file.isSwift, file.isInTests, file.target != "TidyTests" else { return [] }
        return file.code.enumerated().compactMap { index, line in
            if measures.contains(where: { line.contains($0) }) || isElapsed(line) {
                return Finding(
                    path: file.path, line: index + 1,
                    advice: "no test measures time: count work (CAllocationCount, calls, steps), "
                        + "or move it to Deploy/bench")
            }
            guard let bound = bound(line), bound < boundLeast else { return nil }
            return Finding(
                path: file.path, line: index + 1,
                advice: "a bound of waiting has at least \(boundLeast) seconds")
        }
    }

    /// Whether a mark is taken from the time of a clock; what is left until a deadline is not.
    private static func isElapsed(_ line: String) -> Bool {
        [".now - ", ".now() - "].contains {
            line.contains("Clock" + $0) || line.contains("lock" + $0)
        }
    }

    /// The seconds that a line waits at most, as far as it says so by a literal.
    private static func bound(_ line: String) -> Int? {
        let isDefault = line.contains("within bound: Duration = ")
        guard isDefault || waits.contains(where: { line.contains($0) }) else { return nil }
        for (unit, each) in [(".seconds(", 1000), (".milliseconds(", 1)] {
            for label in ["within: ", "within bound: Duration = "] {
                guard let range = line.range(of: label + unit) else { continue }
                let digits = line[range.upperBound...].prefix { $0.isNumber || $0 == "_" }
                guard let number = Int(digits.filter(\.isNumber)) else { return nil }
                // Looks again and again until its own deadline.
                if line.contains("try?"), unit == ".milliseconds(" { return nil }
                return number * each / 1000
            }
        }
        return nil
    }
}
