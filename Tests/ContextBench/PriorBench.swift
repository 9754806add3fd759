import Context
import Processes
import VigilCore

/// How fast earlier studies are taken in and found: four a patient, of 25 findings each, as
/// vigil-mini has them. What memory that takes is seen from outside.
enum PriorBench {
    private static let start = Timestamp(milliseconds: 1_795_500_000_000)
    private static let kind = Finding.StudyKind(view: "PA", modality: "DX")

    /// What was measured.
    static func run(patients: Int) -> JSONValue {
        var table = PriorTable(patientsMax: patients)
        let clock = SystemClock()
        let begun = clock.monotonic()
        for number in 0..<patients * PriorTable.studiesMax { table.take(study(number, patients)) }
        let taken = clock.monotonic() - begun
        let asked = clock.monotonic()
        let found = (0..<patients).count {
            let prior = table.prior(
                of: name($0), before: start.later(by: .seconds(1_000_000_000)),
                besides: name(-1), like: kind)
            if case .study = prior { return true }
            return false
        }
        let asking = clock.monotonic() - asked
        return [
            "patients": .integer(Int64(table.patientCount)),
            "studies": .integer(Int64(table.studyCount)), "found": .integer(Int64(found)),
            "studies_per_second": .number(Double(table.studyCount) / taken.seconds),
            "look_up_microseconds": .number(asking.seconds * 1e6 / Double(patients)),
        ]
    }

    private static func study(_ number: Int, _ patients: Int) -> EarlierStudy {
        EarlierStudy(
            patient: name(number % patients),
            record: Finding.Earlier(
                study: name(patients + number), record: Digest(of: Array("\(number)".utf8)),
                time: start.later(by: .seconds(number)), kind: kind,
                rules: Finding.ScoreRules(
                    model: Digest(of: [1]), preprocessing: Digest(of: [2]),
                    answers: Digest(of: [3]))),
            scores: (0..<25).map {
                Finding.ImageScore(
                    code: "enlarged_cardiomediastinum_\($0)", head: "chest",
                    answer: .notFlagged, probability: 0.25)
            })
    }

    private static func name(_ number: Int) -> Pseudonym {
        let half = String(UInt64(bitPattern: Int64(number)), radix: 16)
        let text = String(repeating: "0", count: 32 - half.count) + half
        guard let name = Pseudonym(hex: text) else { preconditionFailure("\(text) is a pseudonym") }
        return name
    }
}
