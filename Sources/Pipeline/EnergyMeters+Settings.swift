internal import Energy
internal import Settings

extension EnergyMeters {
    /// The meter as set; a set estimate of watts keeps the built-in one's relative interval.
    static func detect(_ settings: Settings) throws(EnergyError) -> any EnergyMeter {
        var model = PowerModel()
        let watts = settings.energyWattsPerCore
        if watts > 0 {
            let (low, high) = (
                model.processor.low / model.processor.value,
                model.processor.high / model.processor.value
            )
            model.processor = PowerRange(low: watts * low, value: watts, high: watts * high)
        }
        return try detect(
            EnergyChoice(rawValue: settings.energyMethod) ?? .auto, model: model,
            powercap: settings.energyPowercapRoot)
    }
}
