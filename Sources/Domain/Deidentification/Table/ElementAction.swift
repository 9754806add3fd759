/// What is done with one attribute.
enum ElementAction: Sendable, Hashable {
    case remove
    /// Its value becomes one of no bytes.
    case empty
    /// Its value becomes one that says nothing, the same for everybody.
    case dummy
    /// Its value stays; of a sequence the items are cleaned by the table.
    case keep
    /// Each UID becomes another by the key.
    case mapUID
    /// The items of a sequence are cleaned by the table, and it stays.
    case cleanItems
    /// A time stays where it is one by its form.
    case keepTime
    /// A date is moved by its patient's number of days; the time of day stays.
    case shiftTime
    /// Words that are known to name nobody stay.
    case cleanText
}
