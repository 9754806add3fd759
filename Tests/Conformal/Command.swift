import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// Answers what `Deploy/bench/conformal` asks: p-values over a grid, and recalibrations on made
/// scores whose risk is known.
@main
enum Conformal {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        switch words.first {
        case "p-values": PValueGrid.write()
        case "recalibrate":
            guard let times = words.dropFirst().first.flatMap({ Int($0) }), times > 0,
                let seed = words.dropFirst(2).first.flatMap({ UInt64($0) })
            else { return usage() }
            print(JSONWriter.text(Recalibrations(times: times, seed: seed).json))
        default: usage()
        }
    }

    private static func usage() {
        print("VigilConformal p-values | VigilConformal recalibrate TIMES SEED")
        exit(64)
    }
}
