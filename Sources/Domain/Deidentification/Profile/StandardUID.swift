/// UIDs that the standard itself has given: classes, transfer syntaxes, frames of reference (PS3.6
/// annex A).
enum StandardUID {
    private static let root = Array("1.2.840.10008.".utf8)
    private static let frames = Array("1.2.840.10008.1.4.".utf8)
    private static let lengthMax = 32

    /// Whether each value of an attribute has the form of one. Of attributes that name an object
    /// it says nothing: there are makers that have taken this root for their own.
    static func areAll(_ bytes: ArraySlice<UInt8>) -> Bool {
        ValueText.values(bytes).allSatisfy { $0.isEmpty || isOne($0, root) }
    }

    /// Whether one names a frame of reference of the standard's own, such as an atlas of the brain.
    static func isFrame(_ uid: ArraySlice<UInt8>) -> Bool { isOne(uid, frames) }

    private static func isOne(_ uid: ArraySlice<UInt8>, _ root: [UInt8]) -> Bool {
        uid.starts(with: root) && uid.count <= lengthMax
            && uid.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
