internal import CSynthesis

/// What a solid is made of.
struct Substance: Sendable, Hashable {
    /// Which attenuation it has.
    enum Channel: UInt8, Sendable {
        case soft = 0
        case fat
        case bone
        case metal
    }

    var channel: Channel
    /// Relative to the channel's own.
    var density: Double
    var hounsfield: Double
    var flags: UInt8 = 0

    static let fat = Substance(channel: .fat, density: 1, hounsfield: -100)
    static let muscle = Substance(channel: .soft, density: 1.04, hounsfield: 55)
    static let blood = Substance(channel: .soft, density: 1.04, hounsfield: 42)
    static let organ = Substance(channel: .soft, density: 1.05, hounsfield: 60)
    static let fluid = Substance(channel: .soft, density: 1.0, hounsfield: 8)
    static let air = Substance(channel: .soft, density: 0, hounsfield: -1000)

    /// Aerated lung of a density.
    static func lung(_ density: Double) -> Substance {
        Substance(
            channel: .soft, density: density, hounsfield: density * 1000 - 1000,
            flags: UInt8(VIGIL_SYNTH_IS_LUNG.rawValue))
    }

    /// What takes the place of air in a lung.
    static func filling(_ density: Double, isTextured: Bool = true) -> Substance {
        let texture = isTextured ? UInt8(VIGIL_SYNTH_IS_TEXTURED.rawValue) : 0
        return Substance(
            channel: .soft, density: density, hounsfield: density * 1020 - 1000,
            flags: UInt8(VIGIL_SYNTH_IN_LUNG.rawValue) | texture)
    }

    /// Spongy bone and its marrow.
    static func marrow(_ density: Double) -> Substance {
        Substance(channel: .soft, density: 1.05 + density * 0.1, hounsfield: 60 + 350 * density)
    }
}

/// A solid's cut at a height: an ellipse whose axes are those of the body.
struct Section: Sendable, Hashable {
    var x: Double
    var y: Double
    /// Half axes along x and y; nothing is there unless both are positive.
    var a: Double
    var b: Double

    /// The ellipse with both axes this factor as long.
    func scaled(_ factor: Double) -> Section { Section(x: x, y: y, a: a * factor, b: b * factor) }

    /// The ellipse with both axes so much longer.
    func grown(_ by: Double) -> Section {
        Section(x: x, y: y, a: max(a + by, 0), b: max(b + by, 0))
    }
}

/// A part of the body that holds all of some space: an ellipse at every height.
struct Solid: Sendable {
    /// How its sections follow from the height.
    enum Shape: Sendable {
        /// `lean` is the change of x and y with z; a `power` above 2 makes it boxier.
        case ellipsoid(center: Point, radii: Point, lean: (x: Double, y: Double), power: Double)
        case loft(Loft)
    }

    var shape: Shape
    var substance: Substance
    /// 0 is an ellipse, 1 a rounder box.
    var square = 0.0
    /// The finding's place in the study's list, if it is part of one.
    var finding: Int?

    init(_ shape: Shape, _ substance: Substance, square: Double = 0, finding: Int? = nil) {
        self.shape = shape
        self.substance = substance
        self.square = square
        self.finding = finding
    }

    /// An ellipsoid.
    static func ellipsoid(
        _ center: Point, _ radii: Point, _ substance: Substance,
        lean: (x: Double, y: Double) = (0, 0), power: Double = 2, finding: Int? = nil
    ) -> Solid {
        Solid(
            .ellipsoid(center: center, radii: radii, lean: lean, power: power), substance,
            finding: finding)
    }

    /// The cut at a height, or nil where it does not reach.
    func section(at z: Double) -> Section? {
        switch shape {
        case .ellipsoid(let center, let radii, let lean, let power):
            let h = abs(z - center.z) / radii.z
            guard h < 1 else { return nil }
            let share =
                power == 2
                ? (1 - h * h).squareRoot()
                : SeededMath.pow(1 - SeededMath.pow(h, power), 1 / power)
            let rise = z - center.z
            return Section(
                x: center.x + lean.x * rise, y: center.y + lean.y * rise, a: radii.x * share,
                b: radii.y * share)
        case .loft(let loft):
            return loft.section(at: z)
        }
    }

    /// The middle of its depths, for the magnification.
    var center: Point {
        switch shape {
        case .ellipsoid(let center, _, _, _): center
        case .loft(let loft): loft.center
        }
    }
}
