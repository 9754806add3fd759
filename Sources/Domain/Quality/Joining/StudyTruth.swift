internal import VigilCore

/// What is known of one study: its newest records, and what persons said of which record. Two of
/// them unite in any order to the same, and uniting one twice changes nothing; so it does not
/// matter when a verdict comes, how often, or before what.
struct StudyTruth: Sendable {
    /// The newest record of one partition.
    struct Newest: Sendable {
        /// The partition's number.
        let place: Int32
        let offset: Int64
        let published: Timestamp
        /// Nil of what cannot be read, and of no value.
        let digest: Digest?
        /// The number of what it says.
        let row: Int32
    }

    /// What was said of one record.
    struct Said: Sendable {
        /// As whoever said it tells; orders records, and is not believed else.
        let revision: Int
        let record: Digest
        /// Sorted by code.
        var codes: [SaidOfCode]

        static func isBefore(_ first: Said, _ second: Said) -> Bool {
            if first.revision != second.revision { return first.revision > second.revision }
            return second.record.bytes.lexicographicallyPrecedes(first.record.bytes)
        }
    }

    /// What was said of one finding of it.
    struct SaidOfCode: Sendable {
        /// Empty: of the study.
        let code: String
        var words: Set<FindingVerdict.Word>
    }

    /// Of so many records of a study verdicts are kept, the latest by their numbers.
    static let recordsMax = 4
    /// Of so many findings of each, the first by their codes.
    static let codesMax = 64

    /// Nearly always one: a study's records stand in one partition until a topic gets more.
    private(set) var newest: [Newest] = []
    private(set) var said: [Said] = []
    /// Whether more was said than is kept.
    private(set) var isCrowded = false

    init() {}

    init(_ record: Newest) { newest = [record] }

    init(_ verdict: FindingVerdict) {
        said = [
            Said(
                revision: verdict.revision, record: verdict.record,
                codes: [SaidOfCode(code: verdict.code ?? "", words: [verdict.word])])
        ]
    }

    /// Takes in what another one knows.
    mutating func formUnion(_ other: StudyTruth) {
        isCrowded = isCrowded || other.isCrowded
        for record in other.newest { add(record) }
        for part in other.said { add(part) }
    }

    private mutating func add(_ record: Newest) {
        guard let index = newest.firstIndex(where: { $0.place == record.place }) else {
            newest.append(record)
            return
        }
        if newest[index].offset < record.offset { newest[index] = record }
    }

    private mutating func add(_ part: Said) {
        let index = said.firstIndex { !Said.isBefore($0, part) } ?? said.endIndex
        if index < said.endIndex, said[index].record == part.record,
            said[index].revision == part.revision
        {
            for code in part.codes { add(code, at: index) }
            return
        }
        said.insert(part, at: index)
        guard said.count > Self.recordsMax else { return }
        // What is left out was never among the latest, whatever comes: nothing of it is missed.
        said.removeLast()
        isCrowded = true
    }

    private mutating func add(_ part: SaidOfCode, at place: Int) {
        let codes = said[place].codes
        let index = codes.firstIndex { $0.code >= part.code } ?? codes.endIndex
        if index < codes.endIndex, codes[index].code == part.code {
            said[place].codes[index].words.formUnion(part.words)
            return
        }
        said[place].codes.insert(part, at: index)
        guard said[place].codes.count > Self.codesMax else { return }
        said[place].codes.removeLast()
        isCrowded = true
    }

    /// The record that stands: of several partitions' newest the one that was published last.
    func standing(_ places: Interned<TopicPartition>) -> Newest? {
        newest.max {
            ($0.published, places[$0.place]) < ($1.published, places[$1.place])
        }
    }

    /// What persons said of a record's finding; with an empty code, of the study.
    func verdicts(on record: Digest, _ code: String) -> Set<FindingVerdict.Word> {
        said.lazy.filter { $0.record == record }.flatMap(\.codes).filter { $0.code == code }
            .reduce(into: []) { $0.formUnion($1.words) }
    }
}
