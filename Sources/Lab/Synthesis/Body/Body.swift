/// A whole patient as the scanner sees it.
struct Body: Sendable {
    /// By rising priority: where two overlap, the later one stands.
    var solids: [Solid] = []
    var tubes: [Tube] = []
    /// The kinds of view that the parts were made for.
    var isSupine = false
}
