import Glibc
import MutationKit
import VigilCore

/// Reads many changed inputs one after the other: see Deploy/bench/fuzz, which starts it.
///
///     VigilFuzz KIND --folder F --seed S --from I --count N [--cache C] [--save PREFIX]
///
/// The number of the input at work stands in the file `F/at`, so that it is known after a crash.
/// A hang is ended by SIGPROF after five seconds of processor time. Exit codes: 0 all were read,
/// 1 a promise was broken or something is missing (the last line says what), 64 wrong usage.
@main
enum Command {
    static func main() {
        do {
            let options = try Options(CommandLine.arguments.dropFirst())
            var target = try options.target()
            try run(&target, options)
        } catch let error as Usage {
            say("fuzz: \(error.what)")
            exit(64)
        } catch {
            say("fuzz: \((error as? Breach)?.what ?? "\(error)")")
            exit(1)
        }
    }

    private static func run(_ target: inout any FuzzTarget, _ options: Options) throws {
        let place = try ProgressFile("\(options.folder)/at")
        var taken = 0
        for index in options.from..<options.from + options.count {
            place.set(index)
            // Every input has numbers of its own, so that it can be made without those before it.
            var random = SplitMix64(seed: options.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index))
            let input = target.input(&random)
            if let prefix = options.save {
                for part in input.parts { try Files.write("\(prefix)-\(part.name)", part.bytes) }
                continue
            }
            limitTime(seconds: 5)
            if try target.read(input) { taken += 1 }
        }
        limitTime(seconds: 0)
        say(#"{"inputs":\#(options.count),"taken":\#(taken)}"#)
    }

    /// SIGPROF, whose default is the end, after so much processor time; 0 switches it off.
    private static func limitTime(seconds: Int) {
        var timer = itimerval()
        timer.it_value.tv_sec = seconds
        setitimer(__itimer_which_t(2), &timer, nil)  // ITIMER_PROF
    }

    private static func say(_ line: String) {
        let text = Array("\(line)\n".utf8)
        _ = write(1, text, text.count)
    }
}

/// Why the command line cannot be read.
struct Usage: Error {
    let what: String
}

/// The command line.
struct Options {
    let kind: String
    private(set) var folder = "."
    private(set) var cache = Files.checkout + "/.cache"
    private(set) var seed: UInt64 = 1
    private(set) var from = 0
    private(set) var count = 1
    /// Write the inputs to files that begin with this, and read none.
    private(set) var save: String?

    init(_ arguments: ArraySlice<String>) throws {
        guard let kind = arguments.first else { throw Usage(what: "what to fuzz is not said") }
        self.kind = kind
        var rest = arguments.dropFirst()
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Usage(what: "\(name) has no value") }
            switch (name, UInt64(value)) {
            case ("--folder", _): folder = value
            case ("--cache", _): cache = value
            case ("--save", _): save = value
            case ("--seed", let number?): seed = number
            case ("--from", let number?): from = Int(clamping: number)
            case ("--count", let number?): count = Int(clamping: min(number, 1 << 40))
            default: throw Usage(what: "\(name) \(value) is not understood")
            }
        }
    }

    func target() throws -> any FuzzTarget {
        switch kind {
        case "events": return try EventTarget(folder: folder)
        case "records": return try RecordTarget()
        case "dicoms": return try DicomTarget(cache: cache)
        case "safetensors": return try SafetensorsTarget(folder: folder)
        case "tokenizers": return try TokenizerTarget()
        default: throw Usage(what: "'\(kind)' cannot be fuzzed")
        }
    }
}

/// A number in a file that outlives the process, whatever ends it.
struct ProgressFile {
    private let map: UnsafeMutablePointer<UInt64>

    init(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, 8) == 0,
            let base = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            base != MAP_FAILED
        else { throw Breach("\(path) cannot be mapped") }
        map = base.bindMemory(to: UInt64.self, capacity: 1)
    }

    func set(_ index: Int) { map.pointee = UInt64(index) }
}
