internal import VigilCore

/// What came of a file: its pixels, or why they were not looked at.
package enum InstanceReading: Sendable {
    /// Decoded. Without a header when nobody asked for it.
    case image(DecodedInstance, InstanceHeader?)
    /// Not decoded, by its header.
    case leftOut(InstanceHeader, LeftOutReason, processor: Duration)

    /// The same with what the decoder process took for it.
    func taking(_ time: Duration) -> InstanceReading {
        switch self {
        case .image(var instance, let header):
            instance.processorTime = time
            return .image(instance, header)
        case .leftOut(let header, let reason, _):
            return .leftOut(header, reason, processor: time)
        }
    }
}

/// What to ask of a file's header before its pixels are decoded.
enum HeaderQuestion: Sendable {
    /// Nothing: decode it.
    case nothing
    /// Decode what the gate does not leave out.
    case gate(HeaderGate)
    /// Tell the header, decode nothing.
    case headerOnly

    /// Why a file is not decoded; nil to go on.
    func answer(_ header: InstanceHeader) -> LeftOutReason? {
        switch self {
        case .nothing: return nil
        case .headerOnly: return .notAnImage
        case .gate(let gate):
            guard case .leaveOut(let reason) = gate.verdict(on: header) else { return nil }
            return reason
        }
    }
}
