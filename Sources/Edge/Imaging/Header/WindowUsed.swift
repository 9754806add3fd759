internal import VigilCore

/// How stored values became grey.
package enum WindowUsed: String, Sendable, CaseIterable, SafeToLog {
    /// Colour or raster: samples taken as they are.
    case nothing = "none"
    case voiLUT = "voi_lut"
    case linear
    case linearExact = "linear_exact"
    case sigmoid
    /// The file has no window: least to greatest value, padding left out.
    case range
    /// The caller's window.
    case fixed

    init?(wire: UInt8) {
        let all: [WindowUsed] = [
            .nothing, .voiLUT, .linear, .linearExact, .sigmoid, .range, .fixed,
        ]
        guard Int(wire) < all.count else { return nil }
        self = all[Int(wire)]
    }
}
