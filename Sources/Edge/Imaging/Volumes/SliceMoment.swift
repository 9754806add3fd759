/// When and how a slice was taken: what tells the acquisitions of one series apart. Times are
/// seconds of the day; nil is not stated.
package struct SliceMoment: Sendable, Equatable {
    /// Acquisition Number, or the frame's own.
    package var number: Double?
    /// Which of several times at one place, as in perfusion.
    package var temporal: Double?
    /// When it was acquired.
    package var acquired: Double?
    /// When its content was made.
    package var content: Double?
    /// Of the tube, in kilovolt.
    package var voltage: Double?
    /// Stands for the name of the reconstruction kernel.
    package var kernel: Double?

    /// Nothing stated.
    package init() {}

    /// Six numbers in the order of the members; what is not finite is not stated.
    package init(_ numbers: [Double]) {
        guard numbers.count == 6 else { return }
        let stated = numbers.map { $0.isFinite ? $0 : nil }
        number = stated[0]
        temporal = stated[1]
        acquired = stated[2]
        content = stated[3]
        voltage = stated[4]
        kernel = stated[5]
    }
}
