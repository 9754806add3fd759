/// How one maker's detector and processing render the same rays. The makers are made up.
package struct Look: Sendable {
    package let name: String
    package let model: String
    /// The greatest grey level is 2 to this less 1.
    package let bits: Int
    package let isInverted: Bool
    /// Voltage of the tube and share of each energy bin.
    package let kilovolts: Int
    let shares: [Double]
    /// How far dense regions are drawn together, and details brought out; radius of what counts as
    /// one, in mm.
    let detail: (squeeze: Double, gain: Double, radius: Double)
    /// Middle and steepness of the curve, as shares of the range between lung and abdomen.
    let curve: (middle: Double, slope: Double)
    /// Scatter that reaches the detector relative to the primary beam, with grid.
    let scatter: Double
    /// Photons a mm² in open air, in thousands.
    let quanta: Double
    /// Blur of the detector, passes of a 3-pixel box at 512 pixels.
    let blur: Int

    /// Read from a plate, and so CR, not DX.
    var isPlate: Bool { model.hasPrefix("Plate") }

    /// Looks that training does not see.
    static let shifted: [Look] = [
        Look(
            name: "Vigil Synthetic E", model: "Flat 35", bits: 13, isInverted: false,
            kilovolts: 100, shares: [0.36, 0.42, 0.22],
            detail: (squeeze: 0.68, gain: 1.1, radius: 14),
            curve: (middle: 0.5, slope: 4.0), scatter: 0.3, quanta: 40, blur: 2),
        Look(
            name: "Vigil Synthetic F", model: "Plate 43", bits: 12, isInverted: true,
            kilovolts: 133, shares: [0.16, 0.44, 0.40],
            detail: (squeeze: 0.46, gain: 1.5, radius: 30),
            curve: (middle: 0.45, slope: 3.2), scatter: 0.25, quanta: 70, blur: 1),
    ]

    /// The looks that training sees.
    static let all: [Look] = [
        Look(
            name: "Vigil Synthetic A", model: "Flat 43", bits: 12, isInverted: false,
            kilovolts: 120,
            shares: [0.25, 0.45, 0.30], detail: (squeeze: 0.62, gain: 1.2, radius: 18),
            curve: (middle: 0.47, slope: 3.4), scatter: 0.22, quanta: 60, blur: 1),
        Look(
            name: "Vigil Synthetic B", model: "Plate 35", bits: 10, isInverted: true,
            kilovolts: 110,
            shares: [0.34, 0.42, 0.24], detail: (squeeze: 0.76, gain: 1.05, radius: 12),
            curve: (middle: 0.52, slope: 3.7), scatter: 0.28, quanta: 35, blur: 2),
        Look(
            name: "Vigil Synthetic C", model: "Mobile 35", bits: 14, isInverted: false,
            kilovolts: 90, shares: [0.42, 0.40, 0.18],
            detail: (squeeze: 0.56, gain: 1.3, radius: 22),
            curve: (middle: 0.44, slope: 3.1), scatter: 0.34, quanta: 30, blur: 1),
        Look(
            name: "Vigil Synthetic D", model: "Wall 43", bits: 12, isInverted: false,
            kilovolts: 125, shares: [0.2, 0.45, 0.35],
            detail: (squeeze: 0.5, gain: 1.4, radius: 26),
            curve: (middle: 0.42, slope: 3.6), scatter: 0.2, quanta: 80, blur: 1),
    ]
}
