package import VigilCore

/// What a family of processors takes, and who says so.
package struct ProcessorFamily: Sendable, Hashable {
    /// The name of its design.
    package let name: String
    /// Watts of the whole server a logical processor, when all are idle and when all are busy.
    package let idleWatts: Double
    package let fullWatts: Double
    package let source: String

    /// The sources: measured servers, or the maker's limit where no measurement was averaged yet.
    private static let spec = "SPECpower_ssj2008 by Cloud Carbon Footprint"
    private static let limit = "thermal design power over logical processors, a fifth of it idle"

    /// A family that is not in the table: the mean of the measured ones.
    package static let unknown = ProcessorFamily(
        name: "a processor that is not in the table", idleWatts: 0.74, fullWatts: 3.5,
        source: "mean of the measured families")

    private struct Row {
        let vendor: Vendor
        let family: Int
        let models: [ClosedRange<Int>]
        var steppings = 0...255
        let entry: ProcessorFamily
    }

    private enum Vendor: String {
        case intel = "GenuineIntel"
        case amd = "AuthenticAMD"
    }

    private static func row(
        _ vendor: Vendor, _ family: Int, _ models: [ClosedRange<Int>], _ name: String,
        _ idle: Double, _ full: Double, _ source: String, steppings: ClosedRange<Int> = 0...255
    ) -> Row {
        Row(
            vendor: vendor, family: family, models: models, steppings: steppings,
            entry: ProcessorFamily(
                name: name, idleWatts: idle, fullWatts: full, source: source))
    }

    /// Families by the numbers that CPUID gives. Limits: Ice Lake 270 W for 80 (Xeon 8380),
    /// Sapphire Rapids 350 W for 112 (8480+), Emerald Rapids 350 W for 128 (8592+), Genoa 360 W for
    /// 192 (EPYC 9654), Turin 500 W for 256 (EPYC 9755).
    private static let table: [Row] = [
        row(.intel, 6, [42...42, 45...45], "Intel Sandy Bridge", 2.17, 8.58, spec),
        row(.intel, 6, [58...58, 62...62], "Intel Ivy Bridge", 3.04, 8.25, spec),
        row(.intel, 6, [60...60, 63...63, 69...70], "Intel Haswell", 1.90, 6.01, spec),
        row(.intel, 6, [61...61, 71...71, 79...79, 86...86], "Intel Broadwell", 0.71, 3.69, spec),
        row(.intel, 6, [85...85], "Intel Skylake", 0.64, 4.19, spec, steppings: 0...4),
        row(.intel, 6, [85...85], "Intel Cascade Lake", 0.64, 3.97, spec, steppings: 5...255),
        row(.intel, 6, [106...106, 108...108], "Intel Ice Lake", 0.68, 3.38, limit),
        row(.intel, 6, [143...143], "Intel Sapphire Rapids", 0.63, 3.13, limit),
        row(.intel, 6, [207...207], "Intel Emerald Rapids", 0.55, 2.73, limit),
        row(.amd, 23, [0...31], "AMD EPYC 1 (Zen)", 0.82, 2.55, spec),
        row(.amd, 23, [32...255], "AMD EPYC 2 (Zen 2)", 0.47, 1.69, spec),
        row(.amd, 25, [0...15], "AMD EPYC 3 (Zen 3)", 0.45, 2.02, spec),
        row(.amd, 25, [16...31, 160...175], "AMD EPYC 4 (Zen 4)", 0.38, 1.88, limit),
        row(.amd, 26, [0...31], "AMD EPYC 5 (Zen 5)", 0.39, 1.95, limit),
    ]

    /// The family of the first processor that `/proc/cpuinfo` tells of.
    package static func find(cpuinfo bytes: [UInt8]) -> ProcessorFamily {
        var fields: [Substring: Substring] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n").prefix(32) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = parts[0].prefix { $0 != "\t" }
            if fields[name] == nil { fields[name] = parts[1].drop { $0 == " " } }
        }
        func number(_ name: Substring) -> Int? { fields[name].flatMap { Int($0) } }
        guard let vendor = fields["vendor_id"].flatMap({ Vendor(rawValue: String($0)) }),
            let family = number("cpu family"), let model = number("model")
        else { return .unknown }
        let stepping = number("stepping") ?? 255
        let found = table.first { row in
            row.vendor == vendor && row.family == family
                && row.models.contains { $0.contains(model) } && row.steppings.contains(stepping)
        }
        return found?.entry ?? .unknown
    }
}

extension ProcessorFamily {
    /// Name and source, as they may be logged: both stand in this file.
    package var safeText: SafeText { SafeText(fixedMessage: "\(name), \(source)") }
}
