package import VigilCore

/// The headers of a dead letter by the rounds that it went: each failure adds about twenty, and a
/// letter that is replayed again and again would in the end have more than any reader takes. So
/// earlier rounds are folded into one header, and only the latest stands whole.
package struct DeadLetterRounds {
    /// Says how many earlier rounds there were, and of the latest ones when and why each failed.
    package static let foldName = "vigil-earlier-failures"
    /// Says which letter a record was replayed from; the latest replay's stands.
    package static let replayName = "vigil-replay"
    /// Earlier rounds that are told one by one.
    private static let toldMax = 8
    /// A header that says more than this was not written here.
    private static let foldBytesMax = 1 << 10

    /// What the record had of itself.
    private var original: [RecordHeader] = []
    private var rounds: [[RecordHeader]] = []
    private var folded: (count: Int, told: [Substring]) = (0, [])

    /// Takes a record's headers apart. Only a run of headers in the very order of the encoder is a
    /// round, so that names that another program gave stay.
    package init(_ headers: [RecordHeader]) {
        var rest = headers[...]
        while let header = rest.first {
            let length = Self.roundLength(rest)
            if length > 0 {
                rounds.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
                continue
            }
            rest = rest.dropFirst()
            switch header.name {
            case Self.foldName: folded = Self.read(header)
            case Self.replayName: continue
            default: original.append(header)
            }
        }
    }

    /// For a new round to be added: all that were are folded.
    package var foldedWhole: [RecordHeader] { original + fold(rounds[...]) }

    /// For a letter to be replayed: its latest round stays, since the next one counts on from it.
    package var foldedEarlier: [RecordHeader] {
        original + fold(rounds.dropLast()) + (rounds.last ?? [])
    }

    private func fold(_ rounds: ArraySlice<[RecordHeader]>) -> [RecordHeader] {
        guard folded.count > 0 || !rounds.isEmpty else { return [] }
        let (sum, overflows) = folded.count.addingReportingOverflow(rounds.count)
        let told = folded.told.map { String($0) } + rounds.map(Self.told)
        let parts = ["\(overflows ? folded.count : sum)"] + told.suffix(Self.toldMax)
        return [RecordHeader(Self.foldName, parts.joined(separator: ", "))]
    }

    /// When and why a round failed.
    private static func told(_ round: [RecordHeader]) -> String {
        [DeadLetterHeader.lastFailure, .errorCode]
            .map { String((round.text($0) ?? "?").prefix(64)) }.joined(separator: " ")
    }

    private static func read(_ header: RecordHeader) -> (count: Int, told: [Substring]) {
        guard let value = header.value, value.count <= foldBytesMax,
            let text = String(validating: value, as: UTF8.self)
        else { return (0, []) }
        let parts = text.split(separator: ",").map { $0.drop { $0 == " " } }
        guard let count = parts.first.flatMap({ Int($0) }), count > 0 else { return (0, []) }
        return (count, Array(parts.dropFirst().suffix(toldMax)))
    }

    /// How many headers at the front are one round; 0 when none begins there.
    private static func roundLength(_ headers: ArraySlice<RecordHeader>) -> Int {
        let optional: Set<DeadLetterHeader> = [.springTimestamp, .omittedBytes, .omittedDigest]
        var place = headers.startIndex
        for name in DeadLetterHeader.allCases {
            if place < headers.endIndex, headers[place].name == name.rawValue {
                place += 1
            } else if !optional.contains(name) {
                return 0
            }
        }
        return place - headers.startIndex
    }
}
