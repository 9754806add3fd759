import BrokerTestKit
import Foundation
import Testing
import VigilCore
import Wire

extension EndToEndAnswers {
    /// Workers whose drafts a site's own program has a say in.
    @Suite(
        "A site's own generator of drafts", .serialized,
        .enabled(
            if: EndToEndAnswers.hasBroker && EndToEnd.SandboxTests.python != nil,
            "\(EndToEndAnswers.howToGetBroker); or no python3"))
    struct GeneratorTests {
        /// How many findings each worker makes here.
        private static let count = 6

        /// What a worker has made, and its figures at the end.
        private struct Made {
            let findings: [Finding]
            let drafts: [ReportDraft<String>]
            let metrics: String

            func count(_ metric: String) -> Int {
                metrics.split(separator: "\n").filter { $0.hasPrefix("vigil_report_" + metric) }
                    .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
                    .reduce(0, +)
            }
        }

        private func settings(_ generator: MadeGenerator.Manner) throws -> [String] {
            [
                "report.generator=\(try MadeGenerator.write(generator.body))",
                "report.generator-timeout-ms=\(generator == .hangs ? 400 : 10_000)",
            ]
        }

        private func made(_ scene: Scene, _ settings: [String]) throws -> Made {
            let worker = try scene.startWorker(settings: settings)
            let audit = try scene.audit()
            try scene.send(Load.make(Self.count))
            try audit.await(Self.count, within: .seconds(120), worker: worker)
            let port = try worker.port()
            let end = ContinuousClock.now + .seconds(30)
            var made = Made(findings: [], drafts: [], metrics: "")
            // What was published is told of right after.
            while made.count("drafts_total") < Self.count, ContinuousClock.now < end {
                // First, so that what it counts is there to be read.
                let metrics = HTTPExchange(port: port, path: "/metrics").body
                made = Made(
                    findings: try audit.findings.values.flatMap { $0 }.map {
                        try FindingDecoder.decode($0)
                    },
                    drafts: try DraftTests.drafts(scene).map(\.draft),
                    metrics: metrics)
            }
            try worker.stop()
            try audit.settle()
            #expect(audit.problems(Load.make(Self.count)) == [])
            return made
        }

        @Test(
            "a generator that breaks down costs drafts and no finding, and is counted by why",
            arguments: MadeGenerator.Manner.allCases.filter { $0.reason != nil })
        func broken(manner: MadeGenerator.Manner) throws {
            let scene = try DraftTests.scene()
            let made = try made(
                scene, DraftTests.settings(scene, language: "en") + settings(manner))
            #expect(made.findings.count == Self.count && made.drafts.isEmpty)
            #expect(made.count("drafts_total{outcome=\"failed\"}") == Self.count)
            let reason = try #require(manner.reason)
            #expect(made.count("generator_faults_total{reason=\"\(reason)\"}") > 0)
        }

        @Test("what a liar says goes into no draft, and a replay reads it again from the record")
        func liar() throws {
            let scene = try DraftTests.scene()
            let settings = try DraftTests.settings(scene, language: "en") + settings(.liar)
            let made = try made(scene, settings)
            try #require(made.findings.count == Self.count && made.drafts.count == Self.count)
            for draft in made.drafts {
                #expect(draft.generator != nil)
                #expect(draft.dropped[.malformed] == 2 && draft.dropped[.repeated] == 2)
                #expect(draft.dropped[.unreadable] == 1)
                let body = try #require(draft.body)
                #expect(body.findings.flatMap(\.sentences).allSatisfy { $0.isOffered })
                #expect(!body.findings.flatMap(\.sentences).isEmpty)
            }
            #expect(made.count("sentences_dropped_total{reason=\"repeated\"}") == 2 * Self.count)
            let same = try DraftTests.replay(scene, settings)
            #expect(same.code == 0, "\(same.error)")
            let german = try DraftTests.replay(
                scene, DraftTests.settings(scene, language: "de") + self.settings(.honest))
            #expect(german.code == 65)
        }

        @Test("a worker does not start by a generator that is not there or may not be run")
        func refused() throws {
            let scene = try DraftTests.scene()
            let plain = try RunFolder.write("text", "generator")
            for (path, part) in [("/no/such/program", "No such file"), (plain, "cannot be run")] {
                let run = try CommandRun(
                    ["worker"]
                        + scene.arguments(
                            instance: "slot-1",
                            settings: DraftTests.settings(scene, language: "en") + [
                                "report.generator=\(path)"
                            ]))
                #expect(run.code == 78)
                #expect(run.error.contains(part), "\(run.error)")
            }
        }

        @Test("a generator reaches no network, changes no file, and reads its own folder alone")
        func confined() throws {
            let outside = try MadeGenerator.write("secret")
            let probe = try MadeGenerator.write(Self.probe(outside))
            let host = (Programs.folder ?? "") + "/vigil-generator-host"
            let run = try CommandRun(shell: "\(host) \(1 << 30) 65534 \(probe)")
            #expect(run.code == 0, "\(run.error)")
            #expect(run.output.count > 12)
            for line in run.output where !line.hasPrefix("may ") {
                #expect(line.hasSuffix(" denied"), "\(line)")
            }
            #expect(run.output.contains("may read its folder: True"))
            #expect(run.output.contains("may start a thread: True"))
        }

        /// Tries what a program that was taken over might want.
        private static func probe(_ outside: String) -> String {
            """
            import ctypes, os, socket, sys, threading
            libc = ctypes.CDLL(None, use_errno=True)
            folder = os.path.dirname(os.path.abspath(__file__))
            def call(*arguments):
                if libc.syscall(*arguments) < 0: raise OSError(ctypes.get_errno(), 'denied')
            tries = {
                'network': lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
                'unix socket': lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
                'socket pair': lambda: socket.socketpair(),
                'write in its folder': lambda: open(folder + '/made', 'w'),
                'append to itself': lambda: open(__file__, 'a'),
                'write in tmp': lambda: open('/tmp/vigil-probe', 'w'),
                'make a folder': lambda: os.mkdir(folder + '/made'),
                'remove itself': lambda: os.unlink(__file__),
                'rename itself': lambda: os.rename(__file__, folder + '/other'),
                'change its mode': lambda: os.chmod(folder, 0o700),
                'signal its parent': lambda: os.kill(os.getppid(), 0),
                'trace its parent': lambda: call(101, 16, os.getppid(), 0, 0),
                'read its parent': lambda: open(f'/proc/{os.getppid()}/environ').read(),
                'limit its parent': lambda: call(302, os.getppid(), 7, 0, 0),
                'leave its namespaces': lambda: os.unshare(0x10000000)
                    if hasattr(os, 'unshare') else call(272, 0x10000000),
                'read outside': lambda: open('\(outside)').read(),
                'list the root': lambda: os.listdir('/'),
                'io_uring': lambda: call(425, 1, 0),
                'memory beyond its limit': lambda: bytearray(2 << 30),
            }
            for name, attempt in tries.items():
                try:
                    attempt()
                    print(name, 'ALLOWED')
                except (OSError, MemoryError):
                    print(name, 'denied')
            print('may read its folder:', os.path.basename(__file__) in os.listdir(folder))
            done = []
            thread = threading.Thread(target=lambda: done.append(True))
            thread.start(); thread.join()
            print('may start a thread:', done == [True])
            """
        }
    }
}
