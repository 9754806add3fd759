internal import Energy
internal import Imaging
internal import Settings
internal import VigilCore
internal import Wire

extension WorkerLimits {
    /// The bounds of the queues as set; decoded images are bounded to what four batches hold.
    init(_ settings: Settings) {
        self.init(
            inFlightMax: settings.queueInFlightMax, resumeBelow: settings.queueResumeBelow,
            preparedImagesMax: 4 * settings.batchSizeMax, batchImagesMax: settings.batchSizeMax,
            batchWaitMax: settings.batchWaitMax, attemptsMax: settings.retryAttemptsMax,
            transactionRecordsMax: settings.transactionRecordsMax,
            transactionWaitMax: settings.transactionWaitMax)
    }
}

extension DecodeLimits {
    /// The decoders' limits as set.
    init(_ settings: Settings) {
        self.init()
        maximumBytes = UInt64(clamping: settings.decodeInputMaxBytes)
        maximumPixels = UInt64(clamping: settings.decodePixelsMax)
        decoderMemory = UInt64(clamping: settings.decodeMemoryMaxBytes)
        deadline = settings.decodeTimeout
    }
}

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

extension WireLimits {
    /// The limits of an event as set.
    init(_ settings: Settings) {
        self.init()
        instances = settings.studyInstancesMax
    }
}
