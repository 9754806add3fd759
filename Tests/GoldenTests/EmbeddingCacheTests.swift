import FileKit
import FoundationModel
import Glibc
import Imaging
import Synchronization
import Tensor
import Testing
import VigilCore

/// The cache of images' embeddings: what it gives back, what it holds, what it makes of damage.
@Suite("Embedding cache")
struct EmbeddingCacheTests {
    private let folder: TestFolder
    private let model: ClipModel

    init() throws {
        folder = try TestFolder()
        model = try Self.model(ModelOptions())
    }

    private static func model(_ options: ModelOptions, seed: UInt64 = 3) throws -> ClipModel {
        let configuration = ClipModelTests.small
        let identity = ModelIdentity(
            name: "x", digest: Digest(of: [UInt8(seed)]), family: "clip", isValidated: false,
            trainedOn: nil, intendedUse: "test", licence: nil)
        return try ClipModel.make(
            source: SeededWeights(seed: seed, configuration: configuration),
            configuration: configuration, identity: identity, options: options)
    }

    private func cache(bytesMax: Int = 1 << 20, _ model: ClipModel? = nil) -> EmbeddingCache {
        EmbeddingCache(
            directory: folder.path, bytesMax: bytesMax, model: model ?? self.model)
    }

    private func image(_ number: Int) -> Digest { Digest(of: [UInt8(number)]) }

    private func entry(_ number: Int, joules: Joules? = Joules(1.5)) -> EmbeddingCache.Entry {
        EmbeddingCache.Entry(
            embedding: (0..<48).map { Float($0 + number) / 7 }, joules: joules)
    }

    private var files: [String] {
        let path = "\(folder.path)/embeddings-1"
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let item = readdir(stream) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append("\(path)/\(name)") }
        }
        return names
    }

    @Test("what was kept comes back to the bit, also after a restart, with what it took")
    func roundTrip() throws {
        let first = cache()
        #expect(first.find(image(1)) == nil)
        let image = GoldenVectors.numbers("x", scale: 2, count: model.imagePixels)
        let embedding = try model.encode(images: [image])[0]
        first.keep(.init(embedding: embedding, joules: Joules(0.25)), of: self.image(1))
        first.keep(entry(2, joules: nil), of: self.image(2))
        for cache in [first, cache()] {
            #expect(cache.find(self.image(1))?.embedding == embedding)
            #expect(cache.find(self.image(1))?.joules == Joules(0.25))
            #expect(cache.find(self.image(2)) == entry(2, joules: nil))
            #expect(cache.find(self.image(3)) == nil)
            #expect(cache.usage.hits == 3 && cache.usage.entries == 2)
        }
    }

    @Test("another model, precision or LoRA finds nothing")
    func keys() throws {
        cache().keep(entry(1), of: image(1))
        #expect(cache().find(image(1)) != nil)
        #expect(cache(try Self.model(ModelOptions(), seed: 4)).find(image(1)) == nil)
        let int8 = try Self.model(ModelOptions(precision: .int8))
        #expect(cache(int8).find(image(1)) == nil)
        // The bits of fp32 and int8 do not depend on the instruction set: neither does the key.
        let scalar = try Self.model(ModelOptions(instructionSet: .scalar))
        #expect(cache(scalar).find(image(1)) != nil)
    }

    @Test("a damaged entry is counted, removed and made anew")
    func damaged() throws {
        let cache = cache()
        cache.keep(entry(1), of: image(1))
        let path = try #require(files.first)
        let good = try #require(TestFiles.read(path))
        var damages: [[UInt8]] = [[], Array(good.dropLast(9)), good + [0]]
        for place in stride(from: 0, to: good.count, by: 23) {
            var bytes = good
            bytes[place] ^= 0x40
            damages.append(bytes)
        }
        for (count, bytes) in damages.enumerated() {
            let file = try #require(fopen(path, "wb"))
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
            let found = cache.find(image(1))
            // A padding byte of the header is no part of what is checked.
            if found == nil {
                #expect(files.isEmpty)
            } else {
                #expect(found == entry(1), "\(count)")
            }
            cache.keep(entry(1), of: image(1))
            #expect(cache.find(image(1)) == entry(1))
        }
        #expect(cache.usage.damaged > 15 && cache.usage.misses == 0)
        #expect(cache.usage.entries == 1)
    }

    @Test("the bound holds, and what was not used for the longest time goes first")
    func bound() throws {
        let cache = cache(bytesMax: 5 * 4096)
        for number in 0..<5 { cache.keep(entry(number), of: image(number)) }
        #expect(cache.find(image(0)) != nil)
        cache.keep(entry(5), of: image(5))
        #expect(cache.usage.entries == 5 && cache.usage.bytes == 5 * 4096 && files.count == 5)
        #expect(cache.find(image(1)) == nil)
        for number in [0, 2, 3, 4, 5] { #expect(cache.find(image(number)) == entry(number)) }
        for round in 0..<3000 {
            _ = cache.find(image(round % 6))
            cache.keep(entry(round % 200), of: image(round % 200))
            #expect(cache.usage.bytes <= 5 * 4096)
        }
        #expect(files.count == 5)
        // A later start with a smaller bound keeps to that.
        #expect(self.cache(bytesMax: 2 * 4096).usage.entries == 2)
        #expect(files.count == 2)
    }

    @Test("a folder that cannot be written is no error, and an entry beyond the bound is not kept")
    func unwritable() throws {
        let faults = Mutex<[CacheFault]>([])
        let nowhere = EmbeddingCache(
            directory: "/proc/nothing", bytesMax: 1 << 20, model: model
        ) { fault in faults.withLock { $0.append(fault) } }
        nowhere.keep(entry(1), of: image(1))
        let told = faults.withLock { $0 }
        #expect(told.map(\.cache) == ["images"])
        #expect(told.allSatisfy { $0.reason.text.contains("cannot be written") })
        #expect(nowhere.find(image(1)) == nil)
        let tiny = cache(bytesMax: 4095)
        tiny.keep(entry(1), of: image(1))
        #expect(tiny.find(image(1)) == nil && files.isEmpty)
        tiny.keep(.init(embedding: [1, 2], joules: nil), of: image(1))
        #expect(files.isEmpty)
    }
}
