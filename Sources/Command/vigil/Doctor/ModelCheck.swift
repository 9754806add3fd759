import FoundationModel
import Pipeline
import Settings
import VigilCore

/// The models, loaded as a worker loads them.
enum ModelCheck: String, DoctorCheck, CaseIterable {
    /// Digests, tensors and adapters are as they should be, and a first pass runs.
    case loads = "model-loads"
    /// It gives the answer that its folder records.
    case answer = "model-answer"
    /// It was validated for its findings, and its site has said so.
    case validated = "model-validated"

    func examine(_ worker: DoctorCase) throws -> DoctorVerdict {
        switch self {
        case .loads:
            try worker.needPaths(.modelDirectory, .modelEnsemble, .modelAdapters, .cascadeModel)
            do {
                let models = try worker.models.get()
                let name = SafeText(operatorProvided: models.identity.name)
                return .ok(
                    """
                    \(name), digest \(models.identity.digest), \(models.runtime.precision) on \
                    \(models.runtime.threads) threads
                    """)
            } catch let error as ModelError where error.isWrongAnswer {
                return .ok("it loads; what it answers is told by \(ModelCheck.answer.name)")
            }
        case .answer: return try answer(worker)
        case .validated:
            let identity = try worker.need(worker.models, ModelCheck.loads).identity
            if identity.areFindingsValidated { return .ok("validated, and allowed by its digest") }
            guard identity.claimsValidation else {
                return .warn(
                    "not validated: it raises no priority",
                    "For clinical use take a model that was validated for its findings")
            }
            return .warn(
                "it says that it was validated, and no setting allows its digest",
                "Name \(identity.digest) in models.allow once your site has validated it")
        }
    }

    private func answer(_ worker: DoctorCase) throws -> DoctorVerdict {
        do {
            switch try worker.models.get().answer {
            case .matches, .recorded: return .ok("the known answer, to the bit")
            case .notRecorded:
                return .warn(
                    "no known answer is recorded in the model's folder",
                    "Write it by 'vigil model verify --record DIR' where the model is known good")
            }
        } catch let error as ModelError where error.isWrongAnswer {
            return .of(error)
        } catch {
            throw DoctorSkip(needs: ModelCheck.loads)
        }
    }
}

extension ModelError {
    fileprivate var isWrongAnswer: Bool {
        if case .wrongAnswer = self { true } else { false }
    }
}
