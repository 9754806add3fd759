package import VigilCore

/// How energy becomes carbon: SCI = (E × I + M) per R, with R a study (ISO/IEC 21031).
package struct CarbonModel: Sendable, Hashable {
    /// What the machine's room takes for each joule of the machine (power usage effectiveness).
    package var effectiveness: Double
    /// Litres of water a kilowatt hour (water usage effectiveness).
    package var waterLitres: Double
    /// Grams of making the machine, over its life, as far as this worker has the machine.
    package var embodiedGrams: Double
    /// The machine's life.
    package var lifetime: Duration
    /// The grid's zone, as the operator names it.
    package var zone: String

    package init(
        effectiveness: Double = 1, waterLitres: Double = 0, embodiedGrams: Double = 0,
        lifetime: Duration = .seconds(126_144_000), zone: String = ""
    ) {
        self.effectiveness = effectiveness
        self.waterLitres = waterLitres
        self.embodiedGrams = embodiedGrams
        self.lifetime = lifetime
        self.zone = zone
    }

    /// The carbon of an amount of energy.
    ///
    /// - Parameter held: how long the machine was held for it; bears its part of ``embodiedGrams``.
    package func figures(
        _ energy: EnergyReading, held: Duration, _ intensity: IntensityReading
    ) -> CarbonFigures {
        let hours = effectiveness / Joules.perKilowattHour
        let life = max(lifetime.seconds, 1)
        return CarbonFigures(
            grams: energy.joules.value * hours * intensity.grams,
            low: energy.low.value * hours * intensity.grams,
            high: energy.high.value * hours * intensity.grams,
            embodiedGrams: embodiedGrams * min(1, max(0, held.seconds) / life),
            waterLitres: energy.joules.value / Joules.perKilowattHour * waterLitres,
            effectiveness: effectiveness, intensity: intensity, zone: zone)
    }
}

/// The carbon of an amount of energy, with what it came from.
package struct CarbonFigures: Sendable, Hashable {
    /// Grams of CO2 equivalent of running: E × PUE × I, with the energy's bounds.
    package let grams: Double
    package let low: Double
    package let high: Double
    /// M: the part of making the machine.
    package let embodiedGrams: Double
    package let waterLitres: Double
    package let effectiveness: Double
    package let intensity: IntensityReading
    package let zone: String

    /// E × I + M.
    package var totalGrams: Double { grams + embodiedGrams }
}
