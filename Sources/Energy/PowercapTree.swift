/// The energy counters below a powercap directory of Linux (Documentation/power/powercap).
///
/// Only zones that do not hold each other are used: the packages, and memory (`dram`), which a
/// package does not include. Left aside are `core` and `uncore` (parts of a package), `psys` (holds
/// all) and the control type `intel-rapl-mmio` (the same package once more).
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

    let zones: [Zone]
    private let files: any EnergyFiles

    /// Looks for usable zones: at least one package with readable counters.
    package static func open(
        _ path: String = systemPath, files: any EnergyFiles
    ) throws(EnergyError) -> PowercapTree {
        let names: [String]
        do {
            names = try files.entries(of: path)
        } catch {
            throw .noCounters(error == .permission ? .permission : .noPowercap)
        }
        var zones: [Zone] = []
        for name in names.filter(isZone).sorted() {
            guard let zone = try zone(path: "\(path)/\(name)", name: name, files: files) else {
                continue
            }
            zones.append(zone)
        }
        guard zones.contains(where: { !$0.isMemory }) else { throw .noCounters(.noPackage) }
        return PowercapTree(zones: zones, files: files)
    }

    /// The counter of a zone, in microjoules; nil when it cannot be read, is no number or lies
    /// beyond its own range.
    func energy(of zone: Zone) -> UInt64? {
        guard let value = try? Self.number(files.head(of: zone.path + "/energy_uj")),
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
        path: String, name: String, files: any EnergyFiles
    ) throws(EnergyError) -> Zone? {
        guard let bytes = try? files.head(of: path + "/name") else { return nil }
        let kind = String(decoding: bytes, as: UTF8.self).trimmed
        let isMemory = kind == "dram"
        guard isMemory || (kind.hasPrefix("package-") && kind.isPlain) else { return nil }
        do {
            guard
                let range = number(try files.head(of: path + "/max_energy_range_uj")), range > 0,
                let value = number(try files.head(of: path + "/energy_uj")), value <= range
            else { throw EnergyError.noCounters(.garbage) }
            let label = isMemory ? "dram-\(name.split(separator: ":")[1])" : kind
            return Zone(label: label, path: path, range: range, isMemory: isMemory)
        } catch let error as EnergyError {
            throw error
        } catch {
            throw .noCounters(
                error as? FileFault == .permission ? .permission : .unreadable)
        }
    }

    /// A whole number and nothing else but space around it.
    private static func number(_ bytes: [UInt8]) -> UInt64? {
        let text = String(decoding: bytes, as: UTF8.self).trimmed
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(text)
    }
}

extension String {
    fileprivate var trimmed: String {
        let space: Set<Character> = [" ", "\n", "\t", "\r", "\r\n"]
        return String(
            drop(while: { space.contains($0) }).reversed().drop(while: { space.contains($0) })
                .reversed())
    }

    /// Whether there are only lower-case letters, digits and hyphens, at most 32.
    fileprivate var isPlain: Bool {
        utf8.count <= 32
            && utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
    }
}
