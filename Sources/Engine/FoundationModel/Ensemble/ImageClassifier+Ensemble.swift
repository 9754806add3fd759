internal import Imaging
internal import VigilCore

extension ImageClassifier {
    /// Loads a model, and others whose scores are averaged with its own.
    ///
    /// The order in which the folders are named does not matter: members stand in the order of
    /// their digests, and of one that is named twice one is kept.
    ///
    /// - Parameters:
    ///   - directory: the model's folder.
    ///   - others: folders of further members; none: the model alone.
    /// - Throws: ``ModelError/badEnsemble(member:what:)`` for members that do not fit together.
    package static func load(
        directory: String, ensemble others: [String], options: ModelOptions
    ) throws(ModelError) -> ImageClassifier {
        let first = try load(directory: directory, options: options)
        var members = [first]
        for path in others {
            let member = try load(directory: path, options: options)
            guard members.allSatisfy({ $0.model.identity.digest != member.model.identity.digest })
            else { continue }
            try member.check(against: first, name: SafeText(operatorProvided: path))
            members.append(member)
        }
        guard members.count > 1 else { return first }
        guard first.model.identity.adapters.isEmpty else {
            throw .badEnsemble(
                member: SafeText(operatorProvided: directory), what: "it has adapters")
        }
        members.sort { $0.model.identity.digest.hex < $1.model.identity.digest.hex }
        return ImageClassifier(members: members, first: first)
    }

    private func check(
        against first: ImageClassifier, name: SafeText
    ) throws(ModelError) {
        func refuse(_ what: SafeText) -> ModelError { .badEnsemble(member: name, what: what) }
        guard model.identity.family == first.model.identity.family else {
            throw refuse("it is of another family")
        }
        guard model.input.digest == first.model.input.digest else {
            throw refuse("it prepares images differently")
        }
        guard model.identity.adapters.isEmpty else { throw refuse("it has adapters") }
        guard head?.digest == first.head?.digest, labels?.codes == first.labels?.codes,
            head != nil || labels != nil
        else { throw refuse("it has no prompts or labels, or others") }
    }
}
