import HL7
import VigilCore

/// What a port for HL7 gets that is no message, or none that may be used.
enum MalformedMessages {
    /// Bytes by a name of what is wrong with them; on each connection they are all that comes.
    static var all: [(String, [UInt8])] {
        texts.map { ($0, MLLPFrames.framed(Array($1.utf8))) } + raw
            + (1...12).map { ("random \($0)", random(seed: UInt64($0))) }
    }

    private static let header = "MSH|^~\\&|A|B|C|D|20260101||ORU^R01|1|P|2.5.1"

    private static var texts: [(String, String)] {
        let good = MadeMessage.result("M-9")
        return [
            ("empty", ""), ("words", "hello"), ("header alone", "MSH"), ("header cut", "MSH|^~"),
            ("no header", "PID|1||A^^^HOSPITAL\rOBX|1|NM|2524-7^L^LN||1|mmol/L"),
            ("separators alike", "MSH|||||\r"), ("letters as separators", "MSHabcde\r"),
            ("no id", header.replacing("|1|P", with: "||P")),
            ("long id", header.replacing("|1|P", with: "|\(String(repeating: "9", count: 999))|P")),
            ("no type", header.replacing("ORU^R01", with: "")),
            ("other type", header.replacing("ORU^R01", with: "MDM^T02")),
            ("version 3", header.replacing("2.5.1", with: "3.0")),
            ("training", good.replacing("|P|2.5.1", with: "|T|2.5.1")),
            ("debugging", good.replacing("|P|2.5.1", with: "|D|2.5.1")),
            ("other characters", good.replacing("|2.5.1", with: "|2.5.1||||||BIG-5")),
            ("json", "{\"resourceType\":\"Bundle\"}"), ("xml", "<ORU_R01/>"),
            ("many fields", "MSH|^~\\&" + String(repeating: "|", count: 60_000)),
            (
                "many segments",
                header.replacing("|P|", with: "|T|")
                    + String(repeating: "\rA", count: 20_000)
            ),
            (
                "many repetitions",
                header.replacing("|P|", with: "|T|") + "\rPID|||"
                    + String(repeating: "~", count: 50_000)
            ),
            (
                "escapes",
                header.replacing("|P|", with: "|T|") + "\rPID|||"
                    + String(repeating: "\\X", count: 20_000)
            ),
        ]
    }

    private static var raw: [(String, [UInt8])] {
        let text = Array(MadeMessage.result("M-9").utf8)
        return [
            ("no frame", text), ("no end", [0x0b] + text), ("end alone", [0x1c, 0x0d]),
            ("start alone", [0x0b]), ("starts", [UInt8](repeating: 0x0b, count: 60_000)),
            ("endless", [0x0b] + [UInt8](repeating: 0x41, count: 300_000)),
            ("endless outside", [UInt8](repeating: 0x41, count: 300_000)),
            ("zeros", MLLPFrames.framed([UInt8](repeating: 0, count: 60_000))),
            ("http", Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)),
            ("tls", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
            ("utf-16", MLLPFrames.framed([0xff, 0xfe] + text.flatMap { [$0, 0] })),
            (
                "broken utf-8",
                MLLPFrames.framed(
                    Array("\(header)||||||UNICODE UTF-8|".utf8) + [0xc3, 0x28])
            ),
        ]
    }

    private static func random(seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        let bytes = (0..<5000).map { _ in UInt8(random.below(256)) }
        return seed.isMultiple(of: 2) ? MLLPFrames.framed(bytes) : bytes
    }
}
