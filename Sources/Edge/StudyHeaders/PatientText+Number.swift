extension PatientText {
    /// A number of a patient that two systems can only write alike, by which what they say of the
    /// patient is joined: 1 to 64 printable characters of ASCII. Nil for any other text, which one
    /// of them may write in another character set.
    package init?(patientNumber text: String) {
        guard (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
        else { return nil }
        self.init(text)
    }
}
