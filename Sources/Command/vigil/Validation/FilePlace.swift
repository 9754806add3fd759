import VigilCore

/// Where in a text something is amiss, as editors count: both from 1, columns in bytes.
struct FilePlace: Hashable {
    let line: Int
    let column: Int

    /// Nil where the reader does not know, or its own text tells.
    init?(of error: any VigilError, in bytes: [UInt8]) {
        guard let fault = error as? JSONError else { return nil }
        let offset: Int
        switch fault {
        case .syntax(let found), .badText(let found), .numberOutOfRange(let found),
            .duplicateName(let found):
            offset = found
        case .truncated: offset = bytes.count
        case .tooLarge, .tooDeep, .tooManyValues: return nil
        }
        let before = bytes.prefix(max(0, offset))
        line = 1 + before.count { $0 == 0x0a }
        column = before.count - (before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1
    }
}
