/// The body of an answer that goes on. Used by the server's own thread alone.
package protocol HTTPStream: AnyObject {
    /// What there is to send now; empty: nothing until ``HTTPService/wake()``; nil: it has ended.
    func next() -> [UInt8]?
}
