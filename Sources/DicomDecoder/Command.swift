internal import CDicom
internal import DecoderProtocol

#if canImport(Glibc)
    internal import Glibc
#endif

/// The decoder process: one socket on descriptor 0, one request at a time, until the worker hangs
/// up. It reads nothing but the files it is handed open, and writes nothing but answers.
@main
enum Command {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let limits = parse(Array(arguments.filter { $0 != "--self-test" })) else {
            exit(64)
        }
        let entries = vigil_decoder_prepare()
        let protections = Sandbox.enter(limits)
        if arguments.contains("--self-test") { exit(SelfTest.run(protections)) }
        let hello = DecoderHello(
            protections: protections, dictionaryEntries: UInt32(clamping: entries),
            memoryLimit: limits.memory)
        guard DecodeLoop.writeAll(hello.encoded()) else { exit(76) }
        DecodeLoop.run()
    }

    /// Reads `--memory-limit BYTES` and `--processor-seconds N`; nil when anything else is there.
    private static func parse(_ arguments: [String]) -> Sandbox.Limits? {
        var limits = Sandbox.Limits()
        guard arguments.count.isMultiple(of: 2) else { return nil }
        for index in stride(from: 0, to: arguments.count, by: 2) {
            guard let value = UInt64(arguments[index + 1]), value > 0 else { return nil }
            switch arguments[index] {
            case "--memory-limit": limits.memory = value
            case "--processor-seconds": limits.processorSeconds = value
            default: return nil
            }
        }
        return limits
    }
}
