/// The sockets of the open connections, oldest first. Used by the server's own thread alone.
///
/// A client that trickles bytes keeps its connection for as long as it likes, since the library's
/// time limit counts from the last byte. So the newest connection pushes out the oldest: a probe is
/// answered within milliseconds, long before enough others have come after it.
struct ConnectionTable {
    /// The most connections kept; one more pushes out the oldest.
    let countMax: Int
    private var sockets: [Int32] = []

    init(countMax: Int) {
        self.countMax = countMax
    }

    /// Adds a connection and gives the socket to shut down, if there are too many.
    mutating func open(_ socket: Int32) -> Int32? {
        sockets.append(socket)
        return sockets.count > countMax ? sockets.removeFirst() : nil
    }

    /// Forgets a connection that the library closes.
    mutating func close(_ socket: Int32) {
        if let position = sockets.firstIndex(of: socket) { sockets.remove(at: position) }
    }
}
