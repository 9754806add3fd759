/// Carbon of an energy record: SCI = (E × I + M) per R with every factor shown (ISO/IEC 21031).
package struct CarbonRecord: Sendable, Hashable {
    /// Grams of CO2 equivalent of running, with the bounds of the energy.
    package var grams: Double
    package var low: Double
    package var high: Double
    /// Grams of making the machine that fall on it.
    package var embodied: Double
    /// Grams a study: a study's own, or an interval's with its idle time over its studies; nil for
    /// an interval without studies.
    package var sci: Double?
    /// Grams a kilowatt hour, where that came from (`static`, `file`, `feed`), and its age.
    package var intensity: Double
    package var source: String
    package var age: Duration?
    package var isStale: Bool
    /// The grid's zone; empty when not given.
    package var zone: String
    /// Power usage effectiveness.
    package var effectiveness: Double
    package var waterLitres: Double

    package init(
        grams: Double, low: Double, high: Double, embodied: Double, sci: Double?,
        intensity: Double, source: String, age: Duration?, isStale: Bool, zone: String,
        effectiveness: Double, waterLitres: Double
    ) {
        self.grams = grams
        self.low = low
        self.high = high
        self.embodied = embodied
        self.sci = sci
        self.intensity = intensity
        self.source = source
        self.age = age
        self.isStale = isStale
        self.zone = zone
        self.effectiveness = effectiveness
        self.waterLitres = waterLitres
    }
}
