/// Reads server-sent events as a browser does: an event counts once its empty line is there.
struct EventParser {
    struct Event {
        let name: String
        let data: String
    }

    private(set) var events: [Event] = []
    private(set) var lastID: String?
    private var rest: [UInt8] = []

    init(lastID: String? = nil) { self.lastID = lastID }

    /// Takes the next bytes of the stream.
    mutating func take(_ bytes: [UInt8]) {
        rest += bytes
        while let end = rest.firstRange(of: [0x0a, 0x0a]) {
            read(String(decoding: rest[..<end.lowerBound], as: UTF8.self))
            rest.removeSubrange(..<end.upperBound)
        }
    }

    private mutating func read(_ block: String) {
        var (name, data) = ("message", "")
        for line in block.split(separator: "\n") {
            if line.hasPrefix("id: ") { lastID = String(line.dropFirst(4)) }
            if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
            if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
        }
        events.append(Event(name: name, data: data))
    }

    /// Forgets the events that were looked at.
    mutating func clear() { events = [] }
}
