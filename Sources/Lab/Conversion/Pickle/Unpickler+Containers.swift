internal import VigilCore

/// Operations that build tuples, lists and dictionaries.
extension Unpickler {
    mutating func readContainer(_ opcode: UInt8) throws(ConversionError) -> Bool {
        switch opcode {
        case UInt8(ascii: "("): try mark()
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "1"): _ = try popMark()
        case UInt8(ascii: "2"): try push(try top())
        case UInt8(ascii: ")"): try push(.tuple([]))
        case 0x85: try push(.tuple(try pop(1)))
        case 0x86: try push(.tuple(try pop(2)))
        case 0x87: try push(.tuple(try pop(3)))
        case UInt8(ascii: "t"): try push(.tuple(try popMark()))
        case UInt8(ascii: "]"): try push(list: [])
        case UInt8(ascii: "l"): try push(list: try popMark())
        case UInt8(ascii: "}"): try push(dictionary: [])
        case UInt8(ascii: "d"):
            let items = try popMark()
            try push(dictionary: [])
            try append(items, to: try top())
        case UInt8(ascii: "a"):
            let item = try pop(1)
            try append(item, to: try top())
        case UInt8(ascii: "s"):
            let item = try pop(2)
            try append(item, to: try top())
        case UInt8(ascii: "e"), UInt8(ascii: "u"):
            let items = try popMark()
            try append(items, to: try top())
        default: return false
        }
        return true
    }
}
