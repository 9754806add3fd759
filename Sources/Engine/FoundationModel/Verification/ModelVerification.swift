internal import Imaging
internal import Tensor
package import VigilCore
internal import Weights

/// What was found when a model's folder was held against what it says of itself.
package struct ModelVerification: Sendable, Hashable {
    /// What became of the known-answer test.
    package enum AnswerState: String, Sendable, Hashable, SafeToLog {
        /// The answer is the recorded one.
        case matches
        /// `vigil.json` holds none.
        case notRecorded = "not_recorded"
        /// It was written now.
        case recorded
    }

    /// What the folder said of the model when it was loaded.
    package let identity: ModelIdentity
    /// Over all files of the folder, `vigil.json` with the record among them.
    package let digest: Digest
    /// Files of the folder with a digest in `vigil.json`; each of them has it.
    package let matched: [String]
    /// Files of the folder without one, `vigil.json` aside.
    package let unlisted: [String]
    package let answer: KnownAnswer
    package let answerState: AnswerState
    /// The cosine of the made image's or volume's embeddings in the asked precision and in fp32;
    /// nil: fp32 alone was asked for, or the model takes neither.
    package let cosine: Double?

    /// The adapters of the folder; each belongs to the weights and to the encoder.
    package let adapters: [AdapterIdentity]

    /// The least cosine that a reduced precision must keep.
    package static let cosineMin = 0.999

    /// Checks a folder: the digests that `vigil.json` names; by the loader every tensor that the
    /// model needs, its shape and that it is finite; and the known answer in fp32.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - options: threads, instruction set and precision; nothing is cached. The answer is that
    ///     of fp32, and another precision is held against it.
    ///   - isRecording: whether the answer is written to `vigil.json` rather than compared, with
    ///     digests of all files where it has none. That changes the model's digest, which covers
    ///     `vigil.json` too.
    package static func run(
        directory path: String, options: ModelOptions = ModelOptions(), isRecording: Bool = false
    ) throws(ModelError) -> ModelVerification {
        var options = options
        let precision = options.precision
        options.precision = .fp32
        options.cacheDirectory = nil
        // Held open meanwhile: the record belongs to the bytes that are loaded.
        let directory = try ModelError.catching { () throws(WeightsError) in
            try ModelDirectory(path: path)
        }
        let model = try FoundationModelLoader.load(directory: path, options: options)
        var facts = try facts(directory)
        let answer = try KnownAnswer(of: model)
        var state = AnswerState.notRecorded
        var digest = model.identity.digest
        if isRecording {
            facts = try record(answer, facts, in: directory, name: model.identity.name)
            state = .recorded
            digest = try ModelError.catching { () throws(WeightsError) in
                try ModelDirectory(path: path).manifest().digest
            }
        } else if let known = try known(facts) {
            try answer.check(against: known)
            state = .matches
        }
        options.precision = precision
        let cosine = try cosine(of: model, path, options)
        let adapters = try adapters(of: path, options)
        let listed = Set(facts["files"]?.objectValue?.members.map(\.name) ?? [])
        let names = directory.names.filter { $0 != ModelIdentity.fileName }
        return ModelVerification(
            identity: model.identity, digest: digest, matched: names.filter { listed.contains($0) },
            unlisted: names.filter { !listed.contains($0) }, answer: answer, answerState: state,
            cosine: cosine, adapters: adapters)
    }

    /// Holds a loaded model against the answer that its folder records. Answers are of fp32 and of
    /// the folder alone: for another precision, or with a LoRA, the model is loaded once more.
    ///
    /// - Throws: ``ModelError/wrongAnswer(side:expected:found:)``.
    static func check(
        _ loaded: FoundationModelLoader.Loaded, directory path: String, options: ModelOptions
    ) throws(ModelError) -> AnswerState {
        let directory = try ModelError.catching { () throws(WeightsError) in
            try ModelDirectory(path: path)
        }
        guard let known = try known(facts(directory)) else { return .notRecorded }
        var exact = loaded
        if loaded.pixels?.precision != .fp32 || !options.adapters.loras.isEmpty {
            var plain = options
            plain.precision = .fp32
            plain.cacheDirectory = nil
            plain.adapters = .none
            exact = try FoundationModelLoader.load(directory: path, options: plain)
        }
        try KnownAnswer(of: exact).check(against: known)
        return .matches
    }

    /// Refuses a precision in which this model's own weights lose the direction of an embedding.
    private static func cosine(
        of exact: FoundationModelLoader.Loaded, _ path: String, _ options: ModelOptions
    ) throws(ModelError) -> Double? {
        guard options.precision != .fp32, let pixels = exact.pixels else { return nil }
        let reduced = try FoundationModelLoader.load(directory: path, options: options)
        guard let other = reduced.pixels, let expected = try KnownAnswer.madeEmbedding(pixels),
            let found = try KnownAnswer.madeEmbedding(other)
        else { return nil }
        var (dot, squares) = (0.0, (0.0, 0.0))
        for (a, b) in zip(expected, found) {
            dot += Double(a) * Double(b)
            squares.0 += Double(a) * Double(a)
            squares.1 += Double(b) * Double(b)
        }
        let cosine = dot / (squares.0 * squares.1).squareRoot()
        guard cosine >= cosineMin else {
            throw .inaccuratePrecision(other.precision, cosine: cosine)
        }
        return cosine
    }

    /// Loads the model once more with the adapters of its folder, where it has any.
    private static func adapters(
        of path: String, _ options: ModelOptions
    ) throws(ModelError) -> [AdapterIdentity] {
        var options = options
        options.adapters = try AdapterSet(paths: [], modelDirectory: path)
        guard !options.adapters.identities.isEmpty else { return [] }
        let adapted = try FoundationModelLoader.load(directory: path, options: options)
        if let pixels = adapted.pixels {
            _ = try ImageClassifier(model: pixels, head: nil, adapters: options.adapters)
        }
        return options.adapters.identities
    }

    private static func facts(_ directory: ModelDirectory) throws(ModelError) -> JSONObject {
        guard directory.has(ModelIdentity.fileName) else { return JSONObject() }
        let json = try ModelError.catching { () throws(WeightsError) in
            try directory.json(ModelIdentity.fileName)
        }
        guard let facts = json.objectValue else {
            throw .badConfiguration(
                file: SafeText(fixedMessage: ModelIdentity.fileName), field: "(all)",
                reason: "it is no object")
        }
        return facts
    }

    /// The recorded answer; nil without one, and for one to another image and text.
    private static func known(_ facts: JSONObject) throws(ModelError) -> KnownAnswer? {
        guard let json = facts[KnownAnswer.memberName] else { return nil }
        guard json["version"]?.intValue != nil else {
            throw .badConfiguration(
                file: SafeText(fixedMessage: ModelIdentity.fileName),
                field: SafeText(fixedMessage: KnownAnswer.memberName), reason: "it has no version")
        }
        return KnownAnswer(json: json)
    }

    /// Writes the answer; gives what `vigil.json` says then.
    private static func record(
        _ answer: KnownAnswer, _ facts: JSONObject, in directory: ModelDirectory, name: String
    ) throws(ModelError) -> JSONObject {
        var facts = facts
        if facts["name"] == nil { facts["name"] = .string(name) }
        if facts["validated"] == nil { facts["validated"] = false }
        if facts["files"] == nil {
            var files = JSONObject()
            for entry in directory.manifest().entries where entry.name != ModelIdentity.fileName {
                files[entry.name] = .string(entry.digest.hex)
            }
            facts["files"] = .object(files)
        }
        facts[KnownAnswer.memberName] = answer.json
        let text = JSONWriter.text(.object(facts)) + "\n"
        try ModelError.catching { () throws(WeightsError) in
            try FileWriter.write(text, to: "\(directory.path)/\(ModelIdentity.fileName)")
        }
        return facts
    }
}
