internal import VigilCore

/// Where the files of studies are, by the studies' pseudonyms, in bounded memory: the studies that
/// were heard of first are forgotten first, and counted. Pure.
struct StudyTable {
    /// What is known of one study.
    private struct Known {
        var files: [String] = []
        var bytes = 0
        /// The newest of its places in the queue.
        var turn = 0
    }

    /// No more of a study's files are kept; its header stands in each of them.
    static let filesMax = 512
    /// What a study takes besides its files' names, roughly.
    private static let overhead = 256

    private let bytesMax: Int
    private var studies: [Pseudonym: Known] = [:]
    /// In the order in which studies were heard of last; a study's older places are passed over.
    private var queue: [(study: Pseudonym, turn: Int)] = []
    private var head = 0
    private var turns = 0
    private var bytes = 0
    private var forgotten = 0

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    var count: Int { studies.count }

    /// How many were forgotten since this was asked.
    mutating func takeForgotten() -> Int {
        defer { forgotten = 0 }
        return forgotten
    }

    /// Its files, as they were named; nil: nothing is known of it.
    func files(of study: Pseudonym) -> [String]? { studies[study]?.files }

    /// An event names files of a study; those that it names already stay.
    mutating func note(_ study: Pseudonym, files: [String]) {
        var known = studies[study] ?? Known(bytes: Self.overhead)
        bytes -= studies[study] == nil ? 0 : known.bytes
        for file in files where known.files.count < Self.filesMax && !known.files.contains(file) {
            known.files.append(file)
            known.bytes += file.utf8.count + 16
        }
        turns += 1
        known.turn = turns
        bytes += known.bytes
        studies[study] = known
        queue.append((study, turns))
        while bytes > bytesMax, studies.count > 1 { forgetFirst() }
        if head > 4096, head > queue.count / 2 {
            queue.removeFirst(head)
            head = 0
        }
    }

    private mutating func forgetFirst() {
        while head < queue.count {
            let (study, turn) = queue[head]
            head += 1
            guard let known = studies[study], known.turn == turn else { continue }
            bytes -= known.bytes
            studies[study] = nil
            forgotten += 1
            return
        }
    }
}
