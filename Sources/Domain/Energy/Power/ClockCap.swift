internal import Synchronization

/// A cap on the clocks of all processors, by Linux cpufreq (Documentation/admin-guide/pm/cpufreq):
/// headroom that is given up for joules. It holds for every program of the machine, and is taken
/// back by ``restore()`` or with this object. A process that is killed leaves it in place.
package final class ClockCap: Sendable {
    /// Where Linux keeps it, whichever the driver: acpi-cpufreq, amd-pstate or intel_pstate.
    package static let systemPath = "/sys/devices/system/cpu/cpufreq"

    /// Processors that share a clock; frequencies in kHz.
    private struct Policy {
        let file: String
        /// The least and the greatest clock of the hardware.
        let least: UInt64
        let most: UInt64
        /// The cap as it was found.
        let found: UInt64
        /// The cap that this object has set, as the kernel tells it; nil for none.
        var own: UInt64?

        /// The cap for a part of the greatest clock: within the hardware's bounds, and never above
        /// what somebody else has set.
        func wanted(_ percent: Int) -> UInt64 {
            min(found, max(least, most * UInt64(clamping: min(percent, 100)) / 100))
        }
    }

    /// No processor is as fast.
    private static let kilohertzMax: UInt64 = 20_000_000

    private let files: any WritableEnergyFiles
    private let policies: Mutex<[Policy]>
    /// How many policies there are.
    package let count: Int
    /// Whether a clock was capped before: by the operator, or by a worker that was killed.
    package let wasCapped: Bool

    /// Looks at the policies and changes nothing.
    package init(
        _ path: String = systemPath, files: any WritableEnergyFiles = SystemEnergyFiles()
    ) throws(ClockError) {
        self.files = files
        let found = try Self.policies(path, files)
        count = found.count
        wasCapped = found.contains { $0.found < $0.most }
        policies = Mutex(found)
    }

    deinit { restore() }

    /// Caps every clock to a part of its greatest; 100 is the cap that was found. What cannot be
    /// done for all policies is taken back.
    package func set(percent: Int) throws(ClockError) {
        let fault = policies.withLock { policies -> ClockError? in
            do throws(ClockError) {
                for index in policies.indices { try set(percent, &policies[index]) }
                return nil
            } catch {
                return error
            }
        }
        guard let fault else { return }
        restore()
        throw fault
    }

    /// Sets the caps that were found, but where somebody else has set another meanwhile.
    ///
    /// - Returns: whether no cap of this object is left.
    @discardableResult package func restore() -> Bool {
        policies.withLock { policies in
            for index in policies.indices {
                guard let own = policies[index].own else { continue }
                let (file, found) = (policies[index].file, policies[index].found)
                let now = try? value(file)
                let isAnothers = now != nil && now != own
                if isAnothers || (try? files.write(String(found), to: file)) != nil {
                    policies[index].own = nil
                }
            }
            return policies.allSatisfy { $0.own == nil }
        }
    }

    private func set(_ percent: Int, _ policy: inout Policy) throws(ClockError) {
        let wanted = policy.wanted(percent)
        guard wanted != policy.own ?? policy.found else { return }
        do throws(FileFault) {
            try files.write(String(wanted), to: policy.file)
        } catch {
            throw ClockError(error)
        }
        policy.own = wanted
        // The kernel may round to a clock that there is; it must have come down all the same.
        let told = try value(policy.file)
        policy.own = told == policy.found ? nil : told
        guard wanted == policy.found || (policy.least..<policy.found).contains(told) else {
            throw .refused
        }
    }

    private func value(_ path: String) throws(ClockError) -> UInt64 {
        try Self.frequency(path, files)
    }

    private static func frequency(
        _ path: String, _ files: any EnergyFiles
    ) throws(ClockError) -> UInt64 {
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try files.head(of: path)
        } catch {
            throw ClockError(error)
        }
        guard let value = FileNumber.whole(bytes), (1...kilohertzMax).contains(value) else {
            throw .garbage
        }
        return value
    }

    /// The directories `policy0`, `policy1`…
    private static func policies(
        _ path: String, _ files: any EnergyFiles
    ) throws(ClockError) -> [Policy] {
        let names: [String]
        do throws(FileFault) {
            names = try files.entries(of: path)
        } catch {
            throw ClockError(error)
        }
        var found: [Policy] = []
        for name in names.sorted()
        where name.hasPrefix("policy") && UInt16(name.dropFirst(6)) != nil {
            let folder = "\(path)/\(name)"
            let policy = Policy(
                file: folder + "/scaling_max_freq",
                least: try frequency(folder + "/cpuinfo_min_freq", files),
                most: try frequency(folder + "/cpuinfo_max_freq", files),
                found: try frequency(folder + "/scaling_max_freq", files))
            guard policy.least <= policy.most else { throw .garbage }
            found.append(policy)
        }
        guard !found.isEmpty else { throw .missing }
        return found
    }
}
