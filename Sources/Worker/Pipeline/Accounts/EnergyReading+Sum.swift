internal import Energy
internal import VigilCore

extension EnergyReading {
    /// Both, one after the other, by this one's method and zones.
    func and(_ other: EnergyReading) -> EnergyReading {
        EnergyReading(
            joules: joules + other.joules, low: low + other.low, high: high + other.high,
            method: method, zones: zones, duration: duration + other.duration)
    }

    /// No energy, by the same method.
    var nothing: EnergyReading {
        EnergyReading(
            joules: .zero, low: .zero, high: .zero, method: method, zones: zones, duration: .zero)
    }
}

extension EnergyMeasurement {
    /// Both, one after the other.
    func and(_ other: EnergyMeasurement) -> EnergyMeasurement {
        EnergyMeasurement(
            reading: reading.and(other.reading), machine: nil, cpuShare: other.cpuShare,
            cpuTime: cpuTime + other.cpuTime, decoderTime: decoderTime + other.decoderTime,
            memory: nil, basis: other.basis)
    }
}

extension StudyCost {
    /// Both, one after the other.
    func and(_ other: StudyCost) -> StudyCost {
        var sum = other
        sum.energy = energy + other.energy
        sum.low += low
        sum.high += high
        sum.work += work
        return sum
    }
}
