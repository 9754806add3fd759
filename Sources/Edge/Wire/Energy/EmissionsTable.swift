package import VigilCore

/// Energy records as rows of CodeCarbon's `emissions.csv` (version 3), for tools that read that.
package enum EmissionsTable {
    private static let names = [
        "timestamp", "project_name", "run_id", "duration", "emissions", "emissions_rate",
        "cpu_power", "ram_power", "cpu_energy", "gpu_energy", "ram_energy", "energy_consumed",
        "water_consumed", "region", "tracking_mode", "pue", "method", "low_energy",
        "high_energy",
    ]

    /// The first line. The columns from `method` on are Vigil's own.
    package static let header = names.joined(separator: ",")

    /// The line of an interval; nil for a study, which its interval holds, and where nothing is
    /// known. Energy in kWh, power in W, emissions in kg, water in litres.
    package static func row(_ record: EnergyRecord) -> String? {
        guard case .interval(let interval) = record.subject, record.reading.method != .none else {
            return nil
        }
        let hour = 3_600_000.0
        let seconds = record.reading.duration / .seconds(1)
        let (all, memory) = (record.reading.joules.value, record.memory?.value ?? 0)
        let kilograms = record.carbon.map { $0.grams / 1000 }
        func power(_ joules: Double) -> Double { seconds > 0 ? joules / seconds : 0 }
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        let values: [String] = [
            interval.to.safeText, "vigil", quoted(interval.worker), text(seconds),
            text(kilograms), text(kilograms.map { seconds > 0 ? $0 / seconds : 0 }),
            text(power(max(0, all - memory))), text(power(memory)),
            text(max(0, all - memory) / hour), "0", text(memory / hour), text(all / hour),
            text(record.carbon?.waterLitres), quoted(record.carbon?.zone ?? ""), "process",
            text(record.carbon?.effectiveness), record.reading.method.rawValue,
            text(record.reading.low.value / hour), text(record.reading.high.value / hour),
        ]
        return values.joined(separator: ",")
    }

    /// Text that may hold a comma, after RFC 4180.
    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
