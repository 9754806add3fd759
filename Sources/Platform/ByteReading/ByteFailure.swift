/// Why bytes are not what they should be, and where.
public struct ByteFailure: Error, Hashable {
    /// What stands there.
    public enum Fault: Sendable, Hashable {
        /// Fewer bytes than are asked for.
        case end
        /// A length that is more than is left.
        case length(UInt64)
        /// A number of 7 bits a byte that does not end after ten bytes.
        case endlessNumber
        /// A field of a protocol-buffers message whose number is none.
        case fieldNumber
        /// A field of a wire type that protocol buffers do not have.
        case wireType(UInt64)
    }

    /// What is wrong.
    public let fault: Fault
    /// Counted from the start of all bytes.
    public let offset: Int

    public init(_ fault: Fault, at offset: Int) {
        self.fault = fault
        self.offset = offset
    }
}
