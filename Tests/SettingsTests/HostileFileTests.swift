import CAllocationCount
import Settings
import Testing
import VigilCore

/// Files made to harm: bounded in work and memory, and never a trap.
struct HostileFileTests {
    private func error(_ bytes: [UInt8]) -> SettingsError? {
        let file = TemporaryFile(bytes)
        do throws(SettingsError) {
            _ = try Settings.load(file: file.path)
            return nil
        } catch { return error }
    }

    static let bombs: [(name: String, text: String)] = [
        ("aliases", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]"),
        ("keys", (0..<50_000).map { "k\($0): 1\n" }.joined()),
        ("elements", "input.roots: [" + String(repeating: "a,", count: 400_000) + "a]"),
        ("flow depth", String(repeating: "[", count: 900_000)),
        ("mapping depth", String(repeating: "{a: ", count: 200_000)),
        ("block depth", (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
        ("one long line", "a: " + String(repeating: "x", count: 990_000)),
        ("open quotes", "a: \"" + String(repeating: "\\", count: 900_000)),
        ("dashes", String(repeating: "- ", count: 400_000)),
        ("question marks", String(repeating: "? ", count: 400_000)),
        ("colons", String(repeating: "a: ", count: 300_000)),
    ]

    /// What may be allocated for each byte of a bomb, and besides.
    private static let bytesEach = 400
    private static let bytesBesides = 4 << 20

    @Test("a bomb is refused for memory in proportion to its size", arguments: bombs.indices)
    func bomb(index: Int) {
        let bytes = Array(Self.bombs[index].text.utf8)
        let before = vigil_allocated_bytes_of_this_thread()
        #expect(error(bytes) != nil, "\(Self.bombs[index].name)")
        let taken = vigil_allocated_bytes_of_this_thread() - before
        let allowed = Self.bytesEach * bytes.count + Self.bytesBesides
        #expect(taken < allowed, "\(Self.bombs[index].name): \(taken) for \(bytes.count)")
    }

    @Test(
        "bytes that are no text are refused", arguments: [[0xff, 0xfe, 0xff], [0x61, 0xc3], [0]])
    func encoding(bytes: [UInt8]) {
        #expect(error(bytes)?.code == "settings_file_malformed")
    }

    @Test("cut and changed files end in settings or in an error")
    func mutations() {
        let whole = Array(
            """
            batch: {size-max: 8, wait-max-ms: 5}
            input:
              roots: [/data, "${HOME:/x}"]
            kafka:
              bootstrap.servers: a:1  # comment
              consumer: {client.id: 'x'}
            log.level: info
            """.utf8)
        var random = SplitMix64(seed: 0x5eed)
        var refused = 0
        for round in 0..<1000 {
            var bytes = whole
            for _ in 0..<(round % 5) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: random.next())
            }
            if round % 3 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
            if error(bytes) != nil { refused += 1 }
        }
        #expect(refused > 0)
    }
}
