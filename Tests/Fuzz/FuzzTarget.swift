import VigilCore

/// Something that reads bytes from outside, and the seeds whose changes it is given.
protocol FuzzTarget {
    /// Makes an input from random numbers alone.
    func input(_ random: inout SplitMix64) -> FuzzInput

    /// Reads an input. True when it was taken, false when it was refused as it should be.
    ///
    /// - Throws: ``Breach`` when a promise is broken; a crash or a hang ends the process.
    mutating func read(_ input: FuzzInput) throws -> Bool
}

/// The named parts of an input: one file, several, or the headers and the value of a record.
struct FuzzInput {
    struct Part {
        let name: String
        var bytes: [UInt8]
    }

    /// Which seed it was made from.
    var seed = 0
    var parts: [Part]
}

/// A promise that an input broke.
struct Breach: Error {
    let what: String

    init(_ what: String) { self.what = what }
}
