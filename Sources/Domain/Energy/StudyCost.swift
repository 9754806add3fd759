package import VigilCore

/// Energy by what it was spent on.
package struct StageEnergy: Sendable, Hashable {
    /// Fetching, decoding and normalising files.
    package var decode: Double
    /// The model.
    package var inference: Double
    /// Kafka transactions.
    package var publish: Double

    package init(decode: Double = 0, inference: Double = 0, publish: Double = 0) {
        self.decode = decode
        self.inference = inference
        self.publish = publish
    }

    /// All together, in joules.
    package var total: Double { decode + inference + publish }

    package static func + (left: StageEnergy, right: StageEnergy) -> StageEnergy {
        StageEnergy(
            decode: left.decode + right.decode, inference: left.inference + right.inference,
            publish: left.publish + right.publish)
    }

    package static func - (left: StageEnergy, right: StageEnergy) -> StageEnergy {
        left + right * -1
    }

    package static func * (left: StageEnergy, factor: Double) -> StageEnergy {
        StageEnergy(
            decode: left.decode * factor, inference: left.inference * factor,
            publish: left.publish * factor)
    }
}

/// What a study was measured to cost, before it is charged.
package struct StudyCost: Sendable, Hashable {
    /// Joules.
    package var energy: StageEnergy
    /// Bounds of the total, joules.
    package var low: Double
    package var high: Double
    /// The work that it was by the model: images, each of which takes the same operations; 0 of one
    /// that was only read.
    package var work: Double
    package var method: EnergyMethod
    package var zones: [String]

    package init(
        energy: StageEnergy, low: Double, high: Double, work: Double, method: EnergyMethod,
        zones: [String]
    ) {
        self.energy = energy
        self.low = low
        self.high = high
        self.work = work
        self.method = method
        self.zones = zones
    }
}

/// What a study is charged: what is published.
package struct StudyCharge: Sendable, Hashable {
    package let energy: StageEnergy
    package let low: Double
    package let high: Double
    package let method: EnergyMethod
    package let zones: [String]

    /// The charge as a reading.
    ///
    /// - Parameter duration: how long the study was worked on.
    package func reading(duration: Duration) -> EnergyReading {
        EnergyReading(
            joules: Joules(energy.total), low: Joules(min(low, energy.total)),
            high: Joules(max(high, energy.total)), method: method, zones: zones,
            duration: duration)
    }
}
