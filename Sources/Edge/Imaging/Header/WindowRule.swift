/// Which values become black and white.
package enum WindowRule: Sendable, Equatable {
    /// The file's VOI LUT, else its first window, else the range of its values without padding.
    case fromFile
    /// A window in modality units (PS3.3 C.11.2.1.2.1), such as Hounsfield units, for every file.
    /// The width is at least 1.
    case fixed(center: Double, width: Double)

    /// One line of a manifest.
    var canonicalText: String {
        switch self {
        case .fromFile: "file"
        case .fixed(let center, let width): "fixed \(center) \(width)"
        }
    }
}
