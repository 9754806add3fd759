internal import VigilCore

/// What a generator has said of one study: a line of JSON that nothing is believed of.
package struct GeneratorAnswer: Sendable, Hashable {
    /// The longest line, in bytes.
    package static let bytesMax = 1 << 20
    /// The most sentences of one answer.
    package static let sentencesMax = 1000

    /// What it offers, in its order.
    package let sentences: [OfferedSentence]
    /// How many elements were no sentences at all.
    package let malformed: Int

    /// An answer.
    package init(_ sentences: [OfferedSentence], malformed: Int = 0) {
        self.sentences = sentences
        self.malformed = malformed
    }

    /// Reads a line.
    ///
    /// - Parameter study: the name that the study was asked by.
    /// - Throws: why it is no answer for that study.
    package init(line: [UInt8], study: String) throws(GeneratorFault) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(line, limits: Self.limits)
        } catch .badText {
            throw .notUTF8
        } catch {
            throw .malformed
        }
        guard let name = json["study"]?.stringValue, let list = json["sentences"]?.arrayValue,
            list.count <= Self.sentencesMax
        else { throw .malformed }
        guard name == study else { throw .otherStudy }
        let read = list.compactMap { OfferedSentence(json: $0) }
        self.init(read, malformed: list.count - read.count)
    }

    private static let limits = JSONLimits(bytes: bytesMax, depth: 8, values: 50_000)
}

extension OfferedSentence {
    /// Nil for what is no object of the members of a sentence, each of its kind; `null` is as good
    /// as none.
    fileprivate init?(json: JSONValue) {
        guard let object = json.objectValue, let text = json["text"]?.stringValue else {
            return nil
        }
        func word(_ name: String) -> String?? {
            guard let value = object[name], !value.isNull else { return .some(nil) }
            return value.stringValue.map { .some($0) }
        }
        func words(_ name: String) -> [String]? {
            guard let value = object[name], !value.isNull else { return [] }
            guard let list = value.arrayValue else { return nil }
            let words = list.compactMap(\.stringValue)
            return words.count == list.count ? words : nil
        }
        guard let polarity = word("polarity"), let side = word("side"),
            let codes = words("codes"), let sources = words("sources")
        else { return nil }
        let known = (
            polarity.flatMap { ReportPolarity(rawValue: $0) },
            side.flatMap { ReportSide(rawValue: $0) }
        )
        guard (known.0 == nil) == (polarity == nil), (known.1 == nil) == (side == nil) else {
            return nil
        }
        self.init(text: text, codes: codes, polarity: known.0, side: known.1, sources: sources)
    }
}
