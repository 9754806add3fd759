/// How often numbers of each class came so far, from which the rank of the next one follows.
struct RankCounts: Sendable, Hashable {
    /// A class that came at least once.
    struct Class: Sendable, Hashable {
        let cell: Int16
        var count: Int
    }

    /// Sorted; at most ``ValueGrid/classMax`` twice and one more.
    private(set) var classes: [Class] = []
    private(set) var total = 0

    init() {}

    /// Of classes that were kept; nil unless they are sorted, within the grid and counted.
    init?(_ classes: [Class]) {
        for (index, one) in classes.enumerated() {
            guard (-ValueGrid.classMax...ValueGrid.classMax).contains(one.cell), one.count > 0,
                one.count <= Self.countMax - total,
                index == 0 || classes[index - 1].cell < one.cell
            else { return nil }
            total += one.count
        }
        self.classes = classes
    }

    /// So many are counted exactly in a double.
    private static let countMax = 1 << 53

    /// Counts a number and gives the share of those until now, itself included, that are less, and
    /// of those of its class a part: the smoothed conformal p-value. Where all came in random
    /// order, these are independent and even between 0 and 1, whatever the numbers are (Vovk,
    /// Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, theorem 8.2).
    ///
    /// - Parameter part: drawn evenly from 0 to 1.
    mutating func rank(of value: Double, part: Double) -> Double {
        let cell = ValueGrid.cell(of: value)
        var below = 0
        var index = 0
        while index < classes.count, classes[index].cell < cell {
            below += classes[index].count
            index += 1
        }
        if index < classes.count, classes[index].cell == cell {
            classes[index].count += 1
        } else {
            classes.insert(Class(cell: cell, count: 1), at: index)
        }
        total += 1
        return (Double(below) + part * Double(classes[index].count)) / Double(total)
    }
}
