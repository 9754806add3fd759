import FileKit
import FoundationModel
import Tensor
import Testing
import VigilCore

/// A committed file of what transformers computes, and the inputs that belong to it.
struct GoldenVectors {
    static let seed: UInt64 = 20_240_614

    struct Probe {
        let rowLength: Float
        let first: [Float]
        let length: Float
        let mean: Float
    }

    let image: [[Float]]
    let text: [[Float]]
    let imageProbes: [Probe]
    let textProbes: [Probe]
    let json: JSONValue

    static func json(_ name: String) throws -> JSONValue {
        let bytes = try #require(TestFiles.vector("\(name).json"))
        return try JSONParser.parse(bytes, limits: .modelFile)
    }

    init(_ name: String) throws {
        json = try Self.json(name)
        image = try Self.rows(json["image"])
        text = try Self.rows(json["text"])
        imageProbes = try Self.probes(json["imageProbes"])
        textProbes = try Self.probes(json["textProbes"])
    }

    /// Four images, [4, 3, size, size]: noise, noise on a ramp across and one down, plain grey.
    static func images(size: Int) -> [[Float]] {
        let count = 3 * size * size
        return [Float(2.0), 0.5, 0.125, 0].enumerated().map { index, scale in
            var pixels = numbers("image.\(index)", scale: scale, count: count)
            for place in pixels.indices where index == 1 || index == 2 {
                let step = index == 1 ? place % size : place / size % size
                pixels[place] += Float(step) * (1.0 / 64) - 1.75
            }
            return pixels
        }
    }

    /// Token sequences of several lengths, with start and end token.
    static func texts(end: Int) -> [[Int32]] {
        [2, 3, 12, 40, 77].enumerated().map { index, length in
            let raw = numbers("text.\(index)", scale: 1, count: length)
            let ids = raw.map { Int32((Double($0) + 1) / 2 * Double(end - 1)) }
            return [Int32(end - 1)] + ids[1..<length - 1] + [Int32(end)]
        }
    }

    static func numbers(_ name: String, scale: Float, count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            SeededWeights.fill(
                name: name, seed: seed, scale: scale,
                into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            filled = count
        }
    }

    static func rows(_ json: JSONValue?) throws -> [[Float]] {
        try #require(json?.arrayValue).map { row in
            let text = try #require(row.stringValue)
            let bytes = try #require(Base64.decode(text))
            return stride(from: 0, to: bytes.count, by: 4).map { place in
                let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << ($1 * 8) }
                return Float(bitPattern: bits)
            }
        }
    }

    private static func probes(_ json: JSONValue?) throws -> [Probe] {
        try #require(json?.arrayValue).map { probe in
            let numbers = try #require(probe["first"]?.arrayValue)
            return Probe(
                rowLength: Float(try #require(probe["rowLength"]?.doubleValue)),
                first: numbers.compactMap { $0.doubleValue.map { Float($0) } },
                length: Float(try #require(probe["length"]?.doubleValue)),
                mean: Float(try #require(probe["mean"]?.doubleValue)))
        }
    }
}
