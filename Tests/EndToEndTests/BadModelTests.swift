import Foundation
import Testing
import VigilCore

extension EndToEnd {
    /// Models that must not load: each is refused by every command with what is wrong and where.
    @Suite("Refused models", .serialized)
    struct BadModelTests {
        /// What is done to a folder, and what the commands say of it then.
        struct Damage: Sendable, CustomTestStringConvertible {
            let name: String
            let reason: String
            /// 65: it is wrong; 66: something is not there.
            var code: Int32 = 65
            let apply: @Sendable (ModelFolder) throws -> Void
            var testDescription: String { name }
        }

        private static let tensor = "encoder.layer.0.mlp.fc1.weight"

        static let damages = [
            Damage(name: "missing tensor", reason: "no tensor layernorm.weight of shape [32]") {
                try $0.replaceInHeader("\"layernorm.weight\"", "\"layernorm.wieght\"")
            },
            Damage(
                name: "wrong shape",
                reason: "tensor \(tensor) has shape [32, 128], expected [128, 32]"
            ) {
                try $0.rewriteHeader { $0[tensor]?["shape"] = [32, 128] }
            },
            Damage(name: "NaN", reason: "tensor \(tensor) is NaN or infinite at element 0") {
                try $0.setFirstElement(of: tensor, to: 0x7E00)
            },
            Damage(name: "infinity", reason: "tensor \(tensor) is NaN or infinite at element 0") {
                try $0.setFirstElement(of: tensor, to: 0xFC00)
            },
            Damage(
                name: "whole numbers",
                reason: "tensor \(tensor) has type I16, expected F32, F16, BF16 or F64"
            ) {
                try $0.rewriteHeader { $0[tensor]?["dtype"] = "I16" }
            },
            Damage(name: "unknown type", reason: "tensor \(tensor): dtype F4 is not supported") {
                try $0.rewriteHeader { $0[tensor]?["dtype"] = "F4" }
            },
            Damage(name: "truncated", reason: "the tensors end at byte") {
                try $0.rewrite { $0.dropLast(10) }
            },
            Damage(name: "header over 100 MB", reason: "length 100000001 is over 100 MB") {
                try $0.rewrite { Data(MadeDicom.bytes(UInt64(100_000_001))) + $0.dropFirst(8) }
            },
            Damage(name: "header beyond 64 bits", reason: "18446744073709551615 is over 100 MB") {
                try $0.rewrite { Data(MadeDicom.bytes(UInt64.max)) + $0.dropFirst(8) }
            },
            Damage(name: "header beyond the file", reason: "leaves the file of") {
                try $0.rewrite { Data(MadeDicom.bytes(UInt64(99_999_999))) + $0.dropFirst(8) }
            },
            Damage(name: "overlap", reason: "its bytes overlap another tensor's") { folder in
                try folder.rewriteHeader { header in
                    header["z.weight"] = header["embeddings.cls_token"]
                }
            },
            Damage(name: "hole", reason: "its bytes leave a hole before them") {
                try $0.rewriteHeader { header in
                    let first = header.first { $0.value["data_offsets"]?.arrayValue?.first == 0 }
                    header[first?.key ?? ""] = nil
                }
            },
            Damage(name: "name twice", reason: "is no valid safetensors file") {
                try $0.rewrite { data in
                    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
                    let twice = Data("{\"layernorm.bias\":{},".utf8) + data[9..<8 + length]
                    return Data(MadeDicom.bytes(UInt64(twice.count))) + twice
                        + data.dropFirst(8 + length)
                }
            },
            Damage(name: "not UTF-8", reason: "is no valid safetensors file") {
                try $0.rewrite { data in
                    var data = data
                    data[data.firstRange(of: Data("layernorm".utf8))?.lowerBound ?? 9] = 0xFF
                    return data
                }
            },
            Damage(name: "no bytes", reason: "the file has fewer than 8 bytes") {
                try $0.rewrite { _ in Data() }
            },
            Damage(name: "a folder", reason: "model.safetensors is named by the model", code: 66) {
                try $0.remove("model.safetensors")
                try FileManager.default.createDirectory(
                    at: $0.file("model.safetensors"), withIntermediateDirectories: false)
            },
            Damage(name: "a link to nothing", reason: "model.safetensors cannot be", code: 66) {
                try $0.remove("model.safetensors")
                try FileManager.default.createSymbolicLink(
                    at: $0.file("model.safetensors"),
                    withDestinationURL: $0.file("nothing.safetensors"))
            },
            Damage(name: "unknown activation", reason: "hidden_act is relu, expected gelu") {
                try $0.replace("\"gelu\"", "\"relu\"", in: "config.json")
            },
            Damage(name: "configuration not UTF-8", reason: "config.json: ") {
                try (Data([0x7B, 0xFF]) + Data("}".utf8)).write(to: $0.file("config.json"))
            },
            Damage(name: "another file", reason: "config.json has SHA-256", code: 65) {
                try $0.replace("0.02", "0.03", in: "config.json")
            },
        ]

        @Test("each is refused by verify, inspect and infer", arguments: damages)
        func refused(damage: Damage) throws {
            let folder = try ModelFolder("dinov2")
            // Digests would be missed first.
            if damage.name != "another file" { try folder.removeMember("files") }
            try damage.apply(folder)
            for (arguments, code) in [
                (["model", "verify", folder.path], damage.code),
                (["model", "inspect", folder.path], damage.code),
                (["infer", "--model", folder.path, Images.path("SC_rgb.dcm")], damage.code),
            ] {
                let run = try CommandRun(arguments)
                #expect(run.code == code, "\(arguments[0]): \(run.error)")
                #expect(run.error.contains(damage.reason), "\(run.error)")
                #expect(run.output.isEmpty)
            }
        }

        @Test("a tokenizer of another model is refused with what was expected")
        func wrongTokenizer() throws {
            let folder = try RunFolder.make() + "/clip"
            #expect(try CommandRun(["model", "untrained", "--size", "tiny", folder]).code == 0)
            try FileManager.default.removeItem(atPath: folder + "/vigil.json")
            let path = URL(fileURLWithPath: folder + "/vocab.json")
            let text = try String(contentsOf: path, encoding: .utf8)
            // One token more than the text tower has rows.
            try Data(("{\"another\":99999," + text.dropFirst()).utf8).write(to: path)
            for arguments in [
                ["model", "inspect", folder],
                ["infer", "--model", folder, Images.path("SC_rgb.dcm")],
            ] {
                let run = try CommandRun(arguments)
                #expect(run.code == 65, "\(run.error)")
                #expect(run.error.contains("tokenizer"), "\(run.error)")
            }
        }
    }
}
