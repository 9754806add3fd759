package import VigilCore

extension ChangeEnvelope {
    private typealias Reader = SignedFileReader<EnvelopeRefusal>
    /// The largest payload that is read.
    private static let limits = JSONLimits(bytes: 1 << 20, depth: 8, values: 100_000)
    /// What an evaluation's figures may be called.
    package static let measureNames = ["auroc", "average_precision"]

    /// Reads and checks what was signed. Total: any bytes give an envelope or a reason.
    ///
    /// - Parameter file: its path, for errors.
    package init(payload: [UInt8], file: SafeText) throws(TriageError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(payload, limits: Self.limits)
        } catch {
            let isLarge = payload.count > Self.limits.bytes
            throw .envelopeRefused(file: file, isLarge ? .tooLarge : .unreadable, member: "it")
        }
        try self.init(Reader(json, file: file))
        // A member that this version does not know may be a bound that it would not hold.
        guard JSONWriter.bytes(json, order: .sorted) == JSONWriter.bytes(self.json, order: .sorted)
        else { throw .envelopeRefused(file: file, .inconsistent, member: "it") }
    }

    private init(_ reader: Reader) throws(TriageError) {
        guard try reader.text("schema") == Self.schema else {
            throw reader.refused(.unknownVersion, "schema")
        }
        site = try reader.optionalText("site")
        validity = CalibrationFile.Validity(
            made: try reader.time("made_at"), expires: try reader.time("expires_at"))
        guard validity.made < validity.expires else {
            throw reader.refused(.badNumber, "expires_at")
        }
        policies =
            reader.has("policies")
            ? try reader.digests("policies", countMax: Self.boundsMax) : nil
        var thresholds: [ThresholdBound] = []
        for bound in try reader.list("thresholds", countMax: Self.boundsMax) {
            thresholds.append(try ThresholdBound(reader: bound))
        }
        self.thresholds = thresholds
        var measures: [MeasureBound] = []
        for bound in try reader.list("measures", countMax: Self.boundsMax) {
            measures.append(
                MeasureBound(
                    code: try bound.text("code"),
                    name: try bound.choice("measure", of: Self.measureNames),
                    least: try bound.number("least", in: 0...1)))
        }
        self.measures = measures
        var models: [Model] = []
        for model in try reader.list("models", countMax: Self.modelsMax) {
            let read = try Model(reader: model)
            if let refusal = read.refusal(by: measures) {
                throw model.refused(refusal, "evaluation")
            }
            models.append(read)
        }
        guard !models.isEmpty else { throw reader.refused(.malformed, "models") }
        self.models = models
    }
}

extension ChangeEnvelope.ThresholdBound {
    fileprivate init(reader: SignedFileReader<EnvelopeRefusal>) throws(TriageError) {
        code = try reader.text("code")
        least = try reader.number("least", in: 0...1)
        most = try reader.number("most", in: 0...1)
        guard least <= most else { throw reader.refused(.badNumber, "most") }
    }
}

extension ChangeEnvelope.Model {
    fileprivate init(reader: SignedFileReader<EnvelopeRefusal>) throws(TriageError) {
        name = try reader.text("name")
        scorer = ScoringModel(
            model: try reader.digest("digest"),
            preprocessing: try reader.digest("preprocessing"),
            adapters: try reader.digests("adapters", countMax: 1024))
        precisions = try reader.texts("precisions", countMax: 16)
        calibrations =
            reader.has("calibrations") ? try reader.digests("calibrations", countMax: 64) : nil
        evaluation = try ChangeEnvelope.Evaluation(reader: try reader.object("evaluation"))
    }
}

extension ChangeEnvelope.Evaluation {
    fileprivate init(reader: SignedFileReader<EnvelopeRefusal>) throws(TriageError) {
        digest = try reader.digest("digest")
        var measures: [ChangeEnvelope.Measure] = []
        for figure in try reader.list("measures", countMax: ChangeEnvelope.boundsMax) {
            let measure = ChangeEnvelope.Measure(
                code: try figure.text("code"),
                name: try figure.choice("measure", of: ChangeEnvelope.measureNames),
                value: try figure.number("value", in: 0...1),
                low: try figure.number("low", in: 0...1), high: try figure.number("high", in: 0...1)
            )
            guard measure.low <= measure.value, measure.value <= measure.high else {
                throw figure.refused(.badNumber, "value")
            }
            measures.append(measure)
        }
        self.measures = measures
    }
}
