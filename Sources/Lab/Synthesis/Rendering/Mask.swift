/// Where a finding is on a picture, in runs along the rows.
package struct Mask: Sendable, Hashable {
    package let rows: Int
    package let columns: Int
    /// Lengths of runs that alternate between outside and inside, by row from the upper left, the
    /// first one outside.
    package let runs: [Int]

    /// The mask of what fulfils a rule.
    init(rows: Int, columns: Int, _ isInside: (Int) -> Bool) {
        self.rows = rows
        self.columns = columns
        var runs: [Int] = []
        var current = false
        var length = 0
        for index in 0..<(rows * columns) {
            let inside = isInside(index)
            if inside != current {
                runs.append(length)
                length = 0
                current = inside
            }
            length += 1
        }
        runs.append(length)
        self.runs = runs
    }

    /// How many pixels are inside.
    package var area: Int {
        stride(from: 1, to: runs.count, by: 2).reduce(0) { $0 + runs[$1] }
    }

    /// The least upright rectangle around it, or nil when nothing is inside.
    package var box: (left: Int, top: Int, width: Int, height: Int)? {
        var (left, right, top, bottom) = (columns, -1, rows, -1)
        var at = 0
        for (index, run) in runs.enumerated() {
            if index % 2 == 1, run > 0 {
                let last = at + run - 1
                top = min(top, at / columns)
                bottom = max(bottom, last / columns)
                let wraps = at / columns != last / columns
                left = min(left, wraps ? 0 : at % columns)
                right = max(right, wraps ? columns - 1 : last % columns)
            }
            at += run
        }
        guard right >= 0 else { return nil }
        return (left, top, right - left + 1, bottom - top + 1)
    }

    /// Whether each pixel is inside, by row.
    package var bits: [Bool] {
        runs.enumerated().flatMap { index, run in
            [Bool](repeating: index % 2 == 1, count: run)
        }
    }
}
