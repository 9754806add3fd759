internal import DecoderProtocol
package import VigilCore

/// How a file held its pixels.
package struct PixelEncoding: Sendable {
    package let transferSyntax: TransferSyntax
    package let photometric: Photometric
    /// Significant bits of a stored sample.
    package let bitsStored: Int
    /// Samples a pixel had in the file: 1 or 3.
    package let samples: Int
    /// Whether the grey scale was turned over, for MONOCHROME1 or for an inverse presentation.
    package let isInverted: Bool
    /// Whether the pixels were lossily compressed at some time: so says the file, its transfer
    /// syntax or its stream.
    package let isLossy: Bool

    init(_ reply: DecodeReply) {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        photometric = Photometric(rawValue: text(reply.names.photometric)) ?? .other
        transferSyntax =
            switch reply.image.container {
            case 1: .png
            case 2: .jpeg
            default: TransferSyntax(rawValue: text(reply.names.transferSyntax)) ?? .other
            }
        bitsStored = Int(reply.image.bitsStored)
        samples = Int(reply.image.samples)
        isInverted = reply.image.isInverted
        isLossy = reply.image.isLossy
    }
}

/// UIDs as a file states them; nil when absent or malformed, and for PNG and JPEG.
package struct InstanceUIDs: Sendable {
    package let study: DicomUID?
    package let series: DicomUID?
    package let instance: DicomUID?

    init(_ names: DecodedNames) {
        func uid(_ bytes: [UInt8]) -> DicomUID? { DicomUID(String(decoding: bytes, as: UTF8.self)) }
        study = uid(names.studyUID)
        series = uid(names.seriesUID)
        instance = uid(names.instanceUID)
    }
}

/// How values became grey, with centre and width in modality units.
package struct GreyWindow: Sendable {
    package let used: WindowUsed
    package let center: Double
    package let width: Double

    init(_ used: WindowUsed, _ told: DecodedWindow) {
        self.used = used
        center = told.center.isFinite ? told.center : 0
        width = told.width.isFinite ? told.width : 0
    }
}
