import Control
import Signing
import Testing
import VigilCore

@Suite("What is stopped, as the records of the control topic say")
struct ControlTableTests {
    private let key: SigningKey
    private var table: ControlTable

    init() throws {
        key = try SigningKey.make()
        table = ControlTable(keys: [key.verifying])
    }

    private func order(
        _ action: ControlOrder.Action, _ scope: ControlScope, _ sequence: Int64,
        by other: SigningKey? = nil
    ) throws -> [UInt8] {
        try ControlOrder(
            action, scope, sequence: sequence, issued: Timestamp(microseconds: sequence),
            reason: "a test"
        ).signed(by: other ?? key)
    }

    private mutating func take(_ scope: ControlScope, _ value: [UInt8]?) -> ControlRefusal? {
        table.take(key: Array(scope.key.utf8), value: value)
    }

    private mutating func start() throws {
        #expect(take(.all, try order(.run, .all, 1)) == nil)
        #expect(table.stopped.isEmpty)
    }

    @Test("before any order all is stopped")
    func missing() throws {
        #expect(table.stopped == [.all])
        #expect(table.standing(models: [], site: nil).stop == .all)
    }

    @Test("an order of a finding alone lets nothing run")
    mutating func partial() throws {
        #expect(take(.finding("nodule"), try order(.run, .finding("nodule"), 1)) == nil)
        #expect(table.stopped == [.all])
    }

    @Test("a stop holds until a newer order lets it run")
    mutating func stopsAndRuns() throws {
        try start()
        let model = Digest(of: [1])
        for scope in [
            ControlScope.all, .model(model), .finding("nodule"), .site("north"), .scanner("XP-2"),
        ] {
            #expect(take(scope, try order(.stop, scope, table.newest + 1)) == nil)
            #expect(table.stopped == [scope])
            #expect(take(scope, try order(.run, scope, table.newest + 1)) == nil)
            #expect(table.stopped.isEmpty)
        }
    }

    @Test("an order that is told again after a newer one stops")
    mutating func replayed() throws {
        try start()
        let run = try order(.run, .all, 2)
        #expect(take(.all, run) == nil)
        #expect(take(.all, try order(.stop, .all, 3)) == nil)
        #expect(take(.all, run) == .notNewer)
        #expect(table.stopped == [.all])
        #expect(take(.all, try order(.run, .all, 4)) == nil)
        #expect(table.stopped.isEmpty)
    }

    @Test("an older order of another scope is out of order too, and stops that scope")
    mutating func olderElsewhere() throws {
        try start()
        #expect(take(.site("north"), try order(.run, .site("north"), 9)) == nil)
        #expect(take(.site("south"), try order(.run, .site("south"), 9)) == .notNewer)
        #expect(table.stopped == [.site("south")])
    }

    @Test("the newest order, told twice, changes nothing")
    mutating func twice() throws {
        let run = try order(.run, .all, 1)
        #expect(take(.all, run) == nil && take(.all, run) == nil)
        #expect(table.stopped.isEmpty)
    }

    @Test("what is removed, unsigned, of another key, of another scope or no order stops its scope")
    mutating func refused() throws {
        let other = try SigningKey.make()
        let finding = ControlScope.finding("nodule")
        var changed = try order(.run, finding, 20)
        changed[changed.count / 2] ^= 1
        let bad: [([UInt8]?, Set<ControlRefusal>)] = [
            (nil, [.removed]), (Array("{}".utf8), [.unsigned]), ([], [.unreadable]),
            (Array("\u{fe}".utf8), [.unreadable]),
            (try order(.run, finding, 20, by: other), [.unknownKey]),
            (try order(.run, .all, 20), [.otherScope]),
            (changed, Set(ControlRefusal.allCases)),
            (
                Array(
                    try SignedEnvelope(
                        Array("{\"schema\":\"vigil.control/1\"}".utf8),
                        type: ControlOrder.payloadType, key: key
                    ).text.utf8), [.unreadable]
            ),
            (
                Array(try SignedEnvelope([], type: "application/json", key: key).text.utf8),
                [.otherPayload]
            ),
            (try order(.run, finding, 0), [.unreadable]),
            ([UInt8](repeating: 0x20, count: ControlOrder.bytesMax + 1), [.unreadable]),
        ]
        for (value, reasons) in bad {
            table = ControlTable(keys: [key.verifying])
            try start()
            #expect(take(finding, value).map { reasons.contains($0) } == true)
            #expect(table.stopped == [finding])
        }
    }

    @Test("a record under a key that names nothing stops everything")
    mutating func unknownScope() throws {
        for name in [
            "", "everything", "finding/", "finding/a b", "model/12", "all/", "site/\u{e4}",
        ] {
            table = ControlTable(keys: [key.verifying])
            try start()
            #expect(
                table.take(key: Array(name.utf8), value: try order(.run, .all, 2))
                    == .unknownScope)
            #expect(table.stopped == [.all])
        }
        #expect(table.take(key: nil, value: try order(.run, .all, 3)) == .unknownScope)
    }

    @Test("every scope's key is read as the scope, and equal tables have equal digests")
    mutating func keys() throws {
        var other = ControlTable(keys: [key.verifying])
        for (index, scope) in [
            ControlScope.all, .model(Digest(of: [2])), .finding("nodule"), .site("north~1"),
        ].enumerated() {
            #expect(ControlScope(key: scope.key) == scope)
            let value = try order(.run, scope, Int64(index) + 1)
            #expect(take(scope, value) == nil)
            #expect(table.digest != other.digest)
            _ = other.take(key: Array(scope.key.utf8), value: value)
            #expect(table.digest == other.digest)
        }
    }

    @Test("a topic that was made anew lets nothing run, and none of the old orders counts again")
    mutating func anew() throws {
        let run = try order(.run, .all, 7)
        #expect(take(.all, run) == nil)
        table.forget()
        #expect(table.stopped == [.all])
        #expect(take(.all, run) == .notNewer)
        #expect(take(.all, try order(.run, .all, 8)) == nil)
        #expect(table.stopped.isEmpty)
    }

    @Test(
        "what stands holds for the studies that it names, and for those of which that is not known")
    mutating func standing() throws {
        try start()
        let (model, site) = (Digest(of: [3]), ControlScope.site("north"))
        #expect(take(.model(model), try order(.stop, .model(model), 2)) == nil)
        #expect(table.standing(models: [Digest(of: [4])], site: nil).stop == nil)
        #expect(table.standing(models: [Digest(of: [4]), model], site: nil).stop == .model)
        #expect(take(.model(model), try order(.run, .model(model), 3)) == nil)
        #expect(take(site, try order(.stop, site, 4)) == nil)
        #expect(table.standing(models: [model], site: "south").stop == nil)
        #expect(table.standing(models: [model], site: "north").stop == .site)
        #expect(table.standing(models: [model], site: nil).stop == .site)
        #expect(take(.finding("mass"), try order(.stop, .finding("mass"), 5)) == nil)
        #expect(take(.scanner("XP-2"), try order(.stop, .scanner("XP-2"), 6)) == nil)
        for (names, stop) in [
            ([], nil), ([["XP-2", "1234"]], ControlStanding.Stop.scanner), ([["XP-3"]], nil),
            ([["XP-3"], []], .scanner),
        ] as [([Set<String>], ControlStanding.Stop?)] {
            #expect(table.standing(models: [], site: "south", scanners: names).stop == stop)
        }
        let south = table.standing(models: [model], site: "south")
        #expect(south.findings == ["mass"] && south.stop == nil)
        #expect(south.input?.digest == table.digest)
        #expect(south.input?.validFrom == Timestamp(microseconds: 6))
    }
}
