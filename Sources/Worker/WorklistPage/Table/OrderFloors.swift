internal import VigilCore

/// What the topic of orders says of studies, in bounded memory: what was heard of first is
/// forgotten first, and then the study's own record says what was ordered. Pure.
struct OrderFloors {
    let countMax: Int
    private var floors: [Pseudonym: Priority] = [:]
    private var queue: [Pseudonym] = []

    init(countMax: Int) {
        self.countMax = countMax
    }

    /// The most urgent order of a study; nil: none is known.
    subscript(study: Pseudonym) -> Priority? {
        get { floors[study] }
        set {
            if floors.updateValue(newValue ?? .routine, forKey: study) == nil {
                queue.append(study)
            }
            if newValue == nil { floors[study] = nil }
            guard queue.count > 2 * countMax else { return }
            for study in queue.prefix(countMax) { floors[study] = nil }
            queue.removeFirst(countMax)
        }
    }
}
