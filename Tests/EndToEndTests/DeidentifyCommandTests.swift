import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    /// `vigil deidentify`: files in, files out.
    @Suite("De-identify command")
    struct DeidentifyCommandTests {
        private static let ct = "1.2.840.10008.5.1.4.1.1.2"

        /// A key that a command takes.
        private func key(in folder: String, mode: Int = 0o600) throws -> String {
            let path = folder + "/key"
            let bytes = (0..<32).map { UInt8(truncatingIfNeeded: $0 * 73 + 11) }
            try Data(bytes.map { $0 ^ (bytes[Int($0 % 32)] >> 1) }).write(
                to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: path)
            return path
        }

        /// An image that nothing speaks against.
        private func image(_ instance: String) -> MadeDicom {
            var made = MadeDicom(instance: instance)
            made.set(0x0008, 0x0016, "UI", Self.ct)
            made.set(0x0010, 0x0010, "PN", "CANARY^CARL")
            made.set(0x0010, 0x0020, "LO", "CANARY-1")
            return made
        }

        private func write(_ made: MadeDicom, _ path: String) throws {
            try Data(made.file).write(to: URL(fileURLWithPath: path))
        }

        private func run(_ folder: String, _ words: [String]) throws -> CommandRun {
            try CommandRun(
                [
                    "deidentify", "--key-file", try key(in: folder), "--out", folder + "/out",
                    "--json",
                ]
                    + words)
        }

        @Test("a key that others may read, or that is too short, is refused")
        func keys() throws {
            let folder = try RunFolder.make()
            let file = Images.path("RG1_J2KR.dcm")
            let open = try key(in: folder, mode: 0o644)
            let words = ["deidentify", "--out", folder + "/out", file, "--key-file"]
            let refused = try CommandRun(words + [open])
            #expect(refused.code == 78 && refused.error.contains("--key-file"), "\(refused.error)")
            try Data("short".utf8).write(to: URL(fileURLWithPath: open))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: open)
            #expect(try CommandRun(words + [open]).code == 78)
            #expect(!FileManager.default.fileExists(atPath: folder + "/out"))
        }

        @Test("outputs have names of the key's, nothing is replaced, and no message names an input")
        func places() throws {
            let folder = try RunFolder.make()
            try FileManager.default.createDirectory(
                atPath: folder + "/CANARY", withIntermediateDirectories: true)
            try write(image("../../evil"), folder + "/CANARY/CANARY^CARL.dcm")
            let first = try run(folder, [folder + "/CANARY"])
            #expect(first.code == 0, "\(first.error)\(first.output)")
            let outputs = try FileManager.default.contentsOfDirectory(atPath: folder + "/out")
            let name = try #require(outputs.first)
            #expect(outputs.count == 1 && name.hasPrefix("2.25.") && name.hasSuffix(".dcm"))
            let path = folder + "/out/" + name
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(bytes.range(of: Data("CANARY".utf8)) == nil)
            let again = try run(folder, [folder + "/CANARY"])
            #expect(again.code == 65)
            #expect(again.output.first?.contains("already_there") == true)
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: folder + "/elsewhere")
            #expect(try run(folder, [folder + "/CANARY"]).code == 65)
            #expect(!FileManager.default.fileExists(atPath: folder + "/elsewhere"))
            let said = (first.output + again.output).joined() + first.error + again.error
            #expect(!said.contains("CANARY"))
            let shown = try run(folder, ["--show-paths", folder + "/CANARY"])
            #expect(shown.output.first?.contains("CANARY") == true)
        }

        @Test("what may show a name is refused and told, and real images come through")
        func burned() throws {
            let folder = try RunFolder.make()
            var captured = image("1.2.3.1")
            captured.set(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.7")
            try write(captured, folder + "/captured.dcm")
            var told = image("1.2.3.2")
            told.set(0x0028, 0x0301, "CS", "YES")
            try write(told, folder + "/told.dcm")
            let both = try run(folder, [folder + "/captured.dcm", folder + "/told.dcm"])
            #expect(both.code == 65)
            #expect(both.output.count == 3)
            #expect(both.output.first?.contains("burned_in_by_class") == true)
            #expect(both.output.dropFirst().first?.contains("burned_in_by_tag") == true)
            let real = try run(
                folder, [Images.path("RG1_J2KR.dcm"), Images.path("MR2_J2KR.dcm")])
            #expect(real.output.last?.contains("\"written\":2") == true, "\(real.output)")
            let seen = try run(folder, ["--pixels-seen", folder + "/captured.dcm"])
            #expect(seen.code == 0)
        }
    }
}
