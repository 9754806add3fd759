/// The energy counters below a powercap directory of Linux (Documentation/power/powercap).
///
/// Only zones that do not hold each other are used: the packages, and memory (`dram`), which a
/// package does not include; or else `psys`, the platform, which holds all. Left aside are `core`
/// and `uncore` (parts of a package) and the control type `intel-rapl-mmio` (the same package once
/// more).
package struct PowercapTree: Sendable {
    /// Where Linux keeps it.
    package static let systemPath = "/sys/class/powercap"

    /// One counter.
    struct Zone: Sendable, Hashable {
        /// Such as `package-0` or `dram-0`.
        let label: String
        /// The zone's directory.
        let path: String
        /// The greatest value before the counter starts again at 0, in microjoules.
        let range: UInt64
        let isMemory: Bool
    }

    /// Which zones are used.
    package enum Scope: String, Sendable, Hashable, CaseIterable {
        /// The packages and their memory.
        case processor
        /// The whole platform, where the machine's maker has wired that counter up.
        case platform
    }

    let zones: [Zone]
    private let files: any EnergyFiles

    /// Looks for usable zones: at least one package, or platform, with readable counters.
    package static func open(
        _ path: String = systemPath, scope: Scope = .processor, files: any EnergyFiles
    ) throws(EnergyError) -> PowercapTree {
        let names: [String]
        do {
            names = try files.entries(of: path)
        } catch {
            throw .noCounters(error == .permission ? .permission : .noPowercap)
        }
        var zones: [Zone] = []
        for name in names.filter(isZone).sorted() {
            let found = try zone(path: "\(path)/\(name)", name: name, scope: scope, files: files)
            if let found { zones.append(found) }
        }
        guard zones.contains(where: { !$0.isMemory }) else {
            throw .noCounters(scope == .processor ? .noPackage : .noPlatform)
        }
        return PowercapTree(zones: zones, files: files)
    }

    /// The counter of a zone, in microjoules; nil when it cannot be read, is no number or lies
    /// beyond its own range.
    func energy(of zone: Zone) -> UInt64? {
        guard let value = try? FileNumber.whole(files.head(of: zone.path + "/energy_uj")),
            value <= zone.range
        else { return nil }
        return value
    }

    /// `intel-rapl:0` or `intel-rapl:0:2`; AMD's counters have the same control type.
    private static func isZone(_ name: String) -> Bool {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        return parts.first == "intel-rapl" && (2...3).contains(parts.count)
            && parts.dropFirst().allSatisfy { UInt8($0) != nil }
    }

    private static func zone(
        path: String, name: String, scope: Scope, files: any EnergyFiles
    ) throws(EnergyError) -> Zone? {
        guard let bytes = try? files.head(of: path + "/name") else { return nil }
        let kind = String(decoding: bytes, as: UTF8.self).trimmed
        let isMemory = kind == "dram"
        let isWanted =
            switch scope {
            case .processor: isMemory || (kind.hasPrefix("package-") && kind.isPlain)
            case .platform: kind == "psys"
            }
        guard isWanted else { return nil }
        do {
            let range = FileNumber.whole(try files.head(of: path + "/max_energy_range_uj"))
            let value = FileNumber.whole(try files.head(of: path + "/energy_uj"))
            guard let range, range > 0, let value, value <= range else {
                throw EnergyError.noCounters(.garbage)
            }
            let number = name.split(separator: ":")[1]
            let label = kind.hasPrefix("package-") ? kind : "\(kind)-\(number)"
            return Zone(label: label, path: path, range: range, isMemory: isMemory)
        } catch let error as EnergyError {
            throw error
        } catch {
            throw .noCounters(
                error as? FileFault == .permission ? .permission : .unreadable)
        }
    }
}

extension String {
    /// Whether there are only lower-case letters, digits and hyphens, at most 32.
    fileprivate var isPlain: Bool {
        utf8.count <= 32
            && utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
    }
}
