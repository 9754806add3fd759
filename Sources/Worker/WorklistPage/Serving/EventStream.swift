internal import HTTPServer
internal import VigilCore

/// One reader's stream of server-sent events. The id of an event names this process and the number
/// of the last change that the reader then has: who was cut off names it and gets each later
/// change once. Used by the server's thread alone.
final class EventStream: HTTPStream {
    /// Rows that are sent at a time, in bytes.
    private static let bytesMax = 256 * 1024
    /// How often what is told besides the rows is told, at most and at least.
    private static let statusPause = Duration.seconds(1)
    private static let statusPatience = Duration.seconds(10)

    private let board: WorklistBoard
    private let clock: any VigilClock
    private let status: @Sendable () -> JSONValue
    private var after: UInt64 = 0
    /// Whether the reader is to forget what it has.
    private var resets = true
    /// Whether it has been told that it has all there was.
    private var isCurrent = false
    private var statusTold: MonotonicTime?
    private var statusText = ""

    /// - Parameters:
    ///   - lastID: what the reader names as the id of its last event; nil: it has none.
    ///   - status: what is told besides the rows.
    init(
        _ board: WorklistBoard, lastID: String?, clock: any VigilClock,
        status: @escaping @Sendable () -> JSONValue
    ) {
        self.board = board
        self.clock = clock
        self.status = status
        if let number = lastID.flatMap({ Self.number($0, of: board.epoch) }) {
            after = number
            resets = false
        }
    }

    /// The number of an id of this process.
    private static func number(_ id: String, of epoch: String) -> UInt64? {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == epoch, parts[1].utf8.count <= 19 else { return nil }
        return UInt64(parts[1])
    }

    func next() -> [UInt8]? {
        if resets {
            resets = false
            after = 0
            isCurrent = false
            return event("reset", id: 0, data: Array("{}".utf8))
        }
        guard let changes = board.changes(after: after, bytesMax: Self.bytesMax) else {
            resets = true
            return next()
        }
        let isNews = !changes.rows.isEmpty || !changes.removed.isEmpty
        after = changes.last
        if isNews || !isCurrent {
            isCurrent = !changes.hasMore
            return rows(changes) + (changes.hasMore ? [] : dueStatus())
        }
        return dueStatus()
    }

    private func rows(_ changes: WorklistTable.Changes) -> [UInt8] {
        var data = Array("{\"more\":\(changes.hasMore),\"rows\":[".utf8)
        for (index, row) in changes.rows.enumerated() {
            if index > 0 { data.append(UInt8(ascii: ",")) }
            data += row
        }
        data += Array("],\"removed\":".utf8)
        data += JSONWriter.bytes(.array(changes.removed.map { .string($0.safeText) }))
        data.append(UInt8(ascii: "}"))
        return event("rows", id: changes.last, data: data)
    }

    /// The status, if it has changed or is to show that the stream lives.
    private func dueStatus() -> [UInt8] {
        let now = clock.monotonic()
        if let told = statusTold, now - told < Self.statusPause { return [] }
        let status = status()
        var timeless = status.objectValue ?? JSONObject()
        timeless["now"] = nil
        let text = JSONWriter.text(.object(timeless))
        if let told = statusTold, text == statusText, now - told < Self.statusPatience { return [] }
        statusTold = now
        statusText = text
        return event("status", id: nil, data: JSONWriter.bytes(status))
    }

    /// One event. JSON has no line break, so that its data is one line.
    private func event(_ name: StaticString, id: UInt64?, data: [UInt8]) -> [UInt8] {
        let id = id.map { "id: \(board.epoch)-\($0)\n" } ?? ""
        return Array("\(id)event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }
}
