import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// Answers what `Deploy/bench/drift` asks: streams without a change and with one, studies without
/// end, scores that others made, and rates of groups.
@main
enum Drift {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        let numbers = words.dropFirst().compactMap { Int($0) }
        let answer: JSONValue? =
            switch (words.first, numbers.count) {
            case ("null", 3):
                NullStreams(streams: numbers[0], studies: numbers[1], seed: numbers[2]).json
            case ("families", 4):
                NullFamilies(
                    families: numbers[0], streams: numbers[1], studies: numbers[2],
                    seed: numbers[3]
                ).json
            case ("shift", 3):
                ShiftedStreams(streams: numbers[0], before: numbers[1], seed: numbers[2]).json
            case ("flat", 1): EndlessStudies(studies: numbers[0]).json
            case ("scores", 1): ScoreLines(before: numbers[0]).json
            case ("fairness", 0): RateTables.json
            default: nil
            }
        guard let answer else { return usage() }
        print(JSONWriter.text(answer))
    }

    private static func usage() {
        print(
            """
            VigilDrift null STREAMS STUDIES SEED | families FAMILIES STREAMS STUDIES SEED
            VigilDrift shift STREAMS BEFORE SEED | flat STUDIES
            VigilDrift scores BEFORE < LINES | fairness < TABLES
            """)
        exit(64)
    }
}
