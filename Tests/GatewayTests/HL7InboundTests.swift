import Context
import HL7
import StudyHeaders
import Testing
import VigilCore
import Wire

/// What is read of messages that come.
struct HL7InboundTests {
    private static func rules(authority: String? = "HOSPITAL") -> HL7Rules {
        HL7Rules(
            authority: authority, priority: { PriorityVocabulary.hl7v2.priority($0) },
            isUsed: { ContextCodes.isUsed($0) })
    }

    private func content(
        _ text: String, _ rules: HL7Rules = HL7InboundTests.rules()
    ) throws -> HL7Content {
        let message = try #require(HL7Message(Array(text.utf8)))
        return HL7Content(message, kind: try HL7Envelope(message).kind(), rules: rules)
    }

    private func fault(_ text: String) throws -> HL7Fault? {
        let message = try #require(HL7Message(Array(text.utf8)))
        do throws(HL7Fault) {
            _ = try HL7Envelope(message).kind()
            return nil
        } catch { return error }
    }

    @Test("a result is read wherever its segments stand, and however they end")
    func asFound() throws {
        let lines = [
            MadeMessage.header("1"), "SFT|x", MadeMessage.person, "PV1|1|I", "ORC|RE||F-1",
            "OBR|1|||LAC", "TQ1|1", "SPM|1|S-1",
            "OBX|1|NM|2524-7^Lactate^LN||4.1|mmol/L|||||F|||202611291130", "NTE|1||words",
        ]
        for end in ["\r", "\n", "\r\n"] {
            for dropped in [[Int](), [1], [3, 7], [4, 5, 6, 7]] {
                let kept = lines.indices.filter { !dropped.contains($0) }.map { lines[$0] }
                let read = try self.content(kept.joined(separator: end))
                let result = try #require(read.results.first)
                #expect(read.results.count == 1 && read.left.isEmpty)
                #expect(result.patient.disclosed == MadeMessage.patient)
                #expect(result.quantity == .init(value: 4.1, unit: "mmol/L"))
                #expect(
                    result.effective.clock == Timestamp(rfc3339: "2026-11-29T11:30:00Z"))
            }
        }
    }

    @Test("each status is a value, a correction or a retraction, and none is taken for another")
    func statuses() throws {
        let expected: [String: ObservationStatus] = [
            "F": .final, "C": .corrected, "A": .amended, "P": .preliminary, "R": .preliminary,
            "D": .enteredInError, "W": .enteredInError,
        ]
        var identities: Set<[String]> = []
        for (code, status) in expected {
            let result = try content(MadeMessage.result("1", status: code)).results.first
            #expect(result?.status == status, "\(code)")
            #expect((result?.quantity == nil) == status.takesBack)
            identities.insert(result?.identity ?? [])
        }
        // What is corrected or taken back is found by its name.
        #expect(identities.count == 1)
        for code in ["", "I", "O", "N", "X", "Z"] {
            #expect(try content(MadeMessage.result("1", status: code)).left == [.noResult: 1])
        }
        // A correction without a number takes the earlier one away all the same.
        let words = try content(MadeMessage.result("1", value: "haemolysed", status: "C"))
        #expect(words.results.first?.status == .enteredInError)
    }

    @Test("numbers are read as they are written, and nothing else is taken for one")
    func values() throws {
        let numbers: [(String, String, Double)] = [
            ("NM", "4.1", 4.1), ("NM", "<0.5", 0.5), ("NM", " 7 ", 7), ("NM", "+3", 3),
            ("SN", "^12", 12), ("SN", "<^0.3", 0.3), ("SN", "=^5", 5),
        ]
        for (type, text, value) in numbers {
            let result = try content(MadeMessage.result("1", value: text, type: type)).results.first
            #expect(result?.quantity?.value == value, "\(type) \(text)")
        }
        let others: [(String, String, HL7Part)] = [
            ("NM", "", .noValue), ("NM", "\"\"", .noValue), ("NM", "4,1", .noValue),
            ("NM", "1e9", .noValue), ("NM", "nan", .noValue), ("NM", "0x10", .noValue),
            ("NM", "4.1~4.2", .noValue), ("SN", "^1^-^5", .noValue), ("SN", "^1^:^64", .noValue),
            ("ST", "4.1", .otherType), ("CWE", "260385009^Negative^SCT", .otherType),
            ("ED", "^AP^^Base64^AAAA", .otherType),
        ]
        for (type, text, part) in others {
            let read = try self.content(MadeMessage.result("1", value: text, type: type))
            #expect(read.results.isEmpty && read.left == [part: 1], "\(type) \(text)")
        }
        #expect(try content(MadeMessage.result("1", unit: "")).left == [.noUnit: 1])
        // Escaped, as some write powers of ten.
        let cells = try content(
            MadeMessage.result("1", code: "6690-2^WBC^LN", unit: "10\\S\\3/uL"))
        #expect(cells.results.first?.quantity?.unit == "10^3/uL")
    }

    @Test("codes are LOINC's in either triplet, or the site's own by its table")
    func codes() throws {
        let second = try content(
            MadeMessage.result("1", code: "LAC^Lactate^L^2524-7^Lactate^LN"))
        #expect(second.results.first?.codings.map(\.code) == ["2524-7"])
        for code in ["LAC^Lactate^L", "2524-7^Lactate", "1234-5^Unused^LN", ""] {
            #expect(try content(MadeMessage.result("1", code: code)).left == [.unknownCode: 1])
        }
        var rules = Self.rules()
        rules.codes[HL7Rules.Code(code: "LAC", table: "L")] = "2524-7"
        rules.units["mmol/l"] = "mmol/L"
        let own = try content(
            MadeMessage.result("1", code: "LAC^Lactate^L", unit: "mmol/l"), rules)
        #expect(own.results.first?.codings.map(\.code) == ["2524-7"])
        #expect(own.results.first?.quantity?.unit == "mmol/L")
    }

    @Test("a patient is whom one authority gives one number, and nobody is guessed")
    func patients() throws {
        func part(_ numbers: String, _ authority: String? = "HOSPITAL") throws -> String {
            let text = MadeMessage.result("1").replacing(
                MadeMessage.person, with: "PID|1||\(numbers)")
            let read = try self.content(text, Self.rules(authority: authority))
            return read.results.first?.patient.disclosed ?? "\(read.left)"
        }
        let none = "\([HL7Part.noPatient: 1])"
        #expect(try part("A^^^OTHER~B^^^HOSPITAL") == "B")
        #expect(try part("B^^^&1.2.3&ISO", "1.2.3") == "B")
        #expect(try part("A^^^OTHER~B", nil) == "A")
        for numbers in ["", "A", "A^^^OTHER", "A^^^HOSPITAL~B^^^HOSPITAL", "Å^^^HOSPITAL", "\"\""] {
            #expect(try part(numbers) == none, "\(numbers)")
        }
        let two = MadeMessage.result("1") + "PID|2||X^^^OTHER\rOBX|1|NM|2524-7^L^LN||9|mmol/L|||||F"
        let read = try self.content(two)
        #expect(read.results.count == 1 && read.left == [.noPatient: 1])
    }

    @Test("times are read to the minute with their zone, and a day alone is none")
    func times() {
        let zoned = HL7Time("20261129113015.25-0330")
        #expect(zoned?.offset == -210)
        #expect(
            zoned?.moment(offset: -210) == Timestamp(rfc3339: "2026-11-29T15:00:15.25Z"))
        #expect(HL7Time("202611291130")?.offset == nil)
        for text in [
            "", "20261129", "2026112911", "202613291130", "202611291160", "20261129113", "x",
            "202611291130+1", "202611291130+9900", "202611291130.", "20261129113000.1.2", "+0100",
        ] {
            #expect(HL7Time(text) == nil, "\(text)")
        }
    }

    @Test("two results of one order and code in one message are two")
    func toldApart() throws {
        let more = "OBX|2|NM|2524-7^Lactate^LN||5.0|mmol/L|||||F|||20261129123000\r"
        let read = try self.content(MadeMessage.result("1") + more)
        #expect(Set(read.results.map(\.identity)).count == 2)
    }

    @Test("an order raises the study that it names, by the most urgent of its codes")
    func orders() throws {
        let study = MadeFinding.uid(1)
        for (code, priority) in [("S", Priority.stat), ("A", .urgent), ("TM30", .stat)] {
            let read = try self.content(MadeMessage.order("1", priority: code, study: study))
            #expect(read.raises.map(\.study) == [study] && read.left.isEmpty)
            #expect(read.raises.first?.priority == priority)
        }
        let omi = [
            MadeMessage.header("1", type: "OMI^O23^OMI_O23"), MadeMessage.person, "ORC|XO|1",
            "TQ1|1||||||||R~S", "OBR|1|1", "IPC|ACC|RP|\(study.sensitiveValue)^VIGIL|SPS",
        ].joined(separator: "\r")
        #expect(try content(omi).raises.first?.priority == .stat)
    }

    @Test("an order that names no study, is ended or asks for nothing sooner raises nothing")
    func ordersLeft() throws {
        let study = MadeFinding.uid(1)
        let cases: [(String, HL7Part)] = [
            (MadeMessage.order("1", study: nil), .noStudy),
            (MadeMessage.order("1", priority: "R", study: study), .notRaised),
            (MadeMessage.order("1", priority: "", study: study), .notRaised),
            (MadeMessage.order("1", priority: "SOON", study: study), .unknownPriority),
            (MadeMessage.order("1", control: "CA", study: study), .notOrdered),
            (MadeMessage.order("1", control: "HD", study: study), .notOrdered),
            (
                MadeMessage.order("1", study: study).replacing("ZDS|1.2", with: "ZDS|x.2"),
                .noStudy
            ),
        ]
        for (text, part) in cases {
            let read = try self.content(text)
            #expect(read.raises.isEmpty && read.left == [part: 1], "\(part)")
        }
    }

    @Test("a message that cannot be used is refused for what is wrong with it")
    func faults() throws {
        func with(_ number: Int, _ text: String) -> String {
            var fields = MadeMessage.header("M-1", rest: "||||||UNICODE UTF-8")
                .split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            fields[number - 1] = text
            return fields.joined(separator: "|")
        }
        #expect(try fault(with(18, "UNICODE UTF-8")) == nil)
        for characters in ["", "ASCII", "8859/1", "8859/15"] {
            #expect(try fault(with(18, characters)) == nil)
        }
        let cases: [(Int, String, HL7Fault)] = [
            (10, "", .noControlID), (10, String(repeating: "x", count: 300), .noControlID),
            (9, "SIU^S12", .otherType), (9, "", .otherType), (12, "3.0", .otherVersion),
            (11, "T", .otherProcessing), (18, "GB 18030-2000", .otherCharacters),
            (18, "UNICODE UTF-16", .otherCharacters),
        ]
        for (number, text, expected) in cases {
            #expect(try fault(with(number, text)) == expected, "\(number) \(text)")
        }
        let latin = Array(with(18, "UNICODE UTF-8").utf8) + [0x7c, 0xe9]
        let message = try #require(HL7Message(latin))
        #expect(throws: HL7Fault.otherCharacters) { try HL7Envelope(message).kind() }
    }

    @Test("answers follow the mode that the sender asks for, and say where an error lies")
    func answers() throws {
        func codes(_ rest: String, _ fault: HL7Fault?) throws -> [String] {
            let text = MadeMessage.header("A\\T\\B", rest: rest)
            let message = try #require(HL7Message(Array(text.utf8)))
            let reply = HL7Reply(
                to: HL7Envelope(message), fault: fault, time: MadeFinding.time)
            return try reply.messages.map { bytes in
                let answer = try #require(HL7Acknowledgement(bytes))
                #expect(answer.message == "A&B")
                let error = HL7Message(bytes)?.first("ERR")
                #expect((error == nil) == (fault == nil))
                if fault == .otherType {
                    #expect(error?[2] == "MSH^1^9" && error?[3].hasPrefix("200^") == true)
                }
                return answer.code.rawValue
            }
        }
        #expect(try codes("", nil) == ["AA"])
        #expect(try codes("", .otherType) == ["AR"])
        #expect(try codes("", .notKept) == ["AE"])
        #expect(try codes("|||AL|NE", nil) == ["CA"])
        #expect(try codes("|||AL|AL", nil) == ["CA", "AA"])
        #expect(try codes("|||AL|AL", .notKept) == ["CE"])
        #expect(try codes("|||ER|NE", nil).isEmpty)
        #expect(try codes("|||ER|NE", .otherType) == ["CR"])
        #expect(try codes("|||NE|SU", nil) == ["AA"])
        #expect(try codes("|||NE|SU", .notKept).isEmpty)
        #expect(HL7Reply(to: nil, fault: .unreadable, time: MadeFinding.time).messages.count == 1)
    }

    @Test("whatever bytes come, they are read or refused, and no result has another patient")
    func changed() {
        let good = [
            MadeMessage.result("1"), MadeMessage.order("2", study: MadeFinding.uid(1)),
        ].map { Array($0.utf8) }
        var random = SplitMix64(seed: 7)
        let marks = Array("|^~\\&\r\n\"".utf8) + [0x0b, 0x1c, 0, 0xff, 0xc3]
        var read = 0
        for turn in 0..<20_000 {
            var bytes = good[turn % 2]
            if turn % 50 == 0 { bytes = (0..<200).map { _ in UInt8(random.below(256)) } }
            for _ in 0...random.below(6) where !bytes.isEmpty {
                let place = random.below(bytes.count)
                switch random.below(4) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(marks[random.below(marks.count)], at: place)
                case 2: bytes[place] = UInt8(random.below(256))
                default: bytes.removeSubrange(place..<min(bytes.count, place + random.below(40)))
                }
            }
            guard let message = HL7Message(bytes) else { continue }
            let envelope = HL7Envelope(message)
            let reply = HL7Reply(to: envelope, fault: nil, time: MadeFinding.time)
            for answer in reply.messages { #expect(HL7Acknowledgement(answer) != nil) }
            guard let kind = try? envelope.kind() else { continue }
            let content = HL7Content(message, kind: kind, rules: Self.rules())
            for result in content.results {
                #expect(bytes.firstRange(of: Array(result.patient.disclosed.utf8)) != nil)
                read += 1
            }
        }
        #expect(read > 1000)
    }
}
