import Foundation
import Testing
import VigilCore

extension EndToEndAnswers {
    /// `vigil image`, against itself: the PNG that it writes is an image that it reads.
    @Suite("Image command")
    struct ImageCommandTests {
        private func facts(_ arguments: [String]) throws -> JSONValue {
            let run = try CommandRun(["image", "--json"] + arguments)
            try #require(run.code == 0, "\(run.error)")
            return try JSONParser.parse(Array((run.output.first ?? "").utf8))
        }

        @Test("the PNG holds the pixels that the facts are about")
        func decoded() throws {
            let folder = try RunFolder.make()
            let file = Images.path("RG1_J2KR.dcm")
            let seen = try facts(["--png", folder + "/seen.png", file])
            #expect(seen["photometric"]?.stringValue == "MONOCHROME1")
            #expect(seen["window"]?.stringValue == "linear")
            #expect(seen["inverted"]?.boolValue == true)
            let again = try facts([folder + "/seen.png"])
            #expect(again["transfer_syntax"]?.stringValue == "png")
            #expect(again["pixels_digest"] == seen["pixels_digest"])
        }

        @Test("--as input shows what the model's preprocessing makes of it")
        func input() throws {
            let folder = try RunFolder.make()
            let file = Images.path("RG1_J2KR.dcm")
            for model in [[], ["--model", try RunFolder.model.get()]] {
                let seen = try facts(
                    ["--as", "input", "--png", folder + "/input.png", file] + model)
                let again = try facts([folder + "/input.png"])
                #expect(again["rows"] == seen["shown_height"])
                #expect(again["columns"] == seen["shown_width"])
                #expect(seen["preprocessing"]?.stringValue?.count == 64)
            }
        }

        @Test("flags come with what they mean, and a frame of many can be named")
        func flagsAndFrames() throws {
            let film = try facts([Images.path("RG3_J2KI.dcm")])
            #expect(film["flags"]?.arrayValue?.contains(.string("mirrored_orientation")) == true)
            #expect(film["reasons"]?.arrayValue?.first?["what"]?.stringValue?.isEmpty == false)
            let many = Images.path("emri_small.dcm")
            let digests = try ["0", "9"].map { try facts(["--frame", $0, many])["frame_digest"] }
            #expect(digests[0] != digests[1])
            let beyond = try CommandRun(["image", "--frame", "10", many])
            #expect(beyond.code == 64)
            #expect(beyond.error.contains("no frame 10"), "\(beyond.error)")
        }

        @Test("what is refused says why, as JSON where that was asked for")
        func refusals() throws {
            let folder = try RunFolder.make()
            var short = MadeDicom()
            short.set(0x0028, 0x0010, "US", number: 1024)
            let path = folder + "/short.dcm"
            try Data(short.file).write(to: URL(fileURLWithPath: path))
            let plain = try CommandRun(["image", path])
            #expect(plain.code == 65)
            #expect(plain.error.contains("length of Pixel Data"))
            let run = try CommandRun(["image", "--json", path])
            #expect(run.code == 65)
            let object = try JSONParser.parse(Array((run.output.first ?? "").utf8))
            #expect(object["error"]?["code"]?.stringValue == "label_contradicts_pixels")
            #expect(object["error"]?["remedy"]?.stringValue?.isEmpty == false)
            #expect(try CommandRun(["image", "--as", "seen", path]).code == 64)
            #expect(try CommandRun(["image", "--model", "x", path]).code == 64)
            let table = try CommandRun(["image", Images.path("SC_rgb.dcm")])
            #expect(table.code == 0)
            #expect(table.output.contains { $0.contains("transfer_syntax") })
        }
    }
}
