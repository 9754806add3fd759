import ClinicalReport
import HL7
import Testing
import VigilCore

/// The messages that are written, and those that are read.
struct HL7MessageTests {
    private func message(
        _ shape: MadeFinding.Shape, name: String = "Doe^Jane", label: String = "Pneumothorax"
    ) throws -> HL7Message {
        let report = MadeStudyFile.report(MadeFinding.make(shape, label: label), name: name)
        return try #require(
            HL7Message(HL7ObservationReport(report, sites: HL7Sites()).bytes))
    }

    @Test("every shape has its segments in order, typed values and its status")
    func shapes() throws {
        let statuses: [MadeFinding.Shape: String] = [.revised: "C", .withdrawn: "W"]
        for shape in MadeFinding.Shape.allCases {
            let message = try message(shape)
            let names = message.segments.map(\.name)
            #expect(names.prefix(3) == ["MSH", "PID", "OBR"])
            #expect(names.dropFirst(3).allSatisfy { ["OBX", "NTE"].contains($0) })
            let observations = message.segments.filter { $0.name == "OBX" }
            for (index, segment) in observations.enumerated() {
                #expect(segment[1] == String(index + 1))
                if segment[2] == "NM" {
                    // A number of version 2 has no exponent.
                    #expect(segment[5].allSatisfy { $0.isNumber || ".-".contains($0) })
                }
                let isNothing = shape == .notAssessed && segment[3].hasPrefix("assessment")
                #expect(segment[11] == (isNothing ? "X" : statuses[shape] ?? "P"))
            }
        }
    }

    @Test("what is abstained or not assessed is written as such, never left out")
    func absent() throws {
        let abstained = try message(.abstained)
        #expect(
            abstained.segments.contains {
                $0[3].hasPrefix("pneumothorax^") && $0[5] == "abstained^abstained^L"
            })
        let unassessed = try message(.notAssessed)
        #expect(unassessed.segments.contains { $0[5].hasPrefix("not_assessed^") })
    }

    @Test("one delivery has one control id, of twenty characters")
    func controlIDs() {
        var seen: [String: Int] = [:]
        for study in 1...300 {
            for revision in 1...3 {
                let report = MadeStudyFile.report(
                    MadeFinding.make(.flagged, study: study, revision: revision))
                let message = HL7ObservationReport(report, sites: HL7Sites())
                #expect(message.controlID.utf8.count == 20)
                #expect(
                    message.controlID == HL7ObservationReport(report, sites: HL7Sites()).controlID)
                seen[message.controlID, default: 0] += 1
            }
        }
        #expect(seen.count == 900)
    }

    @Test("no text of a patient or a model ends a field, a segment or a frame")
    func escapes() throws {
        let hostile = "a|b^c&d~e\\f\rMSH|x\n\u{0b}\u{1c}\rOBX|9\u{e9}\u{1f600}\\X0D\\"
        let message = try message(.flagged, name: hostile, label: hostile)
        #expect(message.segments.filter { $0.name == "MSH" }.count == 1)
        #expect(message.segments.map(\.name).prefix(3) == ["MSH", "PID", "OBR"])
        let labels = message.segments.filter { $0.name == "OBX" }
            .flatMap { $0[3].split(separator: "^").map(String.init) }
        #expect(labels.contains { HL7Text.unescaped($0) == hostile })
    }

    @Test("any text comes back from its escapes")
    func roundTrip() {
        var random = SplitMix64(seed: 3)
        let marks = Array("|^&~\\\r\n\u{0b}\u{1c}aXEF.b\u{e9}0".unicodeScalars)
        for _ in 0..<2000 {
            let scalars = (0..<random.below(40)).map { _ in marks[random.below(marks.count)] }
            let text = String(String.UnicodeScalarView(scalars))
            #expect(HL7Text.unescaped(HL7Text.escaped(text)) == text)
        }
    }

    @Test("messages are read as they are found on the wire")
    func asFound() throws {
        let parts = ["MSH|^~\\&|A|B|C|D|20260101||ACK^R01|9|P|2.5.1", "MSA|AA|ABC"]
        for end in ["\r", "\n", "\r\n", "\r\r\n", ""] {
            let text = parts.joined(separator: end.isEmpty ? "\r" : end) + end
            let answer = try #require(HL7Acknowledgement(Array(text.utf8)))
            #expect(answer.code == .applicationAccept && answer.message == "ABC")
        }
        let other = "MSH#*!?%#A\nERR#x\nMSA#CA#A!E!B\n"
        #expect(HL7Acknowledgement(Array(other.utf8))?.code == .commitAccept)
        // No UTF-8: the old senders' Latin letters.
        #expect(
            HL7Acknowledgement(Array("MSH|^~\\&|".utf8) + [0xe9] + Array("\rMSA|AE|1".utf8)) != nil)
        for text in [
            "", "MSH", "MSH|^~\\&|A", "MSA|AA|1", "MSH|^~\\&|A\rMSA|ZZ|1", "MSH|||||\rMSA|AA",
            "MSHxMSA|AA|1", "\r\nMSA|AA|1", "MSH|^^^^|\rMSA|AA|1",
        ] {
            let answer = HL7Acknowledgement(Array(text.utf8))
            #expect(answer == nil || answer?.message == "")
        }
    }

    @Test("changed answers are read or refused, and none is credited to another message")
    func changed() {
        let good = Array("MSH|^~\\&|A|B|C|D|20260101||ACK^R01|9|P|2.5.1\rMSA|AA|WANTED\r".utf8)
        var random = SplitMix64(seed: 11)
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0...random.below(4) {
                switch random.below(3) {
                case 0 where !bytes.isEmpty: bytes.remove(at: random.below(bytes.count))
                case 1: bytes.insert(UInt8(random.below(256)), at: random.below(bytes.count + 1))
                default:
                    if !bytes.isEmpty {
                        bytes[random.below(bytes.count)] = UInt8(random.below(256))
                    }
                }
            }
            guard let answer = HL7Acknowledgement(bytes) else { continue }
            let isWritten = bytes.firstRange(of: Array("WANTED".utf8)) != nil
            #expect(answer.message != "WANTED" || isWritten)
        }
    }
}
