/// The worker's own name for one record that it took in; never reused within a process.
package struct StudyTicket: Sendable, Hashable, Comparable {
    package let number: UInt64

    /// A ticket of this number.
    package init(number: UInt64) { self.number = number }

    package static func < (left: StudyTicket, right: StudyTicket) -> Bool {
        left.number < right.number
    }
}
