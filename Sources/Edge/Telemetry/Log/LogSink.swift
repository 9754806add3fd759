/// Where finished log lines go.
package protocol LogSink: Sendable {
    /// Takes one line without its end. Any thread; must not block for long.
    func write(_ line: String)
}
