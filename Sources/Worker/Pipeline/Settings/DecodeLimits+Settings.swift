package import Imaging
package import Settings

extension DecodeLimits {
    /// The decoders' limits as set.
    package init(_ settings: Settings) {
        self.init()
        maximumBytes = UInt64(clamping: settings.decodeInputMaxBytes)
        maximumPixels = UInt64(clamping: settings.decodePixelsMax)
        decoderMemory = UInt64(clamping: settings.decodeMemoryMaxBytes)
        deadline = settings.decodeTimeout
        reusesDecoders = settings.decodeReuse
        confine(as: settings)
    }

    /// Takes the settings of the sandbox alone, for commands with limits of their own.
    package mutating func confine(as settings: Settings) {
        sandbox = SandboxPolicy(rawValue: settings.decodeSandbox) ?? .required
        user = settings.decodeUID
    }
}
