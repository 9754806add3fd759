import Testing

/// The rules against measured time in tests and against trapping on numbers from outside, each on
/// what breaks it and on what does not.
struct HonestRuleTests {
    private func lines(
        _ rule: (SourceFile) -> [Finding], _ text: String, path: String
    ) -> [Int] {
        rule(SourceFile(path: path, text: text)).map(\.line)
    }

    @Test(
        "how long something took is found in a test",
        arguments: [
            "let time = clock.measure { work() }", "ContinuousClock().measure { work() }",
            "#expect(ContinuousClock.now - begun < .seconds(60))",
            "#expect(start.duration(to: .now) < .seconds(5))",
            "clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)", "let took = clock.now - begun",
            "#expect(try worker.exit(within: .seconds(2)) == .exit(130))",
            "func stop(within bound: Duration = .seconds(20)) throws {",
            "try worker.stop(within: .milliseconds(29_000))",
            "let run = try CommandRun(arguments, within: .seconds(20))",
        ])
    func measured(line: String) {
        #expect(lines(TimeRules.check, "\n    \(line)", path: "Tests/WireTests/A.swift") == [2])
        #expect(lines(TimeRules.check, line, path: "Sources/Command/vigil/A.swift") == [])
    }

    @Test(
        "a deadline that only bounds a wait is no measured time",
        arguments: [
            "let left = deadline - ContinuousClock.now", "while clock.now < end {",
            "try audit.await(4, within: .seconds(30), worker: worker)",
            "_ = try member.next(within: .milliseconds(50))",
            "try? audit.await(20, within: .milliseconds(200))",
            "#expect(record.age == .seconds(600))", "records += try next(within: left)",
            "let end = ContinuousClock.now + .seconds(60)",
        ])
    func bounds(line: String) {
        #expect(lines(TimeRules.check, line, path: "Tests/WireTests/A.swift") == [])
    }

    @Test("an event that nothing makes is found")
    func emitters() {
        let event = SourceFile(
            path: "Sources/Edge/Telemetry/Events/A.swift",
            text: "package struct A: TelemetryEvent {")
        let maker = SourceFile(
            path: "Sources/Worker/Pipeline/B.swift", text: "telemetry.emit(A(x: 1))")
        let other = SourceFile(path: "Sources/Worker/Pipeline/B.swift", text: "// A(\nBA(x: 1)")
        #expect(EmitterRule.rule(for: [event, maker])(event).isEmpty)
        #expect(EmitterRule.rule(for: [event, other])(event).map(\.line) == [1])
    }

    @Test(
        "a program that cleans up under running threads is found",
        arguments: ["exit(0)", "    exit(code.rawValue)", "guard isReady else { exit(64) }"])
    func programEnd(line: String) {
        #expect(lines(ProgramEndRule.check, line, path: "Sources/Command/vigil/A.swift") == [1])
        #expect(lines(ProgramEndRule.check, line, path: "Sources/Edge/DicomDecoder/A.swift") == [])
        for other in ["_exit(0)", "child.exit(within: bound)", "ProcessEnd.leave(.ok)"] {
            #expect(lines(ProgramEndRule.check, other, path: "Sources/Edge/Wire/A.swift") == [])
        }
    }

    private func outside(_ text: String) -> [Int] {
        lines(OutsideRules.check, text, path: "Sources/Edge/Wire/A.swift")
    }

    @Test(
        "arithmetic, conversions and subscripts on a number from outside are found",
        arguments: [
            "return number + 1", "return 2 * number", "total -= number", "Int(number)",
            "UInt32(number)", "list[number]", "number / size", "number % 7",
        ])
    func trapping(line: String) {
        #expect(outside("func f(number: Outside<Int64>) {\n    \(line)\n}") == [2])
        #expect(outside("guard let number = json[\"a\"]?.outside else { return }\n\(line)") == [2])
        #expect(outside("func f(number: Int) {\n    \(line)\n}") == [])
        let other = line.replacing("number", with: "numbers")
        #expect(outside("func f(number: Outside<Int64>) {\n    \(other)\n}") == [])
    }

    @Test("checked ways out are taken, and no way without bounds or of one's own")
    func ways() {
        let taken = ["within(0...9)", "clamped(to: 0...9)", "adding(1)", "element(of: list)"]
        for way in taken {
            #expect(outside("func f(number: Outside<Int64>) {\n    number.\(way)\n}") == [])
        }
        for way in ["number.within(.min ... .max)", "number.clamped(to: Int64.min...Int64.max)"] {
            #expect(outside(way) == [1])
        }
        #expect(outside("extension Outside {}") == [1])
        #expect(outside("func + (a: Outside<Int>, b: Int) -> Int {") == [1])
        #expect(outside("let count = json[\"count\"]?.intValue") == [1])
        let other = "Sources/Engine/Tokenizers/A.swift"
        #expect(lines(OutsideRules.check, "json.intValue", path: other) == [])
    }
}
