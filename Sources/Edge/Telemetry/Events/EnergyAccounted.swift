package import VigilCore

/// An accounting window's record is committed: what its studies were charged, and what was idle.
package struct EnergyAccounted: TelemetryEvent {
    /// Carbon of the window, where the grid's intensity is known.
    package struct Carbon: Sendable {
        /// Grams of CO2 equivalent, those of making the machine included.
        package let grams: Double
        /// Grams a study, idle time included; nil without studies.
        package let gramsPerStudy: Double?
        /// Grams a kilowatt hour.
        package let intensity: Double
        /// Where the intensity came from.
        package let source: SafeText
        /// The grid's zone as the operator names it.
        package let zone: SafeText
        /// Whether the intensity is older than it should be.
        package let isStale: Bool

        package init(
            grams: Double, gramsPerStudy: Double?, intensity: Double, source: SafeText,
            zone: SafeText, isStale: Bool
        ) {
            self.grams = grams
            self.gramsPerStudy = gramsPerStudy
            self.intensity = intensity
            self.source = source
            self.zone = zone
            self.isStale = isStale
        }
    }

    /// How many studies.
    package let studies: Int
    /// What they were charged.
    package let decode: Joules
    package let inference: Joules
    package let publish: Joules
    /// The rest.
    package let idle: Joules
    /// How the joules were obtained.
    package let method: EnergyMethod
    /// Nil when the intensity is not known.
    package let carbon: Carbon?

    package init(
        studies: Int, decode: Joules, inference: Joules, publish: Joules, idle: Joules,
        method: EnergyMethod, carbon: Carbon?
    ) {
        self.studies = studies
        self.decode = decode
        self.inference = inference
        self.publish = publish
        self.idle = idle
        self.method = method
        self.carbon = carbon
    }

    /// `energy_accounted`
    package var name: StaticString { "energy_accounted" }
    /// `debug`
    package var level: LogLevel { .debug }

    /// What the line says.
    package var fields: [LogField] {
        var fields = [
            LogField("studies", studies),
            LogField("decode_joules", decode.value),
            LogField("inference_joules", inference.value),
            LogField("publish_joules", publish.value),
            LogField("idle_joules", idle.value),
            LogField("energy_method", method),
        ]
        if let carbon {
            fields += [
                LogField("grams", carbon.grams),
                LogField("intensity_g_per_kwh", carbon.intensity),
                LogField("intensity_source", carbon.source),
                LogField("intensity_stale", carbon.isStale),
            ]
        }
        return fields
    }

    /// Updates the metrics that go with it.
    package func record(into metrics: Metrics) {
        metrics.add(.energyJoules, decode.value, method, "decode" as StaticString)
        metrics.add(.energyJoules, inference.value, method, "inference" as StaticString)
        metrics.add(.energyJoules, publish.value, method, "publish" as StaticString)
        metrics.add(.energyJoules, idle.value, method, "idle" as StaticString)
        if studies > 0 {
            let active = decode.value + inference.value + publish.value
            metrics.set(.energyPerInference, active / Double(studies), method)
        }
        // What is not known any more is not shown as it was.
        if studies > 0, carbon?.gramsPerStudy == nil { metrics.clear(.carbonPerStudy) }
        guard let carbon else { return }
        metrics.add(.carbonGrams, carbon.grams, method)
        metrics.set(.gridIntensity, carbon.intensity, carbon.zone, carbon.source)
        metrics.set(.gridIntensityStale, carbon.isStale ? 1 : 0)
        if let grams = carbon.gramsPerStudy { metrics.set(.carbonPerStudy, grams) }
    }
}
