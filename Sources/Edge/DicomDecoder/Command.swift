internal import CDicom
internal import DecoderProtocol
internal import Sandboxing

#if canImport(Glibc)
    internal import Glibc
#endif

/// The decoder process: one socket on descriptor 0, one request at a time, until the worker hangs
/// up. It reads nothing but the files it is handed open, and writes nothing but answers. The
/// program starts as the ``Nursery`` that makes such processes.
@main
enum Command {
    static func main() {
        let isTest = CommandLine.arguments.contains("--self-test")
        guard let options = parse(CommandLine.arguments.dropFirst().filter { $0 != "--self-test" })
        else { exit(64) }
        let entries = vigil_decoder_prepare()
        if isTest { exit(SelfTest.run(options)) }
        guard Nursery.isDecoder() else { exit(0) }
        let protections = Sandbox.enter(options)
        let hello = DecoderHello(
            protections: protections, dictionaryEntries: UInt32(clamping: entries),
            memoryLimit: options.memory)
        guard DecodeLoop.writeAll(hello.encoded()) else { exit(76) }
        DecodeLoop.run()
    }

    /// Reads `--memory-limit BYTES`, `--processor-seconds N`, `--user N`, `--open` and
    /// `--without-filter`; nil when anything else is there.
    private static func parse(_ arguments: [String]) -> Sandbox.Options? {
        var options = Sandbox.Options()
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--open": options.isOpen = true
            case "--without-filter": options.lacksFilter = true
            default:
                guard let value = rest.popFirst().flatMap({ UInt64($0) }), value > 0 else {
                    return nil
                }
                switch name {
                case "--memory-limit": options.memory = value
                case "--processor-seconds": options.processorSeconds = value
                case "--user":
                    guard let user = UInt32(exactly: value), user < .max else { return nil }
                    options.user = user
                default: return nil
                }
            }
        }
        return options
    }
}
