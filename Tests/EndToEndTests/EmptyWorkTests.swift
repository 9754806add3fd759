import Foundation
import Testing
import VigilCore

extension EndToEnd {
    @Suite("Commands that find nothing to do, and what they say", .serialized)
    struct EmptyWorkTests {
        @Test("infer reads folders within folders, and says when there is no file in any")
        func folders() throws {
            let folder = try RunFolder.make()
            let deep = folder + "/a/b/c"
            try FileManager.default.createDirectory(
                atPath: deep, withIntermediateDirectories: true)
            let infer = ["infer", "--model", try RunFolder.model.get(), "--json", folder]
            let none = try CommandRun(infer)
            #expect(none.code == 66, "\(none.error)")
            #expect(none.output == [] && none.error.contains("hold no file"), "\(none.error)")
            let image = try Images.bytes(Images.quick[0])
            let paths = ["/top.dcm", "/a/b/c/deep.dcm", "/a/middle.dcm"].map { folder + $0 }
            for path in paths { try Data(image).write(to: URL(fileURLWithPath: path)) }
            try Data(image).write(to: URL(fileURLWithPath: folder + "/.hidden"))
            let some = try CommandRun(infer)
            #expect(some.code == 0, "\(some.error)")
            let files = try some.output.compactMap {
                try JSONParser.parse(Array($0.utf8))["file"]?.stringValue
            }
            #expect(Set(files) == Set(paths) && files.count == 3)
        }

        @Test("energy csv says when no record is of an interval")
        func intervals() throws {
            let folder = Checkout.root + "/Schemas/energy/examples/valid"
            let file = try RunFolder.make() + "/records.jsonl"
            let study = try JSONParser.parse(
                Array(Data(contentsOf: URL(fileURLWithPath: folder + "/study-full.json"))))
            try (JSONWriter.text(study) + "\n").write(
                toFile: file, atomically: false, encoding: .utf8)
            for path in [file, "/dev/null"] {
                let run = try CommandRun(["energy", "csv", path])
                #expect(run.code == 66 && run.output == [], "\(run.error)")
                #expect(run.error.contains("of an interval"), "\(run.error)")
            }
            #expect(try CommandRun(["energy", "csv"]).code == 64)
        }

        @Test("an evaluation of no finding, and an image that is a folder, are no success")
        func others() throws {
            let folder = try RunFolder.make()
            let (truth, empty) = (folder + "/truth.csv", folder + "/run.jsonl")
            try "study,cardiomegaly\n1,0\n2,1\n".write(
                toFile: truth, atomically: false, encoding: .utf8)
            try "".write(toFile: empty, atomically: false, encoding: .utf8)
            let run = try CommandRun(["evaluate", "--truth", truth, "--run", empty])
            #expect(run.code != 0 && run.output == [], "\(run.output)")
            #expect(!run.error.isEmpty)
            let image = try CommandRun(["image", folder])
            #expect(image.code != 0 && !image.error.isEmpty)
        }

        @Test("a shell that no completion is written for is named with those that are")
        func completion() throws {
            let run = try CommandRun(["completion", "tcsh"])
            #expect(run.code == 64 && run.output == [])
            #expect(run.error.contains("tcsh") && run.error.contains("bash, zsh, fish"))
            #expect(!run.error.contains("vigil: vigil"), "\(run.error)")
        }

        @Test(
            "what a command shows has at most 100 columns",
            arguments: [
                ["metrics"], ["config", "print", "--list"], ["help"], ["evaluate", "--help"],
            ])
        func columns(words: [String]) throws {
            let run = try CommandRun(words)
            #expect(run.code == 0 && !run.output.isEmpty)
            #expect(run.output.filter { $0.count > 100 } == [])
        }
    }
}
