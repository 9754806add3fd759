/// Takes the objects of one association, one after the other, on the thread that serves it.
package protocol ObjectTaker: AnyObject {
    /// An object is about to come.
    func begin(_ object: IncomingObject)
    /// Bytes of its data set, lent for the call.
    func take(_ bytes: UnsafeRawBufferPointer)
    /// It has come whole, or never will.
    ///
    /// - Returns: what the sender is told, which it believes: `stored` only when the object would
    ///   be there after a loss of power.
    func end(isWhole: Bool) -> StoreAnswer
}

/// What a sender says of an object before it sends it; nothing of it was checked.
package struct IncomingObject: Sendable {
    package let sopClass: String
    package let sopInstance: String
    package let transferSyntax: String
}

/// What a sender is told of an object (PS3.4 B.2.3).
package enum StoreAnswer: UInt16, Sendable {
    case stored = 0x0000
    /// There is no room: it may be sent again.
    case outOfResources = 0xA700
    /// The object is another than was announced.
    case mismatch = 0xA900
    /// It cannot be read as an instance of a study, or is larger than is taken.
    case notUnderstood = 0xC000
}
