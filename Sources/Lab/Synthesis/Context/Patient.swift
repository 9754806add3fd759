/// A person who does not exist.
package struct Patient: Sendable, Hashable {
    package let id: String
    package let age: Int
    package let isFemale: Bool
    /// Body mass index, kg/m².
    package let bodyMass: Double

    /// DICOM's name: it says of itself that it is made up.
    package var name: String { "Synthetic^\(isFemale ? "Female" : "Male")^\(id)" }
    /// DICOM's letter.
    package var sex: String { isFemale ? "F" : "M" }
}
