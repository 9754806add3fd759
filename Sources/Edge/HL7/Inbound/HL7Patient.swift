internal import StudyHeaders

/// Whom a PID is of.
enum HL7Patient {
    /// The number in PID-3 that an authority gave, by its name or its universal id; nil where there
    /// is none, several, or one with more than printable ASCII, which may be written in two ways.
    static func number(_ field: HL7Field, of authority: String?) -> PatientText? {
        let known = field.repetitions.filter { number in
            guard let authority else { return true }
            let named = number.component(4)
            return named.subcomponent(1).text == authority
                || named.subcomponent(2).text == authority
        }
        let numbers = Set(known.map { $0.component(1).text }.filter { !$0.isEmpty })
        let text = authority == nil ? known.first?.component(1).text : numbers.first
        guard let text, authority == nil || numbers.count == 1 else { return nil }
        return PatientText(patientNumber: text)
    }
}
