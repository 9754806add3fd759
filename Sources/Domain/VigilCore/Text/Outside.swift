/// A whole number that somebody else wrote: in a record, a header, a file, by a peer.
///
/// It can be any number, so it adds nothing up, converts nothing and indexes nothing: each of these
/// traps at the right number, and a trap ends the worker. Every way out is checked, and a way out
/// without bounds is refused by Tidy.
package struct Outside<Value: FixedWidthInteger & Sendable>: Sendable, Hashable {
    private let value: Value

    /// Marks a number as one from outside.
    package init(_ value: Value) { self.value = value }

    /// The number, where it lies within bounds that its reader can live with; else nil.
    package func within(_ bounds: ClosedRange<Value>) -> Value? {
        bounds.contains(value) ? value : nil
    }

    /// The number, or the nearest bound.
    package func clamped(to bounds: ClosedRange<Value>) -> Value {
        min(max(value, bounds.lowerBound), bounds.upperBound)
    }

    /// The same number in another type, still from outside; nil where that type has no such number.
    package func exactly<Other: FixedWidthInteger & Sendable>(
        _ type: Other.Type = Other.self
    ) -> Outside<Other>? {
        Other(exactly: value).map { Outside<Other>($0) }
    }

    /// The sum, still from outside; nil on overflow.
    package func adding(_ other: Value) -> Outside? {
        let (sum, overflows) = value.addingReportingOverflow(other)
        return overflows ? nil : Outside(sum)
    }

    /// The element that this number names, if there is one.
    package func element<Elements: RandomAccessCollection>(
        of elements: Elements
    ) -> Elements.Element? where Elements.Index == Int {
        Int(exactly: value).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
    }

    /// The nearest double, which can be any size.
    package var rounded: Double { Double(value) }
}

extension Outside: Comparable {
    package static func < (first: Outside, second: Outside) -> Bool { first.value < second.value }
}

extension Outside: ExpressibleByIntegerLiteral where Value: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Value.IntegerLiteralType) {
        self.init(Value(integerLiteral: value))
    }
}

/// Digits tell of no patient.
extension Outside: SafeToLog, CustomStringConvertible {
    package var safeText: String { String(value) }
    package var description: String { safeText }
}

extension Timestamp {
    /// From milliseconds since 1970 that a sender wrote; years beyond 0000 and 9999 are these.
    package init(_ milliseconds: Outside<Int64>) {
        self.init(milliseconds: milliseconds.clamped(to: .min ... .max))
    }
}

extension JSONValue {
    /// A whole number that fits 64 bits, also when it was written as `3.0`, as one from outside;
    /// else nil.
    package var outside: Outside<Int64>? {
        switch self {
        case .integer(let value): Outside(value)
        case .number(let value): Int64(exactly: value).map { Outside($0) }
        default: nil
        }
    }

    /// Writes a number from outside as it was read.
    package init(_ number: Outside<Int64>) {
        self = number.within(.min ... .max).map { .integer($0) } ?? .null
    }
}
