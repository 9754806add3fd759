import Energy
import Files
import HTTPClient
import KafkaTransport
import Processes
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// A worker process under measurement; what it writes goes to a file. Killed when it is let go.
final class BenchWorker {
    /// Processor time since the process began.
    struct Processor {
        /// Of the process and of all it started.
        var total = 0.0
        /// The part of the model's passes and that of reading studies, where the worker tells.
        var infer: Double?
        var decode: Double?
    }

    private let process: pid_t
    private let log: String
    private var hasEnded = false

    /// Starts a program with arguments; both outputs go to the file `log`.
    init(_ command: [String], log: String) throws(LabError) {
        self.log = log
        var spawn = ProcessSpawn(command)
        spawn.output = .file(log)
        spawn.error = .file(log)
        do throws(ProcessSpawn.Failure) {
            process = try spawn.start()
        } catch {
            throw .notStarted(program: SafeText(operatorProvided: command[0]))
        }
    }

    deinit { end(within: .zero) }

    /// Whether the worker says that it reads studies.
    var isReady: Bool { text.contains("\"event\":\"ready\"") }

    /// Whether the process goes on.
    var isRunning: Bool {
        guard !hasEnded else { return false }
        var status: Int32 = 0
        hasEnded = waitpid(process, &status, WNOHANG) == process
        return !hasEnded
    }

    /// What the process has written last, for an error's text.
    var lastLine: String {
        String(text.split(separator: "\n").last ?? "no word").prefix(300).description
    }

    /// Asks the process to end, and kills it when it does not in time.
    func end(within bound: Duration) {
        guard isRunning else { return }
        kill(process, SIGTERM)
        let clock = SystemClock()
        let deadline = clock.monotonic() + bound
        while isRunning, clock.monotonic() < deadline {
            _ = try? WakeUp.wait(on: [], timeout: .milliseconds(20))
        }
        guard isRunning else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        hasEnded = true
    }

    /// The processor time so far.
    func processor() -> Processor {
        var time = Processor()
        time.total = Self.seconds(of: "\(process)")
        // Decoders are children that have not ended.
        let folder = "/proc/\(process)/task"
        let threads = (try? SystemEnergyFiles().entries(of: folder)) ?? []
        for thread in threads where !thread.hasPrefix(".") {
            let children = Self.file("\(folder)/\(thread)/children") ?? ""
            for child in children.split(separator: " ") {
                time.total += Self.seconds(of: String(child))
            }
        }
        guard let metrics = metrics() else { return time }
        time.infer = Self.counter("vigil_stage_cpu_seconds_total{stage=\"infer\"}", in: metrics)
        time.decode = Self.counter("vigil_stage_cpu_seconds_total{stage=\"decode\"}", in: metrics)
        return time
    }

    private func metrics() -> String? {
        let line = text.split(separator: "\n").first { $0.contains("\"endpoint_listening\"") }
        guard let line, let event = try? JSONParser.parse(Array(line.utf8)),
            let port = event["port"]?.intValue,
            let bytes = try? HTTPClient().get("http://127.0.0.1:\(port)/metrics")
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func counter(_ name: String, in metrics: String) -> Double? {
        let line = metrics.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
    }

    private var text: String { Self.file(log) ?? "" }

    /// User and system time of a process (proc(5), `stat`), with that of children that ended.
    private static func seconds(of process: String) -> Double {
        guard let stat = file("/proc/\(process)/stat"), let paren = stat.lastIndex(of: ")")
        else { return 0 }
        let fields = stat[stat.index(after: paren)...].split(separator: " ")
        // The command's end precedes field 3; 14 to 17 are the times.
        let times = fields.dropFirst(11).prefix(4).compactMap { Double($0) }
        return times.reduce(0, +) / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    }

    private static func file(_ path: String) -> String? {
        (try? FileHead.read(path, bytesMax: 64 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
}
