/// A finished radiograph.
package struct Radiograph: Sendable {
    package let view: View
    package let look: Look
    /// Grey levels by row, as the file holds them.
    package let pixels: [UInt16]
    /// Where each planted finding is, by row.
    package let masks: [Mask]
}
