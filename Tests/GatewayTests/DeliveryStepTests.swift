import HL7
import Testing
import VigilCore

@testable import Gateway

/// What is done after an attempt.
struct DeliveryStepTests {
    private let schedule = RetrySchedule()

    @Test("pauses double up to the longest, and chance takes half of one at most")
    func pauses() {
        var random = SplitMix64(seed: 7)
        for failures in 0..<100 {
            let doubled = schedule.first * (1 << min(max(failures - 1, 0), 20))
            let whole = min(doubled, schedule.longest)
            for _ in 0..<20 {
                let pause = schedule.pause(after: failures, chance: random.unit())
                #expect(pause >= whole / 2 && pause <= whole)
            }
        }
        #expect(schedule.pause(after: .max, chance: 1) == schedule.longest)
    }

    private func step(
        _ answer: DeliveryAnswer, age: Duration = .zero, failures: Int = 1
    ) -> DeliveryStep {
        DeliveryStep(
            after: answer, failures: failures, age: age, schedule: schedule, chance: 0.5)
    }

    @Test("only what the counterpart has, or will never take, is done with")
    func steps() {
        let day = Duration.seconds(86_400)
        #expect(step(.delivered) == .finish)
        #expect(step(.overtaken, age: day * 9) == .finish)
        #expect(step(.refused("http_400")) == .giveUp("http_400"))
        // Silence is waited for without end: nothing is known of the record.
        for age in [Duration.zero, day, day * 365] {
            guard case .pauseAll = step(.unanswered("http_no_answer"), age: age) else {
                Issue.record("silence of \(age) ends in something else than waiting")
                continue
            }
        }
        guard case .postpone = step(.busy("http_503", after: nil), age: day - .seconds(1)) else {
            Issue.record("a busy counterpart is not asked again")
            return
        }
        #expect(step(.busy("http_503", after: nil), age: day) == .giveUp("http_503"))
        #expect(step(.busy("http_429", after: .seconds(30))) == .pauseAll(.seconds(30)))
        #expect(
            step(.busy("http_429", after: .seconds(86_400))) == .pauseAll(schedule.longest))
    }

    @Test("each status of HTTP means one thing")
    func statuses() {
        for status in 100...599 {
            let answer = HTTPVerdict.answer(to: status, after: nil)
            switch status {
            case 200...299: #expect(answer == nil)
            case 400, 406, 410, 413, 415, 422:
                #expect(answer == .refused("http_\(status)"))
            case 408, 409, 412, 429, 500...599:
                #expect(answer == .busy("http_\(status)", after: nil))
            case 300...399, 401, 403, 404: #expect(answer == .unanswered("http_\(status)"))
            default: #expect(answer != .delivered && answer != .overtaken)
            }
        }
    }

    @Test("an acknowledgement of keeping is none of using, unless that was asked for")
    func acknowledgements() {
        for code in HL7Acknowledgement.Code.allCases {
            let original = HL7Verdict.answer(to: code, wantsCommit: false)
            let enhanced = HL7Verdict.answer(to: code, wantsCommit: true)
            switch code {
            case .applicationAccept:
                #expect(original == .delivered && enhanced == .delivered)
            case .commitAccept: #expect(original == nil && enhanced == .delivered)
            case .applicationError, .commitError:
                guard case .busy? = original else {
                    Issue.record("an error is not tried again")
                    continue
                }
            case .applicationReject, .commitReject:
                guard case .refused? = original else {
                    Issue.record("a refusal is tried again")
                    continue
                }
            }
        }
    }
}
