import LoopbackKit

/// The body of one answer as it comes in chunks, which its reader may leave anywhere: the
/// connection is cut when this goes.
final class PageConnection {
    private let connection: RawConnection
    private var raw: [UInt8] = []
    private var hasHead = false
    private(set) var status = 0

    init?(port: UInt16, _ request: String) {
        guard let connection = RawConnection(port: port, patience: 30) else { return nil }
        self.connection = connection
        connection.send(request)
    }

    /// The next bytes of a body in chunks, at most so many of them; empty at the end.
    func next(max: Int) -> [UInt8] {
        while true {
            let body = takeBody()
            if !body.isEmpty { return body }
            let piece = connection.receive(max: max)
            if piece.isEmpty { return [] }
            raw += piece
        }
    }

    private func takeBody() -> [UInt8] {
        if !hasHead {
            guard let end = raw.firstRange(of: Array("\r\n\r\n".utf8)) else { return [] }
            let words = String(decoding: raw.prefix(16), as: UTF8.self).split(separator: " ")
            status = words.count > 1 ? Int(words[1]) ?? 0 : 0
            raw.removeSubrange(..<end.upperBound)
            hasHead = true
        }
        guard let line = raw.firstRange(of: Array("\r\n".utf8)),
            let size = Int(String(decoding: raw[..<line.lowerBound], as: UTF8.self), radix: 16),
            raw.count >= line.upperBound + size + 2
        else { return [] }
        let body = Array(raw[line.upperBound..<line.upperBound + size])
        raw.removeSubrange(..<(line.upperBound + size + 2))
        return body
    }
}
