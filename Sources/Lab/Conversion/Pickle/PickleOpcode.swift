internal import VigilCore

/// Names of the operations that may be refused, as Python's pickletools gives them.
enum PickleOpcode {
    private static let names: [UInt8: SafeText] = [
        0x50: "PERSID", 0x51: "BINPERSID", 0x52: "REDUCE", 0x62: "BUILD", 0x63: "GLOBAL",
        0x69: "INST", 0x6F: "OBJ", 0x81: "NEWOBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
        0x8F: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET", 0x92: "NEWOBJ_EX",
        0x93: "STACK_GLOBAL", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
    ]

    /// Whether the operation has a name here.
    static func isKnown(_ opcode: UInt8) -> Bool { names[opcode] != nil }

    /// The operation's name, or its number.
    static func name(_ opcode: UInt8) -> SafeText { names[opcode] ?? "\(Int(opcode))" }
}
