internal import DecoderProtocol

/// What one file may cost. Checked before anything of that size is allocated.
package struct DecodeLimits: Sendable, Equatable {
    /// Bytes of a file.
    package var maximumBytes: UInt64 = 256 << 20
    /// Rows times columns times samples times frames.
    package var maximumPixels: UInt64 = 200_000_000
    /// Rows, and columns.
    package var maximumSide: UInt32 = 16_384
    /// Frames of one instance.
    package var maximumFrames: UInt32 = 2_000
    /// Bytes that a deflated data set may inflate to.
    package var maximumInflated: UInt64 = 256 << 20
    /// Bytes of address space of one decoder process.
    package var decoderMemory: UInt64 = 1536 << 20
    /// Wall-clock time for one file; the decoder is killed after it.
    package var deadline: Duration = .seconds(10)
    /// Files after which a decoder is replaced by a fresh one, so that nothing a file may have left
    /// behind stays for long.
    package var filesPerDecoder = 200
    /// Whether a decoder is kept after a study. If not, what a hostile file took over sees no other
    /// study.
    package var reusesDecoders = false
    /// What becomes of a decoder without all protections.
    package var sandbox = SandboxPolicy.required
    /// The user and group that decoders become where this process is root.
    package var user: UInt32 = 65_534
    /// How often a file may be tried when decoders die over it.
    package var attempts = 2

    package init() {}

    func request(_ window: WindowRule, wantsValues: Bool) -> DecodeRequest {
        let fixed: (center: Double, width: Double)? =
            switch window {
            case .fromFile: nil
            case .fixed(let center, let width): (center, width)
            }
        var request = DecodeRequest(
            maximumBytes: maximumBytes, maximumPixels: maximumPixels,
            maximumInflated: maximumInflated, maximumSide: maximumSide,
            maximumFrames: maximumFrames, window: fixed)
        request.wantsValues = wantsValues
        return request
    }
}
