/// Looks for burned-in text: thin marks of one height that stand beside each other on one line, as
/// letters do. It reads nothing.
///
/// It finds bright and dark letters, upright, from about 10 to 60 pixels high. It does not find
/// text that is turned, handwritten, joined, faint, of fewer than four letters, smaller or larger;
/// `Deploy/DEIDENTIFY.md` has the shares measured.
package enum TextLikeMarks {
    /// Fewer letters on a line are no text: films have their L and R.
    private static let lettersMin = 4
    /// How much a stroke stands out of what is around it, of 255.
    private static let contrast = 60
    /// Half the side of the square that a stroke is thinner than.
    private static let reach = 4
    /// Letters of twice the size are looked for in the image halved, as long as it has this side.
    private static let sideMin = 160
    /// How many marks to the left a mark is held against.
    private static let neighbours = 400

    /// One mark that stands out.
    private struct Mark {
        let left: Int
        let right: Int
        let bottom: Int
        let height: Int
    }

    /// Whether there is a line of such marks.
    ///
    /// - Parameter pixels: `width * height` grey values, row by row.
    package static func areSuspected(width: Int, height: Int, pixels: [UInt8]) -> Bool {
        var (width, height, image) = (width, height, pixels)
        guard width > 0, height > 0, image.count == width * height else { return false }
        while true {
            for plane in [image, image.map { 255 - $0 }]
            where longestLine(marks(plane, width, height)) >= lettersMin {
                return true
            }
            guard min(width, height) >= sideMin else { return false }
            image = halved(image, width, height)
            (width, height) = (width / 2, height / 2)
        }
    }

    /// The most marks on one line.
    private static func longestLine(_ marks: [Mark]) -> Int {
        var counts = [Int](repeating: 1, count: marks.count)
        for index in marks.indices {
            for other in max(0, index - neighbours)..<index
            where counts[other] >= counts[index] && areBeside(marks[other], marks[index]) {
                counts[index] = counts[other] + 1
            }
        }
        return counts.max() ?? 0
    }

    /// Whether two marks may be letters of one word: of about one height, on one line, near.
    private static func areBeside(_ first: Mark, _ second: Mark) -> Bool {
        let (low, high) = (min(first.height, second.height), max(first.height, second.height))
        let gap = second.left - first.right
        return gap <= low && gap * 10 >= -3 * low && high * 100 <= low * 135
            && abs(first.bottom - second.bottom) * 100 <= max(100, 12 * low)
    }

    /// The marks of a plane that have the size and the thickness of letters, from left to right.
    private static func marks(_ plane: [UInt8], _ width: Int, _ height: Int) -> [Mark] {
        let ground = opened(plane, width, height)
        var stands = zip(plane, ground).map { Int($0) - Int($1) > contrast }
        var marks: [Mark] = []
        for start in stands.indices where stands[start] {
            if let mark = mark(&stands, width, height, from: start) { marks.append(mark) }
        }
        return marks.sorted { ($0.left, $0.bottom) < ($1.left, $1.bottom) }
    }

    /// Takes out all pixels that hang together with one.
    private static func mark(
        _ stands: inout [Bool], _ width: Int, _ height: Int, from start: Int
    ) -> Mark? {
        var open = [start]
        stands[start] = false
        var (left, right, top, bottom, area) = (width, 0, height, 0, 0)
        while let place = open.popLast() {
            let (x, y) = (place % width, place / width)
            (left, right, top, bottom) = (min(left, x), max(right, x), min(top, y), max(bottom, y))
            area += 1
            for row in max(0, y - 1)...min(height - 1, y + 1) {
                for column in max(0, x - 1)...min(width - 1, x + 1)
                where stands[row * width + column] {
                    stands[row * width + column] = false
                    open.append(row * width + column)
                }
            }
        }
        let (wide, high) = (right - left + 1, bottom - top + 1)
        guard (5...40).contains(high), wide <= 40, area * 10 >= high * 8, wide * 10 <= high * 22
        else { return nil }
        return Mark(left: left, right: right + 1, bottom: bottom + 1, height: high)
    }

    /// The plane without what is thinner than the square: the least, then the most, of each place's
    /// surroundings.
    private static func opened(_ plane: [UInt8], _ width: Int, _ height: Int) -> [UInt8] {
        let least = swept(plane, width, height, min)
        return swept(least, width, height, max)
    }

    private static func swept(
        _ plane: [UInt8], _ width: Int, _ height: Int, _ pick: (UInt8, UInt8) -> UInt8
    ) -> [UInt8] {
        let rows = swept(plane, count: width, lines: height, step: 1, stride: width, pick)
        return swept(rows, count: height, lines: width, step: width, stride: 1, pick)
    }

    private static func swept(
        _ plane: [UInt8], count: Int, lines: Int, step: Int, stride: Int,
        _ pick: (UInt8, UInt8) -> UInt8
    ) -> [UInt8] {
        var out = plane
        for line in 0..<lines {
            for place in 0..<count {
                var value = plane[line * stride + place * step]
                for near in max(0, place - reach)...min(count - 1, place + reach) {
                    value = pick(value, plane[line * stride + near * step])
                }
                out[line * stride + place * step] = value
            }
        }
        return out
    }

    private static func halved(_ image: [UInt8], _ width: Int, _ height: Int) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(image.count / 4)
        for row in 0..<height / 2 {
            for column in 0..<width / 2 {
                let place = 2 * row * width + 2 * column
                let sum =
                    Int(image[place]) + Int(image[place + 1]) + Int(image[place + width])
                    + Int(image[place + width + 1])
                out.append(UInt8(truncatingIfNeeded: sum / 4))
            }
        }
        return out
    }
}
