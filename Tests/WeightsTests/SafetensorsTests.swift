import FileKit
import Glibc
import Testing
import VigilCore
import Weights

@Suite("Safetensors")
struct SafetensorsTests {
    func refused(_ file: [UInt8]) -> WeightsError? {
        do throws(WeightsError) {
            _ = try SafetensorsHeader(fileSize: file.count, path: "test") { Array(file[$0]) }
            return nil
        } catch { return error }
    }

    func pack(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
        let text = Array(header.utf8)
        let length = length ?? UInt64(text.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + text
            + [UInt8](repeating: 0, count: data)
    }

    @Test("files are taken and refused as the reference implementation does")
    func reference() throws {
        let text = String(decoding: try #require(TestFiles.vector("headers.txt")), as: UTF8.self)
        var (taken, refusals) = (0, 0)
        for line in text.split(separator: "\n") {
            let file = try #require(Base64.decode(String(line.dropFirst())))
            let error = refused(file)
            #expect((error == nil) == (line.first == "+"), "\(line) \(String(describing: error))")
            if error == nil { taken += 1 } else { refusals += 1 }
        }
        #expect(taken > 250 && refusals > 600)
    }

    @Test("what breaks a rule is refused with the tensor's name")
    func rules() throws {
        let one = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
        #expect(refused(pack(one, data: 8)) == nil)
        let cases: [(String, Int, String)] = [
            (one.replacing("[2]", with: "[3]"), 8, "shape [3] takes 12 bytes, not 8"),
            (one.replacing("F32", with: "F8_E4M3"), 8, "dtype F8_E4M3 is not supported"),
            (one.replacing("[0,8]", with: "[4,12]"), 12, "its bytes leave a hole before them"),
            (one.replacing("[0,8]", with: "[8,0]"), 8, "its data_offsets 8, 0 are not a range"),
            (
                one.replacing("[2]", with: "[4611686018427387904,4]"), 8,
                "its shape [4611686018427387904, 4] is too large"
            ),
            (one.replacing("[2]", with: "[2.0]"), 8, "its shape holds something but whole numbers"),
            (
                one.dropLast() + #","b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#, 8,
                "its bytes overlap another tensor's"
            ),
        ]
        for (header, data, reason) in cases {
            guard case .badTensor(_, let tensor, let found) = refused(pack(header, data: data))
            else {
                Issue.record("\(header)")
                continue
            }
            #expect(found.text == reason)
            #expect(tensor.text == "a" || tensor.text == "b")
        }
        let twice = one.dropLast() + "," + one.dropFirst()
        #expect(refused(pack(String(twice), data: 8))?.code.text == "weights_bad_header")
        #expect(refused(pack(one, data: 9))?.code.text == "weights_bad_header")
        #expect(refused(pack(one, data: 8, length: 100_000_001))?.code.text == "weights_bad_header")
        #expect(refused([])?.disposition == .shutDown(.dataError))
    }

    @Test("no damage of a header traps")
    func mutations() {
        let seed = pack(
            #"{"__metadata__":{"a":"b"},"x":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]},"#
                + #""y":{"dtype":"I64","shape":[],"data_offsets":[12,20]}}"#, data: 20)
        #expect(refused(seed) == nil)
        var generator = SplitMix64(seed: 29)
        var refusals = 0
        for _ in 0..<20_000 {
            var file = seed
            for _ in 0...generator.next() % 3 {
                let place = Int(generator.next() % UInt64(file.count))
                file[place] = UInt8(truncatingIfNeeded: generator.next() >> 3)
            }
            if generator.next() % 4 == 0 {
                file.removeLast(Int(generator.next() % UInt64(file.count)))
            }
            if refused(file) != nil { refusals += 1 }
        }
        #expect(refusals > 10_000)
    }

    @Test("what the writer writes, the reader reads, and the same twice")
    func roundTrip() throws {
        let folder = try TestFolder()
        let path = "\(folder.path)/model.safetensors"
        let tensors = [
            SafetensorsWriter.Tensor(name: "b", shape: [2, 3]) { out in
                for index in out.indices { out[index] = Float(index) / 3 }
            },
            SafetensorsWriter.Tensor(name: "a", shape: []) { $0[0] = -7 },
            SafetensorsWriter.Tensor(name: "none", shape: [0, 4]) { _ in },
        ]
        try SafetensorsWriter.write(tensors, metadata: ["format": "pt"], to: path)
        let first = try #require(TestFiles.read(path))
        let store = try WeightStore(directory: ModelDirectory(path: folder.path))
        #expect(store.names == ["a", "b", "none"])
        try store.withFloats("b", shape: [2, 3]) { floats in
            #expect(floats.enumerated().allSatisfy { $1 == Float($0) / 3 })
        }
        try store.withFloats("a", shape: []) { #expect($0[0] == -7) }
        #expect(throws: WeightsError.self) { try store.withFloats("c", shape: []) { _ in } }
        #expect(throws: WeightsError.self) { try store.withFloats("b", shape: [3, 2]) { _ in } }
        try SafetensorsWriter.write(tensors, metadata: ["format": "pt"], to: path)
        #expect(TestFiles.read(path) == first)
        #expect(try SafetensorsFile(path: path).header.metadata == ["format": "pt"])
    }

    @Test("half, bfloat16 and double widen exactly, also where they are not aligned")
    func types() throws {
        let folder = try TestFolder()
        // One byte in front, so that nothing that follows is aligned.
        let header =
            #"{"p":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
            + #""h":{"dtype":"F16","shape":[6],"data_offsets":[1,13]},"#
            + #""b":{"dtype":"BF16","shape":[2],"data_offsets":[13,17]},"#
            + #""d":{"dtype":"F64","shape":[1],"data_offsets":[17,25]},"#
            + #""f":{"dtype":"F32","shape":[1],"data_offsets":[25,29]}}"#
        let halves: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x03FF, 0x7BFF, 0x8000]
        var bytes = pack(header) + [9]
        for value in halves + [0x3F80, 0xC2F7] {
            bytes += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
        }
        bytes += withUnsafeBytes(of: (-0.1).bitPattern.littleEndian) { Array($0) }
        bytes += withUnsafeBytes(of: Float(2.5).bitPattern.littleEndian) { Array($0) }
        try folder.write("model.safetensors", bytes)
        let store = try WeightStore(directory: ModelDirectory(path: folder.path))
        try store.withFloats("h", shape: [6]) { floats in
            #expect(Array(floats) == [1, -2, 0x1p-24, 0x1.FF8p-15, 65504, 0])
            #expect(floats[5].sign == .minus)
        }
        try store.withFloats("b", shape: [2]) { #expect(Array($0) == [1, -123.5]) }
        try store.withFloats("d", shape: [1]) { #expect(Array($0) == [Float(-0.1)]) }
        try store.withFloats("f", shape: [1]) { #expect(Array($0) == [2.5]) }
        #expect(throws: WeightsError.wrongType(tensor: "p", found: "U8")) {
            try store.withFloats("p", shape: [1]) { _ in }
        }
    }

    @Test("NaN and infinity are refused with tensor and place", arguments: [Float.nan, .infinity])
    func notFinite(_ value: Float) throws {
        let folder = try TestFolder()
        for place in [0, 4095, 4096, 9999] {
            let tensor = SafetensorsWriter.Tensor(name: "w", shape: [10_000]) { $0[place] = -value }
            try SafetensorsWriter.write([tensor], to: "\(folder.path)/model.safetensors")
            let store = try WeightStore(directory: ModelDirectory(path: folder.path))
            #expect(throws: WeightsError.notFinite(tensor: "w", index: place)) {
                try store.withFloats("w", shape: [10_000]) { _ in }
            }
        }
    }

    @Test("shards are found through the index, and an index that lies is refused")
    func shards() throws {
        let folder = try TestFolder()
        for (index, name) in ["a", "b"].enumerated() {
            let tensor = SafetensorsWriter.Tensor(name: name, shape: [1]) { $0[0] = Float(index) }
            try SafetensorsWriter.write([tensor], to: "\(folder.path)/s\(index).safetensors")
        }
        func write(_ map: String) throws {
            try folder.write(WeightStore.indexName, Array(#"{"weight_map":\#(map)}"#.utf8))
        }
        try write(#"{"a":"s0.safetensors","b":"s1.safetensors"}"#)
        let store = try WeightStore(directory: ModelDirectory(path: folder.path))
        try store.withFloats("b", shape: [1]) { #expect($0[0] == 1) }
        for map in [
            #"{"a":"s1.safetensors"}"#, #"{"a":"s2.safetensors"}"#, #"{"a":"../s0.safetensors"}"#,
            #"{"a":1}"#, "[]",
        ] {
            try write(map)
            #expect(throws: WeightsError.self, "\(map)") {
                try WeightStore(directory: ModelDirectory(path: folder.path))
            }
        }
    }
}
