internal import DecoderProtocol
package import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

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

    /// Landlock denies every file.
    package let landlock: Bool
    /// Landlock denies signals to others.
    package let signalScope: Bool
    /// A user of its own; not tried unless this process is root.
    package let ownUser: Bool
    /// Whether this process is root.
    private let isRoot: Bool

    init(_ hello: DecoderHello) {
        let active = hello.protections
        resourceLimits = active.contains(.resourceLimits)
        noNewPrivileges = active.contains(.noNewPrivileges)
        seccomp = active.contains(.seccomp)
        networkNamespace = active.contains(.networkNamespace)
        parentDeathSignal = active.contains(.parentDeathSignal)
        notDumpable = active.contains(.notDumpable)
        landlock = active.contains(.landlock)
        signalScope = active.contains(.signalScope)
        ownUser = active.contains(.ownUser)
        dictionaryEntries = Int(hello.dictionaryEntries)
        isRoot = geteuid() == 0
    }

    /// Every protection by its name as metrics have it, and whether it is on.
    package var protections: [(name: SafeText, isOn: Bool)] {
        [
            ("seccomp", seccomp), ("resource_limits", resourceLimits),
            ("no_new_privileges", noNewPrivileges), ("parent_death_signal", parentDeathSignal),
            ("not_dumpable", notDumpable), ("own_user", ownUser), ("landlock", landlock),
            ("signal_scope", signalScope), ("network_namespace", networkNamespace),
        ]
    }

    /// The names of those that every machine can give and that are not on; nil when all are.
    ///
    /// Landlock and a network of its own are behind seccomp, and not every kernel and user has
    /// them.
    package var missing: SafeText? {
        let needed = protections.prefix(isRoot ? 6 : 5).filter { !$0.isOn }.map(\.name.text)
        return needed.isEmpty ? nil : SafeText(fixedMessage: needed.joined(separator: ", "))
    }

    /// The protections as one line for a log or a person.
    package var summary: SafeText {
        """
        limits \(resourceLimits), no-new-privileges \(noNewPrivileges), seccomp \(seccomp), \
        network namespace \(networkNamespace), parent-death signal \(parentDeathSignal), \
        not dumpable \(notDumpable), own user \(ownUser), landlock \(landlock), \
        signal scope \(signalScope), dictionary entries \(dictionaryEntries)
        """
    }
}
