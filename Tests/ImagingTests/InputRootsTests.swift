import Foundation
import Imaging
import Testing
import VigilCore

/// Files below input roots whose storage hangs, fails, comes late or moves.
@Suite("Input roots")
struct InputRootsTests {
    private let folder: InputFolder

    init() throws {
        folder = try InputFolder()
    }

    private static let patience = RootPatience(call: .milliseconds(400), file: .seconds(20))

    private func roots(
        _ names: [String], calls: any FileCalls = SystemFileCalls(),
        onChange: @escaping @Sendable (SafeText, RootTrouble?) -> Void = { _, _ in }
    ) throws -> InputRoots {
        try InputRoots(
            folders: names.map { folder.path($0) }, maximumBytes: 1 << 20,
            patience: Self.patience, calls: calls, onChange: onChange)
    }

    private func size(_ roots: InputRoots, _ path: String) -> UInt64? {
        try? roots.open(path: Array(folder.path(path).utf8)).size
    }

    private func size(_ roots: InputRoots, uri path: String) -> UInt64? {
        try? roots.open("file://\(folder.path(path))").size
    }

    private func failure(_ roots: InputRoots, _ path: String) -> ImagingError? {
        failure(roots, Array(folder.path(path).utf8))
    }

    private func failure(_ roots: InputRoots, _ path: [UInt8]) -> ImagingError? {
        do throws(ImagingError) {
            _ = try roots.open(path: path)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Storages that hang

    @Test(
        "a root that hangs is given up within its time and refused at once, and others are read",
        arguments: HangingCalls.Place.allCases)
    func hangs(place: HangingCalls.Place) throws {
        try folder.write("a/x", 10)
        try folder.write("a/y", 10)
        try folder.write("b/x", 20)
        let calls = HangingCalls(place, below: folder.path("a"))
        let told = Told()
        let roots = try roots(["a", "b"], calls: calls) { told.note($0, $1) }
        #expect(size(roots, uri: "a/x") == 10)
        calls.hang()
        let name = SafeText(operatorProvided: folder.path("a"))
        #expect(failure(roots, "a/x") == .inputRootHangs(name))
        // Refused without one more call that could hang.
        let made = calls.made
        for _ in 0..<50 { #expect(failure(roots, "a/y") == .inputRootHangs(name)) }
        #expect(calls.made - made <= 8, "the root's own questions alone")
        #expect(roots.troubles.map(\.root) == [name])
        #expect(size(roots, uri: "b/x") == 20)
        calls.goOn()
        told.awaitEnd()
        #expect(roots.troubles.isEmpty)
        #expect(size(roots, uri: "a/y") == 10)
    }

    @Test("a file that hangs for good does not keep the others of its root")
    func oneFile() throws {
        try folder.write("a/bad", 10)
        try folder.write("a/good", 20)
        let calls = HangingCalls(.read, below: folder.path("a/bad"))
        let told = Told()
        let roots = try roots(["a"], calls: calls) { told.note($0, $1) }
        calls.hang()
        defer { calls.goOn() }
        #expect(failure(roots, "a/bad") != nil)
        told.awaitEnd()
        #expect(size(roots, "a/good") == 20)
        // It is refused without another thread that hangs, and without trouble for the root.
        let made = calls.made
        #expect(failure(roots, "a/bad") != nil)
        #expect(calls.made == made)
        #expect(roots.troubles.isEmpty)
        #expect(size(roots, "a/good") == 20)
    }

    @Test("a bounded number of calls hang, however many files do")
    func bounded() throws {
        for index in 0..<40 { try folder.write("a/\(index)", 10) }
        let calls = HangingCalls(.read, below: folder.path("a/"))
        let roots = try InputRoots(
            folders: [folder.path("a")], maximumBytes: 1 << 20,
            patience: RootPatience(call: .milliseconds(2), file: .seconds(20)), calls: calls)
        calls.hang()
        defer { calls.goOn() }
        for index in 0..<400 { #expect(failure(roots, "a/\(index % 40)") != nil) }
        #expect(calls.hanging <= 16)
    }

    @Test("a root that hangs at the start is taken, and read once it answers")
    func hangsAtStart() throws {
        try folder.write("a/x", 10)
        try folder.write("b/x", 20)
        let calls = HangingCalls(.open, below: folder.path("a"))
        calls.hang()
        let told = Told()
        let roots = try roots(["a", "b"], calls: calls) { told.note($0, $1) }
        #expect(roots.troubles.count == 1)
        #expect(size(roots, "b/x") == 20)
        calls.goOn()
        told.awaitEnd()
        #expect(size(roots, "a/x") == 10)
    }

    @Test("a root within a root has a thread of its own")
    func nested() throws {
        try folder.write("a/x", 10)
        try folder.write("a/b/x", 20)
        let calls = HangingCalls(.stat, below: folder.path("a/b"))
        let roots = try roots(["a", "a/b"], calls: calls)
        calls.hang()
        defer { calls.goOn() }
        #expect(failure(roots, "a/b/x") != nil)
        #expect(size(roots, "a/x") == 10)
    }

    // MARK: Storages that move

    @Test("a root that is a link is followed when it is switched, and what it left is outside")
    func switched() throws {
        try folder.write("one/x", 10)
        try folder.write("two/x", 20)
        try folder.link("root", to: "one")
        let roots = try roots(["root"])
        #expect(size(roots, "root/x") == 10)
        try folder.link("root", to: "two")
        #expect(size(roots, "root/x") == 20)
        // Within the time for which it is believed where a root leads.
        usleep(250_000)
        #expect(size(roots, "two/x") == 20)
        #expect(failure(roots, "one/x") == .outsideRoots)
        try folder.link("two/out", to: "one/x")
        #expect(failure(roots, "root/out") == .outsideRoots)
    }

    @Test("while a root is switched again and again, what is read is one of its two places")
    func switching() throws {
        try folder.write("one/x", 10)
        try folder.write("two/x", 20)
        try folder.write("three/x", 30)
        try folder.link("one/out", to: "three/x")
        try folder.link("root", to: "one")
        let roots = try roots(["root"])
        DispatchQueue.concurrentPerform(iterations: 2) { thread in
            for round in 0..<300 {
                if thread == 0 {
                    try? folder.link("root", to: round % 2 == 0 ? "two" : "one")
                    continue
                }
                let size = self.size(roots, "root/x")
                let out = self.size(roots, "root/out")
                #expect(size == 10 || size == 20)
                #expect(out == nil)
            }
        }
    }

    @Test("a root that was taken away is passing trouble, and is read when it is there again")
    func removed() throws {
        try folder.write("a/x", 10)
        let told = Told()
        let roots = try roots(["a"]) { told.note($0, $1) }
        rename(folder.path("a"), folder.path("away"))
        let error = failure(roots, "a/x")
        #expect(error == .inputRootUnusable(errno: ENOENT))
        #expect(error?.disposition == .retry(after: .seconds(1)))
        #expect(roots.troubles.map(\.trouble) == [.unusable(errno: ENOENT)])
        rename(folder.path("away"), folder.path("a"))
        #expect(size(roots, "a/x") == 10)
        #expect(roots.troubles.isEmpty)
    }

    @Test(
        "a storage that fails is tried again, whatever its error",
        arguments: [EIO, ESTALE, ENOTCONN, EHOSTDOWN, ETIMEDOUT, EAGAIN, ENOENT, EACCES])
    func fails(number: Int32) throws {
        try folder.write("a/x", 10)
        let calls = HangingCalls(.content, below: folder.path("a/x"))
        let roots = try roots(["a"], calls: calls)
        calls.fail(number)
        let error = try #require(failure(roots, "a/x"))
        #expect(error.disposition == .retry(after: .seconds(1)))
        calls.goOn()
        #expect(failure(roots, "a/x") == nil)
    }

    // MARK: Names

    @Test("a name is bytes: Latin-1 is read, and two spellings of a letter are two files")
    func names() throws {
        let latin = Array("a/M".utf8) + [0xfc] + Array("ller".utf8)
        try folder.write(latin, 11)
        try folder.write("a/caf\u{e9}", 12)
        let roots = try roots(["a"])
        #expect(size(roots, uri: "a/M%FCller") == 11)
        #expect(size(roots, uri: "a/caf%C3%A9") == 12)
        #expect(failure(roots, "a/cafe\u{301}") == .fileMissing)
    }

    @Test("a root's name is bytes: one that only looks the same is another folder")
    func rootNames() throws {
        try folder.write("caf\u{e9}/x", 10)
        try folder.write("cafe\u{301}/x", 20)
        let roots = try roots(["caf\u{e9}"])
        #expect(failure(roots, "caf\u{e9}/x") == nil)
        #expect(failure(roots, "cafe\u{301}/x") == .outsideRoots)
        // A mark after a slash makes one letter of both, and a step that text does not see.
        try folder.write("secret", 30)
        #expect(failure(roots, "caf\u{e9}/\u{301}/../../secret") == .outsideRoots)
        #expect(failure(roots, "caf\u{e9}\u{301}/x") == .outsideRoots)
    }

    @Test("what is no file, and what lies outside by any way, is refused for good")
    func refused() throws {
        try folder.write("a/x", 10)
        try folder.write("b/x", 20)
        try folder.write("a/inner/x", 30)
        try folder.link("a/out", to: "b/x")
        try folder.link("a/up", to: "b")
        mkfifo(folder.path("a/fifo"), 0o600)
        let roots = try roots(["a"])
        #expect(failure(roots, "a/inner") == .notARegularFile)
        #expect(failure(roots, "a/fifo") == .notARegularFile)
        for path in ["a/out", "a/up/x", "b/x", "a/../b/x", "ab/x", "a", "a/.."] {
            #expect(failure(roots, path) == .outsideRoots, "\(path)")
        }
        #expect(failure(roots, "a/gone") == .fileMissing)
        // Into another root a link may lead.
        let both = try self.roots(["a", "b"])
        #expect(failure(both, "a/out") == nil)
        for error in [ImagingError.notARegularFile, .outsideRoots, .tooLarge, .badURI] {
            #expect(error.disposition == .deadLetter)
        }
    }

    // MARK: Files that are not whole

    @Test("a file that grows, shrinks or changes while it is read is tried again")
    func changing() throws {
        try folder.write("a/x", 1000)
        let calls = HangingCalls(.read, below: folder.path("a/x"))
        let roots = try roots(["a"], calls: calls)
        for size in [2000, 10] {
            calls.before { [folder] in try? folder.write("a/x", size) }
            let error = failure(roots, "a/x")
            #expect(error == .fileChanging)
            #expect(error?.disposition == .retry(after: .seconds(1)))
        }
        #expect(failure(roots, "a/x") == nil)
        try folder.write("a/x", 0)
        #expect(failure(roots, "a/x") == .empty)
        #expect(ImagingError.empty.disposition == .retry(after: .seconds(1)))
    }

    @Test("how long ago a file was changed is known")
    func age() throws {
        try folder.write("a/x", 10)
        let roots = try roots(["a"])
        let path = Array(folder.path("a/x").utf8)
        var age = try roots.open(path: path).age
        #expect(try #require(age) < .seconds(600))
        let time = timespec(tv_sec: 1_000_000_000, tv_nsec: 0)
        let times = [time, time]
        utimensat(AT_FDCWD, folder.path("a/x"), times, 0)
        age = try roots.open(path: path).age
        #expect(try #require(age) > .seconds(600))
    }
}
