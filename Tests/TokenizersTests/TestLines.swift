import Testing
import Tokenizers
import VigilCore

/// The lines that every tokenizer is held to, made as make_vectors.py makes them.
enum TestLines {
    /// What make_vectors.py printed for its lines, with a zero byte and a line end between.
    static let digest = "3a39a5ebafa7adbafb5e93b93ac8de767ab94545f3fb1a793f2afd367ec135bd"
    /// Every fourth line is cut to so many ids.
    static let cut = 16

    static let all: [String] = (try? make()) ?? []

    private struct Kind {
        let pieces: [String]
        let least: Int
        let most: Int
        let join: String
        let repeats: Int
    }

    private static func make() throws -> [String] {
        let recipe = try JSONParser.parse(TestFile.read(TestFile.vectors + "/lines.json"))
        let count = try #require(recipe["count"]?.intValue)
        var lines = try #require(recipe["first"]?.arrayValue).map { pair in
            String(
                repeating: try #require(pair.arrayValue?[0].stringValue),
                count: try #require(pair.arrayValue?[1].intValue))
        }
        var lots: [Kind] = []
        for json in try #require(recipe["kinds"]?.arrayValue) {
            let kind = try kind(json, recipe)
            lots += [Kind](repeating: kind, count: try #require(json["weight"]?.intValue))
        }
        var random = SplitMix64(seed: UInt64(try #require(recipe["seed"]?.intValue)))
        while lines.count < count {
            let kind = lots[random.remainder(of: lots.count)]
            let count = kind.least + random.remainder(of: kind.most - kind.least + 1)
            let pieces = (0..<count).map { _ in kind.pieces[random.remainder(of: kind.pieces.count)]
            }
            let text = pieces.joined(separator: kind.join)
            lines.append(String(repeating: text, count: 1 + random.remainder(of: kind.repeats)))
        }
        return lines
    }

    private static func kind(_ json: JSONValue, _ recipe: JSONValue) throws -> Kind {
        let names = try #require(json["sets"]?.arrayValue).compactMap(\.stringValue)
        return Kind(
            pieces: names.flatMap { recipe["sets"]?[$0]?.arrayValue ?? [] }
                .compactMap(\.stringValue),
            least: try #require(json["least"]?.intValue),
            most: try #require(json["most"]?.intValue),
            join: try #require(json["join"]?.stringValue),
            repeats: try #require(json["repeats"]?.intValue))
    }
}

extension SplitMix64 {
    /// A number below a bound as make_vectors.py draws it: a remainder.
    mutating func remainder(of bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
