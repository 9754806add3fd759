internal import Tensor

extension Precision {
    /// That of an encoder's first and last product: they are a few hundredths of the work, but
    /// nothing evens out what 8 bits would lose in them.
    var ofOuterProducts: Precision { self == .int8 ? .fp32 : self }
}
