import Testing
import VigilCore

/// The small values: texts, times, identifiers and priorities.
struct ValueTests {
    @Test("a safe text holds literals, numbers and closed values")
    func safeText() {
        let text: SafeText =
            "\(3) of \(Stage.decode) at \(Priority.stat): \(true), \(0.5), \(Duration.seconds(2))"
        #expect(text.text == "3 of decode at stat: true, 0.5, 2.0 s")
        #expect(SafeText(operatorProvided: "x") == SafeText(fixedMessage: "x"))
    }

    @Test("a UID shows itself in no text")
    func hiddenUID() throws {
        let uid = try #require(DicomUID("1.2.3"))
        #expect("\(uid)" == "DicomUID(hidden)")
        #expect(String(reflecting: uid) == "DicomUID(hidden)")
        #expect(uid.sensitiveValue == "1.2.3")
    }

    @Test(
        "well-formed UIDs are taken",
        arguments: [
            "1", "1.2.840.10008.1.1", "2.25.0", "1.02.3", String(repeating: "1", count: 64),
        ])
    func goodUID(text: String) {
        #expect(DicomUID(text)?.sensitiveValue == text)
    }

    @Test(
        "malformed UIDs are refused",
        arguments: [
            "", ".", ".1", "1.", "1..2", "1.2a", "1.2 ", "1.2\0", "1,2", "-1", "1/2", "١.٢",
            String(repeating: "1", count: 65),
        ])
    func badUID(text: String) {
        #expect(DicomUID(text) == nil)
    }

    // Made with Python 3.11's datetime.
    @Test(
        "a time of day is shown in RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (4_102_444_799_999_999, "2099-12-31T23:59:59.999999Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)])
    func timestamp(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
    }

    @Test("times of any size are shown without a trap", arguments: [Int64.min, Int64.max])
    func extremeTimestamp(value: Int64) {
        #expect(!Timestamp(microseconds: value).description.isEmpty)
        #expect(!Timestamp(milliseconds: value).description.isEmpty)
    }

    @Test(
        "what a producer wrote as a record's time can be compared with now",
        arguments: [Int64.min, -9_223_372_036_854_775, 9_223_372_036_854_776, Int64.max])
    func absurdRecordTime(milliseconds: Int64) {
        let now: Int64 = 1_795_493_878_000_000
        let record = Timestamp(milliseconds: milliseconds)
        #expect(now - record.microseconds != 0)
        #expect((record.microseconds < now) == (milliseconds < 0))
    }

    @Test("a moment too far away is the last or first one")
    func farMoments() {
        let now = MonotonicTime(nanoseconds: 1_000_000_000_000)
        // The expiry of an event that never expires: the year 9999, in microseconds.
        let never = Duration.microseconds(253_402_300_799_999_999 - 1_795_493_878_000_000)
        #expect(now + never == MonotonicTime(nanoseconds: .max))
        #expect(now + .seconds(-10_000_000_000) == MonotonicTime(nanoseconds: .min))
        let whole = MonotonicTime(nanoseconds: .max) - MonotonicTime(nanoseconds: .min)
        #expect(whole > .seconds(18_446_744_073))
        #expect(now + .nanoseconds(-5) == MonotonicTime(nanoseconds: 999_999_999_995))
    }

    @Test("the milliseconds of a record's time come back")
    func milliseconds() {
        #expect(Timestamp(milliseconds: 1_795_493_878_123).milliseconds == 1_795_493_878_123)
        #expect(Timestamp(microseconds: 1999).milliseconds == 1)
    }

    @Test("the most urgent priority sorts first")
    func priorities() {
        #expect(Priority.allCases.shuffled().sorted() == [.stat, .urgent, .asap, .routine])
        #expect(Priority(rawValue: "STAT") == nil)
    }

    @Test("a monotonic time and a duration give the later time")
    func monotonic() {
        let start = MonotonicTime(nanoseconds: 5)
        let later = start + .milliseconds(1500)
        #expect(later.nanoseconds == 1_500_000_005)
        #expect(later - start == .milliseconds(1500))
        #expect(start < later)
    }

    @Test("an error reads as what happened and what to do")
    func error() {
        struct Sample: VigilError {
            let code: SafeText = "sample"
            let what: SafeText = "The disk is full"
            let remedy: SafeText = "Free some space"
            let disposition = Disposition.shutDown(.ioError)
        }
        #expect(Sample().description == "The disk is full. Free some space")
    }

    @Test("exit codes are those of sysexits")
    func exitCodes() {
        #expect(ExitCode.usage.rawValue == 64 && ExitCode.config.rawValue == 78)
        #expect(ExitCode.temporary.rawValue == 75 && ExitCode.interrupted.rawValue == 130)
    }
}
