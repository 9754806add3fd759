import Conversion
import FileKit
import Glibc
import MutationKit
import Testing
import VigilCore
import Weights

/// Bytes that were cut, changed or made up: each is converted to a valid file or refused with an
/// error of the converter's, and nothing traps, which would end the whole test program.
@Suite("Changed checkpoints", .serialized)
struct FuzzTests {
    /// What a loop may take; `VIGIL_FUZZ_SECONDS` gives it more.
    static let budget: Duration = {
        let text = getenv("VIGIL_FUZZ_SECONDS").map { String(cString: $0) }
        return text.flatMap { Int($0) }.map { .seconds($0) } ?? .milliseconds(900)
    }()

    /// Reads and writes one file; says whether it was converted.
    private static func convert(_ bytes: [UInt8], in folder: TestFolder) throws -> Bool {
        let path = try folder.write("a", bytes)
        do throws(ConversionError) {
            let file: FrozenFile
            do throws(WeightsError) { file = try FrozenFile(path: path) } catch {
                throw .weights(error)
            }
            _ = try Checkpoint(file: file)
        } catch {
            #expect(!error.what.text.isEmpty && !error.code.text.isEmpty)
            return false
        }
        let conversion = ModelConversion(source: path, destination: "\(folder.path)/model")
        let report = try conversion.run()
        let written = try SafetensorsFile(path: "\(conversion.destination)/model.safetensors")
        #expect(written.header.entries.count == report.tensors)
        TestFolder.delete(conversion.destination)
        return true
    }

    @Test(
        "a file that is cut short anywhere is refused",
        arguments: ["zip.pt", "zip-protocol-1.pt", "legacy.pt", "plain-5.pkl", "arrays-0.pkl"])
    func cut(file: String) throws {
        let folder = try TestFolder(isInMemory: true)
        let bytes = try #require(TestFiles.vector(file))
        for length in bytes.indices where length % 5 == 0 || length > bytes.count - 30 {
            let isConverted = try Self.convert(Array(bytes[..<length]), in: folder)
            #expect(!isConverted, "\(length) of \(bytes.count) bytes")
        }
    }

    @Test("an ONNX model that is cut short is whole or refused")
    func cutOnnx() throws {
        let folder = try TestFolder(isInMemory: true)
        let bytes = try #require(TestFiles.vector("model.onnx"))
        var converted = 0
        for length in bytes.indices where try Self.convert(Array(bytes[..<length]), in: folder) {
            converted += 1
            let file = try FrozenFile(path: "\(folder.path)/a")
            #expect(try Checkpoint(file: file).tensors.count == 7, "\(length) bytes")
        }
        #expect(converted < 20)
    }

    @Test("changed files are converted or refused")
    func mutations() throws {
        let folder = try TestFolder(isInMemory: true)
        var random = SplitMix64(seed: 6)
        let deadline = ContinuousClock.now + Self.budget
        let names = ConversionTests.files + ["refused-module.pt", "refused-system.pt"]
        var originals = try names.map { try #require(TestFiles.vector($0)) }
        // An archive that is mostly pickle.
        originals.append(
            PickleBytes.archive(
                PickleBytes.tensor(offset: 1, shape: [1, 2], strides: [2, 1]),
                storage: [UInt8](repeating: 1, count: 16)))
        var (converted, count) = (0, 0)
        while count < 100 || ContinuousClock.now < deadline {
            var bytes = originals[count % originals.count]
            for _ in 0...Int(random.next() % 4) { ByteMutation.change(&bytes, &random) }
            if try Self.convert(bytes, in: folder) { converted += 1 }
            count += 1
        }
        #expect(converted > 0)
        #expect(converted < count * 3 / 4)
    }

    /// Operations with their arguments, among them calls of all that may be called.
    private static let pieces: [[UInt8]] = {
        var pieces: [[UInt8]] = Array("()]}N.0123atlduesbRQ".utf8).map { [$0] }
        pieces += [0x85, 0x86, 0x87, 0x88, 0x89, 0x94, 0x93, 0x81].map { [$0] }
        pieces += (UInt8(0)..<8).flatMap { [[0x68, $0], [0x71, $0], [0x4B, $0]] }
        pieces += [-1, 0, 1, 4, 255, .max, .min, 1 << 40].map { PickleBytes.integer($0) }
        pieces += ["storage", "0", "cpu", "w", "latin1", "f4", "<", "F", "torch", "Size"].map {
            PickleBytes.text($0)
        }
        let globals = [
            ("torch", "FloatStorage"), ("torch", "LongStorage"), ("torch", "Size"),
            ("torch", "device"), ("torch._utils", "_rebuild_tensor_v2"),
            ("torch._utils", "_rebuild_parameter"), ("torch.storage", "_load_from_bytes"),
            ("collections", "OrderedDict"), ("_codecs", "encode"), ("numpy", "dtype"),
            ("numpy", "ndarray"), ("numpy._core.multiarray", "_reconstruct"),
            ("numpy.core.numeric", "_frombuffer"),
        ]
        pieces += globals.map { PickleBytes.global($0.0, $0.1) }
        let tensor = PickleBytes.tensor(shape: [2, 2], strides: [2, 1])
        pieces += [Array(tensor[2..<tensor.count - 1]), [0x43, 4, 0, 0, 0x80, 0x3F]]
        return pieces
    }()

    @Test("made-up sequences of operations are read or refused")
    func sequences() throws {
        let folder = try TestFolder(isInMemory: true)
        var random = SplitMix64(seed: 7)
        let deadline = ContinuousClock.now + Self.budget
        var (converted, count) = (0, 0)
        while count < 200 || ContinuousClock.now < deadline {
            var pickle: [UInt8] = [0x80, 4]
            for _ in 0...Int(random.next() % 24) {
                pickle += Self.pieces[Int(random.next() % UInt64(Self.pieces.count))]
            }
            let bytes = PickleBytes.archive(
                pickle + [0x2E], storage: [UInt8](repeating: 1, count: 16))
            if try Self.convert(bytes, in: folder) { converted += 1 }
            count += 1
        }
        #expect(converted > 0)
    }
}
