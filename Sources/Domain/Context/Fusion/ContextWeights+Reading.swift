package import VigilCore

extension ContextWeights {
    private static let limits = JSONLimits(bytes: bytesMax, depth: 8, values: 100_000)

    /// Reads and checks a file. Total: any bytes give weights or a reason.
    ///
    /// - Parameter file: its path, for errors.
    package init(_ bytes: [UInt8], file: SafeText) throws(ContextError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(bytes, limits: Self.limits)
        } catch {
            throw .weightsRefused(file: file, .unreadable, member: "it")
        }
        try self.init(WeightsReader(json, file: file))
        // A member that is not known may mean what this version does not do.
        guard JSONWriter.bytes(json, order: .sorted) == JSONWriter.bytes(self.json, order: .sorted)
        else { throw .weightsRefused(file: file, .unknownMember, member: "it") }
    }

    private init(_ reader: WeightsReader) throws(ContextError) {
        guard try reader.text("schema") == Self.schema else {
            throw reader.refused(.unknownVersion, "schema")
        }
        site = try reader.text("site")
        guard let made = Timestamp(rfc3339: try reader.text("made_at")) else {
            throw reader.refused(.malformed, "made_at")
        }
        self.made = made
        guard let model = Digest(text: try reader.text("model")) else {
            throw reader.refused(.malformed, "model")
        }
        self.model = model
        var fits: [ContextFit] = []
        for finding in try reader.list("findings", countMax: Self.findingsMax) {
            fits.append(try ContextFit(reader: finding))
        }
        guard Set(fits.map { [$0.code, $0.head ?? ""] }).count == fits.count else {
            throw reader.refused(.thereTwice, "findings")
        }
        self.fits = fits
    }
}

extension ContextFit {
    fileprivate init(reader: WeightsReader) throws(ContextError) {
        let code = try reader.text("code")
        guard FindingCode.isCode(code) else { throw reader.refused(.malformed, "code") }
        var terms: [ContextTerm] = []
        for term in try reader.list("terms", countMax: ContextItem.allCases.count) {
            terms.append(try ContextTerm(reader: term))
        }
        guard Set(terms.map(\.item)).count == terms.count else {
            throw reader.refused(.thereTwice, "terms")
        }
        guard !terms.isEmpty else { throw reader.refused(.malformed, "terms") }
        self.init(
            code: code, head: try reader.optionalText("head"),
            intercept: try reader.number("intercept", in: -100...100),
            slope: try reader.number("slope", in: 1e-3...100), terms: terms,
            gain: try Gain(reader: try reader.object("gain")))
    }
}

extension ContextTerm {
    fileprivate init(reader: WeightsReader) throws(ContextError) {
        guard let item = ContextItem(rawValue: try reader.text("item")) else {
            throw reader.refused(.unknownItem, "item")
        }
        guard let scale = Scale(rawValue: try reader.text("scale")) else {
            throw reader.refused(.malformed, "scale")
        }
        let weight = try reader.number("weight", in: -20...20)
        guard weight * Double(item.direction) >= 0 else {
            throw reader.refused(.wrongWay, "weight")
        }
        self.init(
            item: item, scale: scale, center: try reader.number("center", in: -1e9...1e9),
            spread: try reader.number("spread", in: 1e-6...1e9), weight: weight)
    }
}

extension ContextFit.Gain {
    fileprivate init(reader: WeightsReader) throws(ContextError) {
        self.init(
            studies: try reader.count("studies"), positives: try reader.count("positives"),
            image: try reader.number("image", in: 0...1),
            fused: try reader.number("fused", in: 0...1),
            low: try reader.number("low", in: -1...1), high: try reader.number("high", in: -1...1))
        guard positives <= studies, low <= high else { throw reader.refused(.badNumber, "high") }
        guard low > 0 else { throw reader.refused(.noGain, "low") }
    }
}
