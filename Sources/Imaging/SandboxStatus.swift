internal import DecoderProtocol
package import VigilCore

/// Which protections a decoder process says it has put on.
package struct SandboxStatus: Sendable, Equatable {
    /// Limits on memory, processor time, file size, descriptors, processes, core dumps.
    package let resourceLimits: Bool
    package let noNewPrivileges: Bool
    /// An allow-list of system calls.
    package let seccomp: Bool
    /// A network namespace of its own; needs CAP_SYS_ADMIN, so a worker without it lacks this.
    package let networkNamespace: Bool
    package let parentDeathSignal: Bool
    package let notDumpable: Bool
    /// Entries of the DICOM data dictionary; 0 means that files with implicit types cannot be read.
    package let dictionaryEntries: Int

    init(_ hello: DecoderHello) {
        let active = hello.protections
        resourceLimits = active.contains(.resourceLimits)
        noNewPrivileges = active.contains(.noNewPrivileges)
        seccomp = active.contains(.seccomp)
        networkNamespace = active.contains(.networkNamespace)
        parentDeathSignal = active.contains(.parentDeathSignal)
        notDumpable = active.contains(.notDumpable)
        dictionaryEntries = Int(hello.dictionaryEntries)
    }

    /// The protections as one line for a log or a person.
    package var summary: SafeText {
        """
        limits \(resourceLimits), no-new-privileges \(noNewPrivileges), seccomp \(seccomp), \
        network namespace \(networkNamespace), parent-death signal \(parentDeathSignal), \
        not dumpable \(notDumpable), dictionary entries \(dictionaryEntries)
        """
    }
}
