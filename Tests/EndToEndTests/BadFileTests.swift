import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Bad files", .serialized,
        .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
    struct BadFileTests {
        /// An event about a file that cannot be read, and what its dead letter must say.
        private struct Case {
            let message: StudyMessage
            let stage: Stage
            let codes: Set<String>
            /// Of what may pass, more than one.
            var attempts = 1
        }

        @Test(
            "each bad file costs one dead letter, and the study after it has its finding",
            arguments: BrokerKind.available)
        func badFiles(_ kind: BrokerKind) throws {
            let scene = try Scene(kind, partitions: 1)
            let cases = try contents(scene) + places(scene)
            // Between each two a good one, in the order of one partition.
            let messages = cases.enumerated().flatMap { index, bad in
                [bad.message, StudyMessage("good-\(index)", files: [Images.path("SC_rgb.dcm")])]
            }
            let worker = try scene.startWorker(
                settings: ["retry.attempts-max=1", "retry.topic-pause-ms=100"])
            let audit = try scene.audit()
            try scene.send(messages)
            try audit.await(messages.count, within: .seconds(90), worker: worker)
            #expect(worker.isRunning)
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(messages) == [])
            for bad in cases {
                let letter = try audit.deadLetter(bad.message.id)
                #expect(letter.stage == bad.stage, "\(bad.message.id)")
                #expect(
                    bad.codes.contains(letter.errorCode),
                    "\(bad.message.id): \(letter.errorCode)")
                #expect(letter.attempts >= bad.attempts, "\(bad.message.id)")
            }
            for index in cases.indices { _ = try audit.finding("good-\(index)") }
        }

        /// Files below the root with bad content.
        private func contents(_ scene: Scene) throws -> [Case] {
            let image = try Images.bytes("693_UNCR.dcm")
            var noise = SystemRandomNumberGenerator()
            let garbage = (0..<65_536).map { _ in UInt8.random(in: 0...255, using: &noise) }
            // CMS enveloped data, as on DICOM secure media.
            let envelope: [UInt8] =
                [0x30, 0x82, 0xff, 0xf0, 0x06, 0x09]
                + [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03] + garbage
            var hidden = MadeDicom()
            hidden.set(0x0400, 0x0500, "SQ", bytes: [])
            hidden.remove(0x7fe0, 0x0010)
            var giant = MadeDicom()
            giant.set(0x0028, 0x0010, "US", number: 65_535)
            giant.set(0x0028, 0x0011, "US", number: 65_535)
            giant.set(0x0028, 0x0008, "IS", "1000000")
            var short = MadeDicom()
            short.set(0x0028, 0x0010, "US", number: 1024)
            func file(
                _ id: String, _ bytes: [UInt8], _ codes: Set<String>, stage: Stage = .decode,
                attempts: Int = 1
            ) throws -> Case {
                let path = try scene.write(bytes, to: id + ".dcm")
                return Case(
                    message: StudyMessage(id, files: [path]), stage: stage, codes: codes,
                    attempts: attempts)
            }
            return [
                try file(
                    "truncated", Array(image.prefix(image.count / 2)), ["truncated"], attempts: 3),
                try file("cut in the header", Array(image.prefix(400)), ["truncated", "corrupt"]),
                try file("pixels missing", short.file, ["label_contradicts_pixels"]),
                try file("garbage", garbage, ["not_an_image"]),
                try file(
                    "garbage with a prefix",
                    [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + garbage,
                    ["corrupt", "truncated", "not_an_image"]),
                try file("encrypted file", envelope, ["encrypted"]),
                try file("encrypted attributes", hidden.file, ["encrypted"]),
                try file("no bytes", [], ["empty"], stage: .fetch, attempts: 3),
                try file("bomb of pixels", giant.file, ["too_many_pixels"]),
                try file(
                    "bomb of zeros", MadeDicom.deflateBomb(inflatesTo: 600 << 20),
                    ["too_large", "decoder_memory"]),
            ]
        }

        /// Files that are too large, not there, or not where they may be.
        private func places(_ scene: Scene) throws -> [Case] {
            let files = FileManager.default
            let neighbour = try RunFolder.make()
            let outside = neighbour + "/secret.dcm"
            try Data(try Images.bytes("SC_rgb.dcm")).write(to: URL(fileURLWithPath: outside))
            try files.createSymbolicLink(
                atPath: scene.folder + "/link.dcm", withDestinationPath: outside)
            try files.createSymbolicLink(
                atPath: scene.folder + "/folder",
                withDestinationPath: neighbour)
            try files.createDirectory(
                atPath: scene.folder + "/inner", withIntermediateDirectories: false)
            let huge = try scene.write([], to: "huge.dcm")
            try #require(truncate(huge, 100_000_000) == 0)
            try #require(mkfifo(scene.folder + "/fifo", 0o600) == 0)
            let up = "\(scene.folder)/../" + (neighbour.split(separator: "/").last ?? "")
            func place(
                _ id: String, _ path: String, _ code: String, attempts: Int = 1
            ) -> Case {
                Case(
                    message: StudyMessage(id, files: [path]), stage: .fetch, codes: [code],
                    attempts: attempts)
            }
            return [
                place("huge", huge, "too_large"),
                place("outside", outside, "outside_roots"),
                place("upwards", "\(scene.folder)/../../etc/passwd", "outside_roots"),
                place("upwards to a neighbour", up + "/secret.dcm", "outside_roots"),
                place("upwards in escapes", scene.folder + "/%2e%2e/x", "outside_roots"),
                place("by a link", scene.folder + "/link.dcm", "outside_roots"),
                place("by a linked folder", scene.folder + "/folder/secret.dcm", "outside_roots"),
                place("gone", "\(scene.folder)/gone.dcm", "file_missing", attempts: 3),
                place("a folder", scene.folder + "/inner", "not_a_regular_file"),
                place("a fifo", scene.folder + "/fifo", "not_a_regular_file"),
            ]
        }
    }
}
