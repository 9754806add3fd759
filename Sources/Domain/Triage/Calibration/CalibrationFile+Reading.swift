package import VigilCore

extension CalibrationFile {
    /// The largest payload that is read.
    private static let limits = JSONLimits(bytes: 4 << 20, depth: 16, values: 400_000)

    /// Reads and checks what was signed. Total: any bytes give a calibration or a reason.
    ///
    /// - Parameters:
    ///   - rules: know the findings that may be there.
    ///   - file: its path, for errors.
    package init(
        payload: [UInt8], rules known: TriageRules, file: SafeText
    ) throws(TriageError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(payload, limits: Self.limits)
        } catch {
            let isLarge = payload.count > Self.limits.bytes
            throw .calibrationRefused(
                file: file, isLarge ? .tooLarge : .unreadable, member: "it")
        }
        try self.init(CalibrationReader(json, file: file), rules: known)
        // All figures that follow from others are written from them: a file that says something
        // else, or more, was made by another hand than the one that is trusted.
        guard JSONWriter.bytes(json, order: .sorted) == JSONWriter.bytes(self.json, order: .sorted)
        else { throw .calibrationRefused(file: file, .inconsistent, member: "it") }
    }

    private init(_ reader: CalibrationReader, rules known: TriageRules) throws(TriageError) {
        guard try reader.text("schema") == Self.schema else {
            throw reader.refused(.unknownVersion, "schema")
        }
        site = try reader.text("site")
        population = try reader.text("population", bytesMax: 2000)
        validity = Validity(
            made: try reader.time("made_at"), expires: try reader.time("expires_at"))
        guard validity.made < validity.expires else {
            throw reader.refused(.badNumber, "expires_at")
        }
        scorer = try ScoringModel(reader: try reader.object("model"))
        rules = try reader.text("rules", bytesMax: 512)
        promise = try Promise(reader: try reader.object("promise"))
        counts = try Counts(reader: try reader.object("counts"))
        columns = try reader.texts("by", countMax: Self.columnsMax)
        var strata: [Stratum] = []
        for stratum in try reader.list("strata", countMax: Self.strataMax) {
            strata.append(try Stratum(reader: stratum, columns: columns.count))
        }
        guard Set(strata.map(\.values)).count == strata.count,
            Set(columns).count == columns.count
        else { throw reader.refused(.badOrder, "strata") }
        self.strata = strata
        var findings: [CalibratedFinding] = []
        for finding in try reader.list("findings", countMax: Self.findingsMax) {
            findings.append(
                try CalibratedFinding(
                    reader: finding, rules: known, promise: promise, strata: strata.count))
        }
        guard !findings.isEmpty else { throw reader.refused(.malformed, "findings") }
        let keys = Set(findings.map { OperatingPoint.key(code: $0.code, head: $0.head) })
        guard keys.count == findings.count else { throw reader.refused(.badOrder, "findings") }
        self.findings = findings
    }
}

extension ScoringModel {
    fileprivate init(reader: CalibrationReader) throws(TriageError) {
        self.init(
            model: try reader.digest("digest"),
            preprocessing: try reader.digest("preprocessing"),
            adapters: try reader.digests("adapters", countMax: 1024))
    }
}

extension CalibrationFile.Promise {
    fileprivate init(reader: CalibrationReader) throws(TriageError) {
        delta = try reader.number("delta", in: RiskClaim.deltas)
        isJoint = try reader.choice("scope", of: ["finding", "joint"]) == "joint"
        sequences = try reader.count("sequences")
        coverageFloor = try reader.number("coverage_floor", in: 0...1)
        guard sequences >= 1, isJoint || sequences == 1 else {
            throw reader.refused(.badNumber, "sequences")
        }
    }

    /// What each promise may err with.
    var each: Double { delta / Double(sequences) }
}

extension CalibrationFile.Counts {
    fileprivate init(reader: CalibrationReader) throws(TriageError) {
        studies = try reader.count("studies")
        patients = try reader.count("patients")
        unscored = try reader.count("unscored")
    }
}

extension CalibrationFile.Stratum {
    fileprivate init(reader: CalibrationReader, columns: Int) throws(TriageError) {
        values = try reader.texts("values", countMax: CalibrationFile.columnsMax)
        studies = try reader.count("studies")
        guard values.count == columns else { throw reader.refused(.malformed, "values") }
    }
}

extension CalibratedFinding {
    fileprivate init(
        reader: CalibrationReader, rules known: TriageRules, promise: CalibrationFile.Promise,
        strata: Int
    ) throws(TriageError) {
        let code = try reader.text("code", bytesMax: 256)
        guard known.row(of: code) != nil else { throw reader.refused(.unknownFinding, "code") }
        var rules: [StratumRule] = []
        for rule in try reader.list("rules", countMax: CalibrationFile.strataMax + 1) {
            rules.append(try StratumRule(reader: rule, promise: promise, strata: strata))
        }
        // All studies first, then strata in their order, each once.
        let order = rules.map { $0.stratum ?? -1 }
        guard order.first == -1, zip(order, order.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw reader.refused(.badOrder, "rules")
        }
        let loss = try reader.object("log_loss")
        self.init(
            code: code, head: try reader.optionalText("head"),
            map: try ProbabilityMap(reader: try reader.object("map")),
            loss: HeldOutLoss(
                before: try loss.number("before", in: 0...100),
                after: try loss.number("after", in: 0...100)),
            rules: rules)
    }
}

extension ProbabilityMap {
    fileprivate init(reader: CalibrationReader) throws(TriageError) {
        switch try reader.choice("method", of: ["none", "temperature", "beta"]) {
        case "temperature":
            self = .temperature(try reader.number("temperature", in: 1e-3...1e3))
        case "beta":
            self = .beta(
                a: try reader.number("a", in: 0...1e3), b: try reader.number("b", in: 0...1e3),
                c: try reader.number("c", in: -1e3...1e3))
        default: self = .none
        }
    }
}
