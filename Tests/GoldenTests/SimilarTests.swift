import FileKit
import FoundationModel
import Foundation
import Testing
import VigilCore

/// The index of a site's own studies: what is nearest, what it holds, what it makes of damage.
@Suite("Similar studies")
struct SimilarTests {
    private let folder: TestFolder
    private let model: ClipModel
    private var width: Int { model.embeddingWidth }

    init() throws {
        folder = try TestFolder()
        model = try Self.model(seed: 3)
    }

    private static func model(seed: UInt64) throws -> ClipModel {
        let configuration = ClipModelTests.small
        let identity = ModelIdentity(
            name: "x", digest: Digest(of: [UInt8(seed)]), family: "clip", isValidated: false,
            trainedOn: nil, intendedUse: "test", licence: nil)
        return try ClipModel.make(
            source: SeededWeights(seed: seed, configuration: configuration),
            configuration: configuration, identity: identity, options: ModelOptions())
    }

    private func index(
        studiesMax: Int = 1000, _ model: ClipModel? = nil
    ) throws -> SimilarIndex {
        try SimilarIndex(
            folder: folder.path, model: model ?? self.model, studiesMax: studiesMax)
    }

    private func studies(_ model: ClipModel? = nil) throws -> SimilarStudies {
        try SimilarStudies(folder: folder.path, model: model ?? self.model)
    }

    private func study(_ number: Int) throws -> Pseudonym {
        let uid = try #require(DicomUID("1.2.\(number)"))
        return Pseudonym(of: uid, key: [1])
    }

    private func vector(_ random: inout SplitMix64) throws -> [Float] {
        var vector = StudyVector()
        for _ in 0..<3 {
            vector.add((0..<width).map { _ in Float(random.next() % 2001) / 1000 - 1 })
        }
        return try #require(vector.direction(model))
    }

    private func entry(
        _ number: Int, at time: Int64? = nil, _ random: inout SplitMix64
    ) throws -> SimilarEntry {
        SimilarEntry(
            study: try study(number), time: Timestamp(microseconds: time ?? Int64(number)),
            vector: try vector(&random))
    }

    @Test("the nearest are those of a search in double precision, over several workers' files")
    func bruteForce() throws {
        var random = SplitMix64(seed: 7)
        let (one, two) = (try index(), try index())
        var all: [SimilarEntry] = []
        for number in 0..<1500 {
            let entry = try entry(number, &random)
            try (number % 3 == 0 ? one : two).keep(entry)
            if number >= 0 { all.append(entry) }
        }
        let found = try studies()
        #expect(found.count == 1500)
        for _ in 0..<20 {
            let query = try vector(&random).map { $0 * 3 }
            let norm = query.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            let exact = all.map { entry in
                (
                    entry.study,
                    zip(query, entry.vector).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / norm
                )
            }.sorted { $0.1 > $1.1 }
            let nearest = found.nearest(to: query, count: 10)
            #expect(nearest.count == 10)
            for (place, neighbour) in nearest.enumerated() {
                // Two that differ by less than the rounding may stand in either order.
                #expect(abs(Double(neighbour.similarity) - exact[place].1) < 1e-5)
                let own = try #require(exact.first { $0.0 == neighbour.study })
                #expect(abs(own.1 - Double(neighbour.similarity)) < 1e-5)
            }
        }
        #expect(found.nearest(to: [1, 2], count: 3).isEmpty)
    }

    @Test("the oldest makes room, a study stands once, and one that is withdrawn is gone at once")
    func bounded() throws {
        var random = SplitMix64(seed: 8)
        var index: SimilarIndex? = try index(studiesMax: 10)
        for number in 0..<15 { try index?.keep(entry(number, &random)) }
        let again = try entry(14, at: 99, &random)
        try index?.keep(again)
        #expect(try studies().count == 10)
        #expect(try studies().nearest(to: again.vector, count: 1).first?.study == study(14))
        try index?.forget(study(14))
        try index?.forget(study(500))
        #expect(try studies().count == 9)
        #expect(
            try studies().nearest(to: again.vector, count: 9).allSatisfy {
                $0.study.safeText != again.study.safeText
            })
        // The next worker goes on where this one was.
        index = nil
        index = try self.index(studiesMax: 10)
        for number in 20..<25 { try index?.keep(entry(number, at: 200, &random)) }
        let left = try Set(studies().nearest(to: again.vector, count: 100).map(\.study))
        #expect(left.count == 10)
        for number in 20..<25 { #expect(try left.contains(study(number))) }
    }

    @Test("another model's studies are never compared, and damaged ones are passed over")
    func damage() throws {
        var random = SplitMix64(seed: 9)
        var index: SimilarIndex? = try index(studiesMax: 20)
        for number in 0..<20 { try index?.keep(entry(number, &random)) }
        index = nil
        let other = try Self.model(seed: 4)
        #expect(throws: SimilarError.self) { try studies(other) }
        let path = folder.path + "/0.similar"
        let whole = try Data(contentsOf: URL(filePath: path))
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0...Int(random.next() % 3) {
                let place = 128 + Int(random.next() % UInt64(bytes.count - 128))
                bytes[place] ^= UInt8(1 + random.next() % 255)
            }
            if random.next() % 4 == 0 { bytes = bytes.prefix(Int(random.next() % 4000)) }
            try bytes.write(to: URL(filePath: path))
            let count = (try? studies().count) ?? 0
            #expect(count < 20)
        }
        // One of another model is begun anew.
        try whole.write(to: URL(filePath: path))
        let anew = try self.index(studiesMax: 20, other)
        try anew.keep(entry(1, &random))
        #expect(try studies(other).count == 1)
    }
}
