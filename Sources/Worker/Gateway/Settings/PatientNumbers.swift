internal import DicomNetwork
internal import StudyHeaders
internal import VigilCore
internal import Wire

/// Which numbers of patients a role names in the events of studies, so that results of the same
/// patient are joined to them.
enum PatientNumbers: Sendable, Equatable {
    /// None: no result is joined to a study.
    case unused
    /// Each, by whomever it was given: of a house in which there is but one kind.
    case anybodys
    /// Those that an issuer gave (IssuerOfPatientID).
    case issued(by: String)

    /// By the setting `patient-issuer`.
    init(issuer: String?) {
        switch issuer {
        case nil, "": self = .unused
        case "*": self = .anybodys
        case let issuer?: self = .issued(by: issuer)
        }
    }

    /// As it is written in the configuration; nil where it is not.
    var issuer: String? {
        switch self {
        case .unused: nil
        case .anybodys: "*"
        case .issued(let issuer): issuer
        }
    }
}

/// Instances of one study are not of one patient, or not all say of whom they are.
struct PatientsDiffer: Error {}

extension PatientNumbers {
    /// The name on Vigil's topics of the one patient that all instances are of; nil: nobody is to
    /// be named, or nobody can be.
    ///
    /// - Throws: where they differ. To join a result of another patient would be worse than to join
    ///   none.
    func pseudonym(
        of instances: [InstanceIdentity], key: [UInt8]
    ) throws(PatientsDiffer) -> Pseudonym? {
        let numbers = Set(
            instances.map { instance -> PatientText? in
                switch self {
                case .unused: nil
                case .anybodys: instance.patient
                case .issued(let issuer):
                    instance.issuer.disclosed == issuer ? instance.patient : nil
                }
            })
        guard numbers.count == 1, let number = numbers.first else { throw PatientsDiffer() }
        return number.flatMap { Pseudonym(ofPatient: $0.disclosed, key: key) }
    }
}
