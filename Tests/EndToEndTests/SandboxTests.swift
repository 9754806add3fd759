import BrokerTestKit
import Foundation
import Testing
import VigilCore

extension EndToEnd {
    /// What a decoder may do that a hostile file has taken over, and what becomes of a worker whose
    /// machine cannot hold it.
    @Suite("Sandbox", .serialized)
    struct SandboxTests {
        private static let decoder = (Programs.folder ?? "") + "/vigil-dicom-decoder"
        static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        /// The bits of what this machine's decoders put on.
        static let protections: Int =
            (try? CommandRun(shell: "\(decoder) --self-test").output.first)
            .flatMap { $0?.split(separator: " ").last }.flatMap { Int($0) } ?? 0

        @Test("nothing that would harm the worker or other files is let through")
        func selfTest() throws {
            let file = try RunFolder.make() + "/told"
            let run = try CommandRun(shell: "\(Self.decoder) --self-test > \(file); cat \(file)")
            #expect(run.output.filter { $0.hasSuffix("ALLOWED") } == [])
            for name in [
                "kill", "tgkill", "tkill", "pidfd_open", "pidfd_send_signal", "process_vm_writev",
                "rt_sigqueueinfo", "rt_tgsigqueueinfo", "ptrace", "prlimit64", "sched_setscheduler",
                "sched_setaffinity", "setpriority", "open", "openat", "socket", "fork", "clone",
                "execve", "io_uring_setup", "executable-memory", "memory-beyond-limit",
            ] {
                #expect(run.output.contains("\(name) denied"), "\(name)")
            }
        }

        @Test(
            "Landlock by itself denies signals to the worker, tracing and files",
            .enabled(
                if: SandboxTests.protections & 128 != 0, "this kernel's Landlock knows no signals"))
        func landlock() throws {
            let run = try CommandRun(shell: "\(Self.decoder) --self-test --without-filter")
            #expect(run.code == 0, "\(run.output)")
            #expect(run.output.contains("tgkill denied") && run.output.contains("open denied"))
        }

        @Test(
            "decoders of a worker that is root run as another user",
            .enabled(if: geteuid() == 0, "not root"))
        func ownUser() throws {
            #expect(Self.protections & 256 != 0)
        }

        /// A program that starts the decoder where the system refuses seccomp(2), as some
        /// containers do.
        private func refusing() throws -> String {
            let path = try RunFolder.make() + "/decoder"
            let filter = """
                #!\(Self.python ?? "")
                import ctypes, os, platform, struct, sys
                seccomp, prctl = (317, 157) if platform.machine() == "x86_64" else (277, 167)
                deny, allow = 0x00050001, 0x7fff0000
                program = b"".join(struct.pack("HBBI", *step) for step in [
                    (0x20, 0, 0, 0), (0x15, 3, 0, seccomp), (0x15, 0, 3, prctl),
                    (0x20, 0, 0, 16), (0x15, 0, 1, 22), (0x06, 0, 0, deny), (0x06, 0, 0, allow)])
                buffer = ctypes.create_string_buffer(program)
                header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
                libc = ctypes.CDLL(None, use_errno=True)
                assert libc.prctl(38, 1, 0, 0, 0) == 0
                assert libc.prctl(22, 2, ctypes.create_string_buffer(header), 0, 0) == 0
                os.execv("\(Self.decoder)", ["\(Self.decoder)"] + sys.argv[1:])
                """
            try MadeProgram.write(filter, to: path)
            return path
        }

        @Test(
            "where seccomp is refused a worker does not start, and says what to do",
            .enabled(if: SandboxTests.python != nil, "no python3"))
        func refused() throws {
            let run = try CommandRun(
                [
                    "worker", "--bootstrap", "127.0.0.1:1", "--group", "g", "--instance", "a",
                    "--model", RunFolder.model.get(), "--input-root", Images.folder,
                ], variables: ["VIGIL_DICOM_DECODER": refusing()])
            #expect(run.code == 78)
            #expect(run.error.contains("refuses seccomp") && run.error.contains("decode.sandbox"))
            let infer = try CommandRun(
                ["infer", "--model", RunFolder.model.get(), Images.path("SC_rgb.dcm")],
                variables: ["VIGIL_DICOM_DECODER": refusing()])
            #expect(infer.code != 0 && !infer.output.joined().contains("digest"))
        }

        @Test(
            "a worker that is told to go on without seccomp says so at /ready and in a metric",
            .enabled(
                if: SandboxTests.python != nil && EndToEnd.hasBroker, "no python3 or no broker"))
        func preferred() throws {
            let scene = try Scene(anyBroker)
            let worker = try WorkerProcess(
                arguments: scene.arguments(
                    instance: "slot-1", settings: ["decode.sandbox=preferred"]),
                shell: "export VIGIL_DICOM_DECODER=\(refusing()); exec \"$@\"")
            try worker.ready()
            let port = try worker.port()
            let ready = HTTPExchange(port: port, path: "/ready").body
            #expect(ready.contains("degraded") && ready.contains("sandbox_incomplete"))
            let metrics = HTTPExchange(port: port, path: "/metrics").body
            #expect(metrics.contains("vigil_decoder_sandbox{protection=\"seccomp\"} 0"))
            #expect(metrics.contains("vigil_decoder_sandbox{protection=\"resource_limits\"} 1"))
            try worker.stop()
        }

        @Test(
            "neither a worker nor its decoders leave a core dump",
            .enabled(if: EndToEnd.hasBroker, "\(EndToEnd.howToGetBroker)"))
        func coreDumps() throws {
            let scene = try Scene(anyBroker)
            let worker = try WorkerProcess(
                arguments: scene.arguments(instance: "slot-1", settings: []),
                shell: "ulimit -c unlimited; export SWIFT_BACKTRACE=enable=no; "
                    + "cd \(scene.folder); exec \"$@\"")
            try worker.ready()
            let limits = try String(
                contentsOfFile: "/proc/\(worker.process)/limits", encoding: .utf8)
            let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
            #expect(core?.split(separator: " ").dropFirst(4).first == "0")
            worker.send(SIGABRT)
            #expect(try worker.exit(within: .seconds(30)) == .signal(SIGABRT))
            let left = try FileManager.default.contentsOfDirectory(atPath: scene.folder)
            #expect(left.filter { $0.hasPrefix("core") } == [])
            let unit = try String(
                contentsOfFile: Checkout.root + "/Deploy/systemd/protection.conf",
                encoding: .utf8)
            #expect(unit.contains("\nLimitCORE=0\n"))
        }
    }
}
