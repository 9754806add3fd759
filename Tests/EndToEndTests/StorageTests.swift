import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Storages", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct StorageTests {
        @Test("what comes late, half written, in capitals or under any name has its finding")
        func late() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let image = try Images.bytes(Images.quick[0])
            let half = try scene.write(Array(image.prefix(image.count / 2)), to: "half.dcm")
            let name = Array("\(scene.folder)/M".utf8) + [0xfc] + Array("ller.dcm\0".utf8)
            let file = try #require(fopen(name.map { CChar(bitPattern: $0) }, "wb"))
            fwrite(image, 1, image.count, file)
            fclose(file)
            let plain = StudyMessage("marked", files: [Images.path(Images.quick[1])])
            let body = String(decoding: plain.value ?? [], as: UTF8.self)
            let messages = [
                StudyMessage("late", files: ["\(scene.folder)/late.dcm"]),
                StudyMessage("half", files: [half]),
                StudyMessage("latin", files: ["\(scene.folder)/M%FCller.dcm"], priority: " STAT "),
                StudyMessage("marked", body: "\u{feff}" + body),
            ]
            let worker = try scene.startWorker(
                settings: ["retry.attempts-max=1", "retry.topic-pause-ms=500"])
            let audit = try scene.audit()
            try scene.send(messages)
            try worker.events(2, "study_postponed")
            _ = try scene.write(image, to: "late.dcm")
            _ = try scene.write(image, to: "half.dcm")
            try audit.await(messages.count, within: .seconds(120), worker: worker)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            for message in messages { _ = try audit.finding(message.id) }
            #expect(try audit.finding("latin").priority.ordered == .stat)
        }

        @Test("a root that was taken away is told by the probes, and its studies wait for it")
        func away() throws {
            let scene = try Scene(anyBroker, partitions: 1)
            let image = try Images.bytes(Images.quick[0])
            let root = try RunFolder.make() + "/root"
            try FileManager.default.createDirectory(
                atPath: root, withIntermediateDirectories: false)
            try Data(image).write(to: URL(fileURLWithPath: root + "/a.dcm"))
            let roots = [Images.folder, scene.folder, root].joined(separator: ",")
            let worker = try scene.startWorker(
                settings: [
                    "input.roots=\(roots)", "retry.attempts-max=1", "retry.topic-pause-ms=500",
                    "input.timeout-ms=200",
                ])
            let audit = try scene.audit()
            try FileManager.default.moveItem(atPath: root, toPath: root + "-away")
            let waiting = StudyMessage("waiting", files: [root + "/a.dcm"])
            let other = StudyMessage("other", files: [Images.path(Images.quick[1])])
            try scene.send([waiting, other])
            _ = try worker.event("input_root_troubled")
            let port = try worker.port()
            let ready = HTTPExchange(port: port, path: "/ready")
            #expect(ready.status == 503 && ready.body.contains(root))
            let live = HTTPExchange(port: port, path: "/live")
            #expect(live.status == 200 && live.body.contains(root))
            let metrics = HTTPExchange(port: port, path: "/metrics").body
            #expect(metrics.contains("vigil_input_root_away{root=\"\(root)\"} 1"))
            try FileManager.default.moveItem(atPath: root + "-away", toPath: root)
            try audit.await(2, within: .seconds(120), worker: worker)
            _ = try worker.event("input_root_recovered")
            #expect(HTTPExchange(port: port, path: "/ready").status == 200)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems([waiting, other]) == [])
            _ = try (audit.finding("waiting"), audit.finding("other"))
        }
    }
}
