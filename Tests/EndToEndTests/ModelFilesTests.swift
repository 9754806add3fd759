import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    @Suite(
        "A model's files under a worker", .serialized,
        .enabled(if: EndToEndAnswers.hasBroker, "\(EndToEndAnswers.howToGetBroker)"))
    struct ModelFilesTests {
        /// What somebody does to a file while the worker has it loaded.
        private static let deeds: [@Sendable (String, Data) throws -> Void] = [
            { path, _ in try #require(truncate(path, 0) == 0) },
            { path, bytes in try #require(truncate(path, off_t(bytes.count / 2)) == 0) },
            { path, bytes in try Data(bytes.map { ~$0 }).write(to: URL(fileURLWithPath: path)) },
            { path, bytes in
                try Data(bytes.reversed()).write(to: URL(fileURLWithPath: path), options: .atomic)
            },
            { path, _ in try FileManager.default.removeItem(atPath: path) },
        ]

        private let folder: String
        /// The files' names and what stood in them.
        private let files: [(name: String, bytes: Data)]

        init() throws {
            let folder = try RunFolder.make() + "/model"
            try FileManager.default.copyItem(atPath: RunFolder.model.get(), toPath: folder)
            self.folder = folder
            files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")))
            }
        }

        private func putBack() throws {
            for file in files {
                try file.bytes.write(to: URL(fileURLWithPath: "\(folder)/\(file.name)"))
            }
        }

        private func studies(_ round: Int) -> [StudyMessage] {
            Images.quick.prefix(3).map {
                StudyMessage("\($0)-\(round)", files: [Images.path($0)])
            }
        }

        @Test("cut, swapped or taken away 100 times, they change no bit and are told of")
        func changes() throws {
            let scene = try Scene(anyBroker, partitions: 1, model: folder)
            // Else the same images would not be asked for twice.
            let worker = try scene.startWorker(settings: ["cache.embeddings-max-mb=0"])
            let audit = try scene.audit()
            var sent = studies(0)
            try scene.send(sent)
            try audit.await(sent.count, within: .seconds(120), worker: worker)
            for deed in 1...100 {
                try putBack()
                let file = files[deed % files.count]
                try Self.deeds[deed / 2 % Self.deeds.count](
                    "\(folder)/\(file.name)", file.bytes)
                guard deed.isMultiple(of: 10) else { continue }
                let more = studies(deed)
                try scene.send(more)
                sent += more
                try audit.await(sent.count, within: .seconds(120), worker: worker)
            }
            _ = try worker.event("model_files_changed", within: .seconds(60))
            let port = try worker.port()
            #expect(try becomes(1, port))
            let ready = HTTPExchange(port: port, path: "/ready")
            #expect(ready.status == 200 && ready.body.contains("model_files_changed"))
            try putBack()
            #expect(try becomes(0, port))
            _ = try worker.event("model_files_restored")
            #expect(!HTTPExchange(port: port, path: "/ready").body.contains("model_files"))
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(sent) == [])
            try expectSame(audit, sent)
        }

        /// Whether the metric comes to be this.
        private func becomes(_ value: Int, _ port: UInt16) throws -> Bool {
            let line = "vigil_model_files_changed{place=\"\(folder)\"} \(value)\n"
            let end = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < end {
                if HTTPExchange(port: port, path: "/metrics").body.contains(line) { return true }
                Thread.sleep(forTimeInterval: 0.2)
            }
            return false
        }

        /// All studies of an image say the same.
        private func expectSame(_ audit: OutcomeAudit, _ sent: [StudyMessage]) throws {
            for (index, message) in sent.enumerated() {
                let finding = try audit.finding(message.id)
                let first = try audit.finding(sent[index % 3].id)
                #expect(finding.assessed?.output == first.assessed?.output, "\(message.id)")
                #expect(finding.findings == first.findings, "\(message.id)")
            }
        }
    }
}
