import Settings
import Testing

/// The name that a worker has when nobody gave it one.
struct WorkerSlotTests {
    @Test("a slot is held by one worker, and given back it is the next one's, under the same name")
    func slots() throws {
        let file = TemporaryFile([], suffix: ".slots")
        let folder = file.path + ".d"
        func taken() -> String? { WorkerSlot(folders: ["/proc/no", folder], host: "pacs")?.name }
        let first = try #require(taken())
        #expect(first.hasPrefix("pacs-") && first.hasSuffix("-1"))
        #expect(taken() == first)
        withExtendedLifetime(WorkerSlot(folders: [folder], host: "pacs")) { held in
            #expect(held?.name == first)
            #expect(taken()?.hasSuffix("-2") == true)
        }
        #expect(taken() == first)
        #expect(WorkerSlot(folders: ["/proc/no"], host: "pacs")?.name == nil)
    }

    @Test("slots are kept in the state folder of systemd, of the user, or in /tmp")
    func folders() {
        let found = WorkerSlot.folders([
            "STATE_DIRECTORY": "/var/lib/vigil:/var/lib/other", "HOME": "/home/a",
            "XDG_STATE_HOME": "/state",
        ])
        #expect(
            found.dropLast() == [
                "/var/lib/vigil", "/state/vigil", "/home/a/.local/state/vigil",
            ])
        #expect(WorkerSlot.folders([:]).count == 1)
    }
}
