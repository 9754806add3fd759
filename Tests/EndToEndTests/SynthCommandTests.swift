import Foundation
import Imaging
import Testing
import VigilCore

extension EndToEndAnswers {
    /// `vigil synth` as its user runs it.
    @Suite("Synth command", .serialized)
    struct SynthCommandTests {
        private static let validator = "/usr/bin/dciodvfy"

        private func synth(_ arguments: [String]) throws -> (folder: String, run: CommandRun) {
            let folder = try RunFolder.make() + "/studies"
            let run = try CommandRun(["synth", "--out", folder] + arguments)
            return (folder, run)
        }

        /// The bytes of every file by its path below a folder; paths of the folder itself taken
        /// out.
        private func contents(_ folder: String) throws -> [String: Data] {
            var out: [String: Data] = [:]
            let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
            for name in names ?? [] {
                guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
                    continue
                }
                guard name.hasSuffix(".jsonl") else {
                    out[name] = data
                    continue
                }
                let text = String(decoding: data, as: UTF8.self)
                out[name] = Data(text.replacingOccurrences(of: folder, with: "").utf8)
            }
            return out
        }

        @Test("one thread and two write the same bytes")
        func threads() throws {
            let common = ["--count", "10", "--seed", "4", "--kind", "mixed", "--size", "96"]
            let one = try synth(common + ["--threads", "1", "--transfer-syntax", "mixed"])
            let two = try synth(common + ["--threads", "2", "--transfer-syntax", "mixed"])
            #expect(one.run.code == 0, "\(one.run.error)")
            #expect(two.run.code == 0, "\(two.run.error)")
            let (left, right) = (try contents(one.folder), try contents(two.folder))
            #expect(left.count >= 14)
            #expect(left == right)
        }

        @Test("the three encodings of a study decode to equal pixels")
        func encodings() throws {
            let pool = try DecoderPool(
                slots: 1, executable: (Programs.folder ?? "") + "/vigil-dicom-decoder")
            var digests: [String: Set<Digest>] = [:]
            for (name, syntax) in [
                ("uncompressed", TransferSyntax.explicitLittleEndian),
                ("jpeg-ls", .jpegLSLossless), ("jpeg2000", .jpeg2000Lossless),
            ] {
                for kind in ["cxr", "ct"] {
                    let made = try synth([
                        "--count", "2", "--seed", "9", "--kind", kind, "--size", "128",
                        "--transfer-syntax", name,
                    ])
                    #expect(made.run.code == 0, "\(made.run.error)")
                    for study in ["000000", "000001"] {
                        let path = "\(made.folder)/dicom/\(study)/1.dcm"
                        let input = try InputRoots.openTrusted(path: path, maximumBytes: 1 << 24)
                        let decoded = try pool.decode(input)
                        #expect(decoded.encoding.transferSyntax == syntax)
                        #expect(decoded.width == 128)
                        digests["\(kind)/\(study)", default: []].insert(decoded.pixelDigest)
                    }
                }
            }
            #expect(digests.count == 4)
            #expect(digests.values.allSatisfy { $0.count == 1 })
        }

        @Test("a film's View Position and its View Code are read as one view")
        func views() throws {
            let made = try synth(["--count", "24", "--seed", "3", "--kind", "cxr", "--size", "64"])
            #expect(made.run.code == 0, "\(made.run.error)")
            let pool = try DecoderPool(
                slots: 1, executable: (Programs.folder ?? "") + "/vigil-dicom-decoder")
            let files = try contents(made.folder).keys.filter { $0.hasSuffix("/1.dcm") }
            var seen: Set<String> = []
            for file in files {
                let input = try InputRoots.openTrusted(
                    path: "\(made.folder)/\(file)", maximumBytes: 1 << 24)
                let view = try pool.header(of: input).header?.standardView
                seen.insert(try #require(view, "\(file) has two views, or none"))
            }
            #expect(files.count == 24 && seen.isSuperset(of: ["PA", "AP"]), "\(seen)")
        }

        @Test(
            "dciodvfy finds no error in any kind of file",
            .enabled(
                if: FileManager.default.isExecutableFile(atPath: validator),
                "no dciodvfy: apt-get install dicom3tools"),
            arguments: ["uncompressed", "jpeg-ls", "jpeg2000"])
        func validity(syntax: String) throws {
            for kind in ["cxr", "ct"] {
                let made = try synth([
                    "--count", kind == "ct" ? "4" : "16", "--seed", "2", "--kind", kind, "--size",
                    "64", "--transfer-syntax", syntax,
                ])
                #expect(made.run.code == 0, "\(made.run.error)")
                let files = try contents(made.folder).keys.filter { $0.hasSuffix("/1.dcm") }
                #expect(files.count >= 4)
                for file in files {
                    let child = try ChildProcess(
                        Self.validator, ["\(made.folder)/\(file)"], variables: [:])
                    defer { child.send(SIGKILL) }
                    _ = try child.exit(within: .seconds(30))
                    let lines = child.text(.error) + child.text(.output)
                    #expect(lines.contains { $0.contains("Image") }, "it names the IOD")
                    let errors = lines.filter { $0.contains("Error") }
                    #expect(errors.isEmpty, "\(file): \(errors)")
                }
            }
        }

        @Test("wrong arguments are told with a remedy and end with 64, a full place with 74")
        func mistakes() throws {
            let folder = try RunFolder.make()
            for (arguments, words) in [
                (["--rate", "fast", "--bootstrap", "x:1"], "50/s"),
                (["--rate", "5/s"], "--bootstrap"), (["--profile", "steady"], "--rate"),
                (["--size", "10"], "64"), (["--kind", "mri"], "cxr"),
            ] {
                let run = try CommandRun(["synth", "--out", folder + "/x"] + arguments)
                #expect(run.code == 64, "\(arguments)")
                #expect(run.error.contains(words), "\(run.error)")
            }
            let made = try CommandRun(["synth", "--out", folder, "--count", "1", "--size", "64"])
            #expect(made.code == 0, "\(made.error)")
            let again = try CommandRun(["synth", "--out", folder, "--count", "1", "--size", "64"])
            #expect(again.code == 64)
            #expect(again.error.contains("holds studies already"))
            let nowhere = try CommandRun(["synth", "--out", "/proc/synth", "--count", "1"])
            #expect(nowhere.code == 74)
        }

        @Test("the summary for machines says what was made, and the tables have a line a study")
        func summary() throws {
            let made = try synth(["--count", "5", "--size", "64", "--json"])
            let line = try JSONParser.parse(Array((made.run.output.first ?? "").utf8))
            #expect(line["studies"]?.intValue == 5)
            #expect((line["images"]?.intValue ?? 0) >= 5)
            for (table, lines) in [
                ("truth.jsonl", 5), ("truth.csv", 6), ("events.jsonl", 5), ("fhir.ndjson", 5),
            ] {
                let text = try String(contentsOfFile: "\(made.folder)/\(table)", encoding: .utf8)
                #expect(text.split(separator: "\n").count == lines, "\(table)")
            }
        }
    }
}
