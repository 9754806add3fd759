import Foundation
import FoundationModel
import Testing
import VigilCore

extension EndToEndAnswers {
    /// `vigil explain` with the model that comes with Vigil.
    @Suite("Explain command")
    struct ExplainCommandTests {
        private static let model = Checkout.root + "/Deploy/models/vigil-mini"

        private func explain(
            _ file: String, _ more: [String] = []
        ) throws -> JSONValue {
            let run = try CommandRun(
                ["explain", "--model", Self.model, "--finding", "effusion", "--json"] + more
                    + [file])
            try #require(run.code == 0, "\(run.error)")
            return try JSONParser.parse(Array((run.output.first ?? "").utf8))
        }

        private func number(_ json: JSONValue, _ name: String) throws -> Double {
            try #require(json[name]?.doubleValue)
        }

        @Test(
            "patches and terms add up to the logit, and boxes lie in the film",
            arguments: [[], ["--head", "vigil-mini-probe"]], ["fp32", "int8"])
        func sums(_ head: [String], _ precision: String) throws {
            let film = Images.path("RG1_J2KR.dcm")
            let found = try explain(film, head + ["--precision", precision, "--threads", "1"])
            let terms = EvidenceTerm.allCases.compactMap {
                found["terms"]?[$0.rawValue]?.doubleValue
            }
            #expect(terms.count == EvidenceTerm.allCases.count)
            let sum = terms.reduce(try number(found, "patches"), +)
            #expect(abs(sum - (try number(found, "logit"))) <= 1e-4)
            #expect(abs(try number(found, "error")) <= 1e-4)
            let map = try #require(found["map"])
            let values = try #require(map["values"]?.arrayValue).compactMap(\.doubleValue)
            #expect(values.count == 196)
            let step = try number(map, "step")
            #expect(abs(values.reduce(0, +) * step - (try number(found, "patches"))) <= step)
            let image = try CommandRun(["image", "--json", film])
            let facts = try JSONParser.parse(Array((image.output.first ?? "").utf8))
            let regions = try #require(found["regions"]?.arrayValue)
            #expect(!regions.isEmpty)
            for region in regions {
                for (first, size, all) in [
                    ("column", "columns", "columns"), ("row", "rows", "rows"),
                ] {
                    let (start, count) = (try number(region, first), try number(region, size))
                    #expect(start >= 0 && count > 0)
                    #expect(start + count <= (try number(facts, all)))
                }
            }
            // Another number of threads gives the same bytes.
            #expect(
                try explain(film, head + ["--precision", precision, "--threads", "3"]) == found)
        }

        @Test("the score is that of vigil infer, and the picture is in colour")
        func picture() throws {
            let folder = try RunFolder.make()
            let film = folder + "/film.png"
            let read = try CommandRun(
                ["image", "--png", film, Images.path("RG1_J2KR.dcm")])
            try #require(read.code == 0)
            let plain = try explain(film)
            let infer = try CommandRun(["infer", "--model", Self.model, "--json", film])
            let scores = try JSONParser.parse(Array((infer.output.first ?? "").utf8))
            #expect(scores["scores"]?["effusion"] == plain["probability"])
            let again = try explain(film, ["--png", folder + "/heat.png"])
            #expect(again == plain)
            let heat = try CommandRun(["image", "--json", folder + "/heat.png"])
            let facts = try JSONParser.parse(Array((heat.output.first ?? "").utf8))
            #expect(facts["samples"]?.intValue == 3)
        }

        @Test("of many frames the one that scores highest is explained, unless another is named")
        func frames() throws {
            let many = Images.path("emri_small.dcm")
            let best = try explain(many)
            let place = try #require(best["frame"]?.intValue)
            let logits = try (0..<10).map {
                try number(explain(many, ["--frame", "\($0)"]), "logit")
            }
            #expect(logits[place] == logits.max())
            #expect(try number(best, "logit") == logits.max())
        }

        /// A film of 200 by 200 pixels, or its negative, or within a black border.
        private func twin(
            frames: [Int] = [0], isNegative: Bool = false, left: Int = 0, top: Int = 0
        ) throws -> String {
            let (width, height) = (200 + left, 200 + top)
            var pixels: [UInt8] = []
            for frame in frames {
                for place in 0..<width * height {
                    let (x, y) = (place % width - left, place / width - top)
                    let wave = (x * (3 + frame) / 8 + y * 5 / 8) % 120
                    let grey = x < 0 || y < 0 ? 0 : UInt8(60 + wave)
                    pixels.append(isNegative ? 255 - grey : grey)
                }
            }
            var film = MadeDicom()
            film.set(0x0028, 0x0010, "US", number: UInt16(height))
            film.set(0x0028, 0x0011, "US", number: UInt16(width))
            film.set(0x0028, 0x0004, "CS", isNegative ? "MONOCHROME1" : "MONOCHROME2")
            // Else the grey of a film would hang on its border.
            film.set(0x0028, 0x1050, "DS", "128")
            film.set(0x0028, 0x1051, "DS", "256")
            if frames.count > 1 { film.set(0x0028, 0x0008, "IS", "\(frames.count)") }
            film.set(0x7fe0, 0x0010, "OB", bytes: pixels)
            let path = try RunFolder.make() + "/twin.dcm"
            try Data(film.file).write(to: URL(fileURLWithPath: path))
            return path
        }

        @Test("a negative, a film in a border and a frame of several have the film's own boxes")
        func twins() throws {
            let plain = try explain(try twin())
            let regions = try #require(plain["regions"]?.arrayValue)
            #expect(!regions.isEmpty)
            #expect(try explain(try twin(isNegative: true))["regions"] == plain["regions"])
            let many = try explain(try twin(frames: [1, 0, 2]), ["--frame", "1"])
            #expect(many["regions"] == plain["regions"] && many["map"] == plain["map"])
            let bordered = try explain(try twin(left: 18, top: 26))
            #expect(bordered["map"] == plain["map"])
            let moved = try #require(bordered["regions"]?.arrayValue)
            #expect(moved.count == regions.count)
            for (one, other) in zip(regions, moved) {
                #expect(try number(other, "column") == number(one, "column") + 18)
                #expect(try number(other, "row") == number(one, "row") + 26)
                #expect(other["columns"] == one["columns"] && other["rows"] == one["rows"])
            }
        }

        @Test("what cannot be explained is refused, and other files are explained all the same")
        func refusals() throws {
            let film = Images.path("RG1_J2KR.dcm")
            func code(_ arguments: [String]) throws -> CommandRun {
                try CommandRun(["explain", "--model", Self.model] + arguments)
            }
            let unknown = try code(["--finding", "hiccups", film])
            #expect(unknown.code == 64)
            #expect(unknown.error.contains("no prompts or label"), "\(unknown.error)")
            #expect(try code([film]).code == 64)
            #expect(try code(["--finding", "effusion", "--head", "none", film]).code == 64)
            #expect(try code(["--finding", "effusion", "--frame", "1", film]).code == 64)
            #expect(try code(["--finding", "effusion", "--png", "x.png", film, film]).code == 64)
            let folder = try RunFolder.make()
            try Data("no image".utf8).write(to: URL(fileURLWithPath: folder + "/bad.dcm"))
            let mixed = try code(["--finding", "effusion", "--json", folder + "/bad.dcm", film])
            #expect(mixed.code == 65)
            #expect(mixed.output.count == 2)
            #expect(mixed.output.first?.contains("\"error\"") == true)
        }
    }
}
