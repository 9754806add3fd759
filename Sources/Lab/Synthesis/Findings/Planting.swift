/// What a finding changes in a chest.
struct Planting: Sendable {
    /// The heart itself is the finding.
    var isHeart = false
    /// What stands in place of a lung, from the pleura inwards.
    var lungs: [Side: [Solid]] = [:]
    /// Where a lung's parts move to.
    var movedLung: [Side: @Sendable (Point) -> Point] = [:]
    /// Solids over everything that is no lung, such as gas under the diaphragm.
    var below: [Solid] = []
    /// Solids that fill lung.
    var within: [Solid] = []
    var tubes: [Tube] = []
    var fractures: [Skeleton.Fracture] = []
}
