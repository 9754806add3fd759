internal import Imaging
internal import Settings

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
