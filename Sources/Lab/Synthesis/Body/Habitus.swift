/// The measures by which one person's chest differs from another's.
struct Habitus: Sendable {
    /// Factors of the standard chest.
    var width = 1.0
    var depth = 1.0
    var height = 1.0
    /// Thickness of fat under the skin, of muscle over the ribs, and radius of a breast or 0, in
    /// mm.
    var soft = (fat: 14.0, muscle: 14.0, breast: 0.0)
    /// How dense the bones are; 1 in a young adult.
    var bone = 1.0
    /// The density of aerated lung.
    var lung = 0.26
    /// How far the diaphragm stands above a full breath, in mm.
    var dome = 0.0
    /// The heart's width relative to the standard.
    var heart = 1.0
    /// How far the mediastinum is shifted to the left, in mm.
    var shift = 0.0
    /// How far the aorta is unfolded, 0 to 1.
    var aorta = 0.0
    /// Calibre of the vessels of the lungs; upper ones besides.
    var vessels = (all: 1.0, upper: 1.0)
    /// How far each dome is pushed down, in mm, right and left.
    var domeDrop = (right: 0.0, left: 0.0)

    /// A dome's drop.
    func drop(_ side: Side) -> Double { side == .right ? domeDrop.right : domeDrop.left }
}

extension Habitus {
    /// One person's measures.
    init(age: Int, isFemale: Bool, weight: Double, random: inout StudyRandom) {
        let child = age < 16 ? Double(age) / 16 : 1
        let size = 0.55 + 0.45 * child
        let sex = isFemale ? 0.93 : 1.0
        // The body mass index about 24, as a share of the way from lean to obese.
        let plump = min(max((weight - 18) / 20, 0), 1)
        width = size * sex * random.normal(1, 0.035) * (1 + 0.05 * plump)
        depth = size * sex * random.normal(1, 0.05) * (1 + 0.08 * plump)
        height = size * sex * random.normal(1, 0.05)
        soft.fat = 5 + 34 * plump * random.uniform(0.8...1.2)
        soft.muscle = (isFemale ? 11 : 15) * size * random.normal(1, 0.1)
        soft.breast = isFemale && age > 12 ? random.uniform(38...52) * (0.85 + 0.4 * plump) : 0
        bone = age > 50 ? 1 - Double(age - 50) * 0.008 * (isFemale ? 1.3 : 1) : 0.8 + 0.2 * child
        bone *= random.normal(1, 0.07)
        lung = random.normal(0.25, 0.025) + (age > 60 ? -0.02 : 0)
        dome = max(0, random.normal(6, 10)) + 12 * plump
        heart = random.normal(1, 0.06) + (age > 65 ? 0.05 : 0)
        aorta = min(max((Double(age) - 45) / 45 + random.normal(0, 0.15), 0), 1)
        vessels.all = random.normal(1, 0.08)
        shift = random.normal(0, 2)
    }
}
