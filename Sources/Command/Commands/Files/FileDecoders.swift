package import Imaging
import Pipeline
import Settings

/// The decoder of commands that read files that a person names.
package enum FileDecoders {
    /// One decoder, confined as the environment says (`VIGIL_DECODE__SANDBOX`); as the default
    /// where that cannot be read.
    package static func pool() throws(ImagingError) -> DecoderPool {
        var limits = DecodeLimits()
        let settings = try? Settings.load(
            file: nil, environment: Environment.variables, overrides: [])
        if let settings { limits.confine(as: settings) }
        return try DecoderPool(slots: 1, limits: limits)
    }
}
