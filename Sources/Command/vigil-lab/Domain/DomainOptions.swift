import Commands
import Settings
import Tuning
import VigilCore

/// What `vigil domain` was asked to do.
struct DomainOptions {
    let model: String
    let inside: String
    let outside: [String]
    let truth: String?
    let classColumn: String?
    let shrinkages: [GaussianFit.Shrinkage]
    let rank: Int
    let rowsMax: Int
    let share: Double
    let out: String
    let name: String
    let distances: String?

    init(_ arguments: ParsedArguments) throws {
        model = arguments.string("model") ?? ""
        inside = arguments.string("inside") ?? ""
        outside = arguments.strings("outside")
        truth = arguments.string("truth")
        classColumn = arguments.string("class")
        shrinkages = try Self.shrinkages(arguments.strings("shrinkage"))
        rank = try arguments.integer("neighbour", in: 1...1000) ?? 5
        rowsMax = try arguments.integer("rows", in: 2...4096) ?? 512
        share = try arguments.number("share", in: 0...0.5) ?? 0.01
        out = arguments.string("out") ?? ""
        let stem = out.split(separator: "/").last?.split(separator: ".").first
        name = arguments.string("name") ?? stem.map { String($0) } ?? "domain"
        distances = arguments.string("distances")
        if (truth == nil) != (classColumn == nil) {
            throw CommandError.needs(
                option: truth == nil ? "class" : "truth", other: truth == nil ? "truth" : "class")
        }
        try OutputPlaces.check([out] + (distances.map { [$0] } ?? []))
    }

    private static func shrinkages(_ texts: [String]) throws -> [GaussianFit.Shrinkage] {
        guard !texts.isEmpty else {
            return [.ledoitWolf, .share(1e-2), .share(1e-3), .share(1e-4), .share(1e-5)]
        }
        return try texts.map { text in
            if text == "none" { return .none }
            if text == "ledoit-wolf" { return .ledoitWolf }
            guard let share = Double(text), (1e-9...1).contains(share) else {
                throw UsageError.valueRefused(
                    command: "vigil domain", option: "shrinkage",
                    found: SafeText(operatorProvided: text),
                    expected: "none, ledoit-wolf or a share from 1e-9 to 1")
            }
            return .share(share)
        }
    }
}
