/// How one decode ended. The numbers travel between processes and equal those of `CDicom.h`.
package enum DecodeStatus: UInt16, Sendable, CaseIterable {
    case ok = 0
    /// No bytes at all.
    case empty = 1
    /// Neither DICOM nor PNG nor JPEG.
    case notAnImage = 2
    /// The file ends before its pixels do.
    case truncated = 3
    /// An envelope or encrypted attributes hide the pixels.
    case encrypted = 4
    /// DICOM without an image, such as a report.
    case noPixels = 5
    case unsupportedTransferSyntax = 6
    /// Bits, samples or a colour model that are refused.
    case unsupportedPixelFormat = 7
    /// Attributes are missing or contradict the pixels.
    case badAttributes = 8
    /// More output than the limits allow; found before it is allocated.
    case tooManyPixels = 9
    /// More input, or more after inflating, than the limits allow.
    case tooLarge = 10
    /// A codec refused the compressed pixels.
    case corrupt = 11
    /// The decoder's memory limit was reached.
    case outOfMemory = 12
    /// A library failed in an unforeseen way.
    case internalFailure = 13
    /// The decoder could not read the descriptor it was given.
    case unreadable = 14
    /// The pixels were not wanted. Only between the library and the decoder; there is no reply.
    case leftOut = 15
    /// No answer yet: ``HeaderFacts`` follow, and the decoder waits to be told whether to go on.
    case header = 16
    /// An attribute is there and cannot be understood; the reply's label says which.
    case unreadableLabel = 17
    /// An attribute contradicts the bytes of the pixels; the reply's label says which.
    case contradiction = 18
    /// The pixels are floating-point numbers.
    case floatPixels = 19
}
