internal import CLinux
package import DecoderProtocol

#if canImport(Glibc)
    internal import Glibc
#endif

/// Takes rights away from this process, for good. Call when libraries are loaded and warmed up, and
/// while there is one thread.
package enum Sandbox {
    /// What the process is to be.
    package enum Tenant: Sendable {
        /// This code, which needs nothing but what it has open.
        case decoder
        /// A site's program that this process becomes: it may read, map and run what lies below
        /// these paths, and start threads.
        case program(reads: [String])
    }

    /// What a worker asks for.
    package struct Options: Sendable {
        /// Bytes of address space.
        package var memory: UInt64 = 1536 << 20
        /// Seconds of processor time over the life of the process; a backstop behind the worker's
        /// own deadlines.
        package var processorSeconds: UInt64 = 3600
        /// Whom to become when this is root.
        package var user: UInt32 = 65_534
        /// Whether Landlock and seccomp are left out, for debuggers and tracers.
        package var isOpen = false
        /// Whether seccomp alone is left out, to try what the rest does by itself.
        package var lacksFilter = false
        package var tenant = Tenant.decoder

        package init() {}
    }

    /// Puts on every protection that the system allows and says which those are.
    package static func enter(_ options: Options) -> DecoderHello.Protections {
        var active: DecoderHello.Protections = []
        // Needs CAP_SYS_ADMIN, which a worker in production lacks; seccomp refuses sockets anyway.
        if vigil_leave_network() == 0 { active.insert(.networkNamespace) }
        if geteuid() == 0, vigil_become(options.user) == 0 { active.insert(.ownUser) }
        // None are left after root's; a worker may have been given some without being root.
        _ = vigil_drop_capabilities()
        // After a change of user, which undoes both.
        if vigil_die_with_parent() == 0 { active.insert(.parentDeathSignal) }
        if vigil_not_dumpable() == 0 { active.insert(.notDumpable) }
        if limitResources(options) { active.insert(.resourceLimits) }
        if vigil_no_new_privileges() == 0 { active.insert(.noNewPrivileges) }
        guard !options.isOpen else { return active }
        active.formUnion(enterLandlock(options.tenant))
        if !options.lacksFilter, loadFilter(options.tenant) { active.insert(.seccomp) }
        return active
    }

    /// Behind seccomp, for what its list may have missed: it looks at what is reached, not at
    /// calls.
    private static func enterLandlock(_ tenant: Tenant) -> DecoderHello.Protections {
        let version = vigil_landlock_version()
        guard version > 0 else { return [] }
        let rules = vigil_landlock_rules(version)
        guard rules >= 0 else { return [] }
        defer { close(rules) }
        if case .program(let paths) = tenant {
            // One that is not there need not be read.
            for path in paths { _ = vigil_landlock_allow_reading(rules, path) }
        }
        guard vigil_landlock_enter(rules) == 0 else { return [] }
        return version >= 6 ? [.landlock, .signalScope] : .landlock
    }

    private static func loadFilter(_ tenant: Tenant) -> Bool {
        switch tenant {
        case .decoder: CallFilter.load(allowing: DecoderCalls.rules)
        case .program: CallFilter.load(denying: ProgramCalls.rules)
        }
    }

    private static func limitResources(_ options: Options) -> Bool {
        let isDecoder = if case .decoder = options.tenant { true } else { false }
        let wanted: [(Int32, UInt64)] = [
            (Int32(RLIMIT_AS.rawValue), options.memory),
            (Int32(RLIMIT_CPU.rawValue), options.processorSeconds),
            (Int32(RLIMIT_FSIZE.rawValue), 0),
            (Int32(RLIMIT_NOFILE.rawValue), isDecoder ? 8 : 64),
            (Int32(__RLIMIT_NPROC.rawValue), isDecoder ? 0 : 256),
            (Int32(RLIMIT_CORE.rawValue), 0),
        ]
        var all = true
        for (resource, value) in wanted {
            var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
            all = setrlimit(__rlimit_resource_t(UInt32(resource)), &limit) == 0 && all
        }
        return all
    }
}
