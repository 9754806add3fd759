import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEnd {
    @Suite(
        "Archives", .serialized,
        .enabled(
            if: SandboxTests.python != nil && EndToEnd.hasBroker, "no python3 or no broker"))
    struct OriginTests {
        @Test("instances of a listed archive are read by WADO-RS, and a token may be changed")
        func read() throws {
            let archive = try ArchiveScene(anyBroker)
            let messages = [
                archive.message("several", "several-1"), archive.message("plain", "plain-1"),
                StudyMessage("file", files: [Images.path(Images.quick[0])]),
            ]
            try archive.write(token: "old")
            let worker = try archive.startWorker()
            let audit = try archive.scene.audit()
            try archive.scene.send([archive.message("early", "several-2")])
            try worker.events(1, "study_postponed")
            try archive.write(token: ArchiveScene.token)
            try archive.scene.send(messages)
            try audit.await(4, within: .seconds(120), worker: worker)
            try worker.stop()
            let pixels = try audit.finding("file").instances.map(\.pixels)
            for id in ["several", "plain", "early"] {
                #expect(try audit.finding(id).instances.map(\.pixels) == pixels, "\(id)")
            }
            #expect(archive.asked().contains { $0.hasSuffix("several-2 401") })
        }

        @Test(
            "an archive that does not answer rightly costs its studies alone, and is left alone",
            arguments: [
                (["busy": "origin_refused"], true), (["slow": "origin_away"], true),
                (["cut": "origin_away", "none": "origin_away"], true),
                (
                    [
                        "page": "origin_not_one_instance", "two": "origin_not_one_instance",
                        "unnamed": "origin_not_one_instance", "large": "too_large",
                        "moved": "origin_refused",
                    ], false
                ),
            ])
        func badly(_ codes: [String: String], _ isLeftAlone: Bool) throws {
            let archive = try ArchiveScene(anyBroker)
            let messages = (0..<2).flatMap { number in
                codes.keys.map { archive.message("\($0)-\(number)", "\($0)-\(number)") }
            }
            let worker = try archive.startWorker(settings: [
                "topics.retry-count=0", "decode.timeout-ms=1000", "decode.input-max-mb=2",
            ])
            let audit = try archive.scene.audit()
            try archive.scene.send(
                messages + [StudyMessage("file", files: [Images.path(Images.quick[0])])])
            try audit.await(messages.count + 1, within: .seconds(120), worker: worker)
            let port = try worker.port()
            let metrics = HTTPExchange(port: port, path: "/metrics").body
            try worker.stop()
            for message in messages {
                let code = try audit.deadLetter(message.id).errorCode
                let wanted = codes[String(message.id.dropLast(2))]
                #expect(
                    code == wanted || isLeftAlone && code == "origin_resting",
                    "\(message.id): \(code)")
            }
            _ = try audit.finding("file")
            #expect(metrics.contains("vigil_input_origin_away{origin=\"https://127.0.0.1:"))
            #expect(
                worker.log.contains { $0.contains("input_origin_changed") } == isLeftAlone)
            #expect(archive.asked().allSatisfy { !$0.contains("other") }, "it was followed")
        }

        @Test("no event has a worker ask another place than the listed ones")
        func nowhereElse() throws {
            let archive = try ArchiveScene(anyBroker)
            let shapes = ForgedAddresses(archive: archive.port, other: archive.other).all
            let messages = shapes.enumerated().map { number, shape in
                archive.message("shape-\(number)", uri: shape)
            }
            #expect(messages.count >= 40)
            let worker = try archive.startWorker(settings: ["topics.retry-count=0"])
            let audit = try archive.scene.audit()
            try archive.scene.send(messages)
            try audit.await(messages.count, within: .seconds(120), worker: worker)
            try worker.stop()
            for (message, shape) in zip(messages, shapes) {
                let code = try audit.deadLetter(message.id).errorCode
                let known = ["bad_uri", "unsupported_scheme", "origin_not_listed"]
                #expect(
                    known.contains(code)
                        || code == "origin_address_refused" && shape.contains("localhost"),
                    "\(shape): \(code)")
            }
            #expect(archive.asked() == [])
        }

        @Test(
            "a file of origins that does not do is refused at start, with its place",
            arguments: [
                ("[]", "origins"), ("- path: /a/", "origin"), ("- origin: http://pacs", "origin"),
                ("- origin: https://pacs/a", "origin"),
                ("- {origin: 'https://pacs', path: /a/../b}", "path"),
                ("- {origin: 'https://pacs', networks: [10.0.0.1/8]}", "networks"),
                ("- {origin: 'https://pacs', header-file: /nowhere}", "holds a secret"),
                ("- {origin: 'https://pacs', key-file: /nowhere}", "certificate-file"),
                ("- {origin: 'https://pacs', redirects: true}", "redirects"),
                ("- origin: https://pacs\n- origin: https://PACS:443/", "origin"),
                ("- origin: https://pacs\n- origin: https://PACS:443", "twice"),
            ])
        func refused(_ text: String, _ told: String) throws {
            let path = try RunFolder.make() + "/origins.yaml"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let run = try CommandRun.ofWorker(
                RunFolder.model.get(), ["input.origins-file=\(path)"])
            #expect(run.code == 78 && run.error.contains(told), "\(run.error)")
        }
    }
}

/// URIs that an event may hold in order to have a worker ask what it must not: of the archive's own
/// text bent, of this machine, of a network's inside, and of names that lead there.
private struct ForgedAddresses {
    let archive: Int
    let other: Int

    var all: [String] { bent + hosts + schemes + paths }

    private var bent: [String] {
        let good = "https://127.0.0.1:\(archive)"
        return [
            "\(good)@127.0.0.1:\(other)/dicom-web/a", "\(good).evil.example/dicom-web/a",
            "\(good)\\\\@127.0.0.1:\(other)/dicom-web/a",
            "\(good)%40127.0.0.1:\(other)/dicom-web/a",
            "\(good)#@127.0.0.1:\(other)/dicom-web/a", "\(good)?@127.0.0.1:\(other)/dicom-web/a",
            "https://127.0.0.1:\(other)#\(good)/dicom-web/a", "https:\(good)/dicom-web/a",
            "https://127.0.0.1:0\(archive)/dicom-web/a",
            "https://127.0.0.1: \(archive)/dicom-web/a",
            "https://127.0.0.1:\(archive + 65_536)/dicom-web/a", "https:///dicom-web/a",
            "https://127.0.0.1:+\(archive)/dicom-web/a", "https://user@127.0.0.1:\(archive)/a",
            "https://127.0.0.1:\(archive)\\u0000.evil.example/dicom-web/a",
            "https://127.0.0.1:\(archive)\\u3002evil.example/dicom-web/a",
        ]
    }

    private var hosts: [String] {
        [
            "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0",
            "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]",
            "169.254.169.254", "metadata.google.internal", "10.0.0.1", "192.168.1.1",
            "127.0.0.1.", "LOCALHOST", "\u{ff4c}ocalhost", "127\u{3002}0.0.1",
        ].map { "https://\($0):\(other)/dicom-web/a" }
            + ["https://localhost:\(archive)/dicom-web/a"]
    }

    private var schemes: [String] {
        [
            "http://127.0.0.1:\(other)/a", "gopher://127.0.0.1:\(other)/a", "ftp://127.0.0.1/a",
            "dict://127.0.0.1:\(other)/a", "//127.0.0.1:\(other)/a", "httpss://127.0.0.1/a",
            "unix:/var/run/docker.sock", "data:,a", "HTTP://127.0.0.1:\(other)/a",
        ]
    }

    private var paths: [String] {
        [
            "/a", "/dicom-web/../a", "/dicom-web/%2e%2e/a", "/dicom-web/%2E./a", "/dicom-web//a",
            "/dicom-web/..%2fa", "/dicom-web/a%00", "/dicom-web/a%0d%0aHost:%20b",
            "/dicom-web/%252e%252e/a", "/DICOM-WEB/a", "/dicom-web",
        ].map { "https://127.0.0.1:\(archive)\($0)" }
    }
}
