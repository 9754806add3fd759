/// The first message of a decoder: which protections it has put on, and whether it can work.
package struct DecoderHello: Sendable, Equatable {
    /// Length of the encoded form in bytes.
    package static let encodedLength = 24
    private static let magic: UInt32 = 0x4948_4756  // "VGHI"

    /// Protections, one bit each.
    package struct Protections: OptionSet, Sendable, Equatable {
        package let rawValue: UInt16

        package init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// Memory, processor time, file size, descriptors, processes and core dumps are limited.
        package static let resourceLimits = Protections(rawValue: 1)
        /// No program can give the process rights (`PR_SET_NO_NEW_PRIVS`).
        package static let noNewPrivileges = Protections(rawValue: 2)
        /// A system call that is not on the list fails with EPERM.
        package static let seccomp = Protections(rawValue: 4)
        /// A network namespace of its own, without any interface that is up.
        package static let networkNamespace = Protections(rawValue: 8)
        /// The kernel ends the decoder when the worker's thread ends.
        package static let parentDeathSignal = Protections(rawValue: 16)
        /// No other process of the same user may look into its memory (`PR_SET_DUMPABLE`).
        package static let notDumpable = Protections(rawValue: 32)
        /// Landlock denies it every file, whatever system call asks for it.
        package static let landlock = Protections(rawValue: 64)
        /// Landlock denies it signals to other processes (Linux 6.12).
        package static let signalScope = Protections(rawValue: 128)
        /// It runs as a user of its own, since the worker runs as root.
        package static let ownUser = Protections(rawValue: 256)
    }

    /// The protections that are on.
    package var protections: Protections
    /// Entries of the DICOM data dictionary; 0 means that none was found.
    package var dictionaryEntries: UInt32
    /// Bytes of address space the decoder allows itself.
    package var memoryLimit: UInt64

    package init(protections: Protections, dictionaryEntries: UInt32, memoryLimit: UInt64) {
        self.protections = protections
        self.dictionaryEntries = dictionaryEntries
        self.memoryLimit = memoryLimit
    }

    /// The 24 bytes for the wire.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.put(Self.magic)
        writer.put(DecodeRequest.version)
        writer.put(protections.rawValue)
        writer.put(dictionaryEntries)
        writer.put(UInt32(0))
        writer.put(memoryLimit)
        return writer.bytes
    }

    /// Reads the encoded form; nil when it is another message or version.
    package init?(encoded bytes: [UInt8]) {
        guard bytes.count == Self.encodedLength else { return nil }
        var reader = FieldReader(bytes)
        guard reader.take(UInt32.self) == Self.magic,
            reader.take(UInt16.self) == DecodeRequest.version
        else { return nil }
        protections = Protections(rawValue: reader.take())
        dictionaryEntries = reader.take()
        _ = reader.take(UInt32.self)
        memoryLimit = reader.take()
    }
}
