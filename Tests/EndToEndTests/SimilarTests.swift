import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEnd {
    /// Workers that keep an index of their studies, and the command that searches it.
    @Suite(
        "Similar studies", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct SimilarTests {
        private func similar(_ folder: String, _ more: [String]) throws -> CommandRun {
            try CommandRun(
                ["similar", "--model", RunFolder.model.get(), "--index", folder] + more)
        }

        @Test("a film's own study is the nearest to it, by its pseudonym, until it is withdrawn")
        func nearest() throws {
            let folder = try RunFolder.make() + "/similar"
            let scene = try Scene(anyBroker)
            let settings = ["similar.index=\(folder)", "similar.studies-max=100"]
            let worker = try scene.startWorker(settings: settings)
            let messages = Load.make(9)
            let audit = try scene.run(messages, on: worker)
            let film = Images.path(Images.quick[0])
            let run = try similar(folder, ["--json", "--count", "3", film])
            #expect(run.code == 0, "\(run.error)")
            let json = try JSONParser.parse(Array((run.output.first ?? "").utf8))
            let first = try #require(json["nearest"]?.arrayValue?.first)
            let finding = try audit.finding(messages[0].id)
            #expect((first["similarity"]?.doubleValue ?? 0) > 0.9999)
            #expect(json["studies"]?.intValue == 9)
            let studies = (json["nearest"]?.arrayValue ?? []).compactMap {
                $0["study"]?.stringValue
            }
            #expect(studies.contains(finding.pseudonym.safeText))
            let table = try similar(folder, [film])
            #expect(table.code == 0 && table.output.count == 7)
            #expect(table.output.allSatisfy { $0.count <= 100 || $0.contains(film) })
            let mode = try FileManager.default.attributesOfItem(atPath: folder + "/0.similar")
            #expect(mode[.posixPermissions] as? Int == 0o600)
        }

        @Test("without an index, or with that of another model, the command says what to do")
        func refused() throws {
            let film = Images.path(Images.quick[0])
            let none = try CommandRun(["similar", "--model", RunFolder.model.get(), film])
            #expect(none.code == 64 && none.error.contains("similar.index"), "\(none.error)")
            let empty = try similar(try RunFolder.make(), [film])
            #expect(empty.code == 78 && empty.error.contains("no study of this model"))
        }
    }
}
