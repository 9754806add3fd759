internal import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

/// The name that a worker takes when nobody gave it one: the first slot of its state folder that no
/// other worker holds. A restart finds the same name, and with it its place in the group, instead
/// of waiting until the member that it was has timed out. The slot is given back when the process
/// ends, however it does.
package final class WorkerSlot: Sendable {
    /// Host, state folder and number, such as `pacs-1a2b3c4d-1`.
    package let name: String
    private let descriptor: Int32

    /// Workers of one folder at most.
    private static let slotsMax = 256

    /// Takes a slot; nil when no folder can be written, or all are held.
    ///
    /// - Parameters:
    ///   - folders: the first that can be made and written is taken.
    ///   - host: the machine's name; two machines may share a folder.
    package init?(folders: [String], host: String) {
        for folder in folders {
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { continue }
            let digest = Digest(of: Array("\(host)\n\(folder)".utf8)).hex.prefix(8)
            for number in 1...Self.slotsMax {
                let path = "\(folder)/slot-\(digest)-\(number).lock"
                let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
                guard descriptor >= 0 else { break }
                if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                    name = "\(host)-\(digest)-\(number)"
                    self.descriptor = descriptor
                    return
                }
                close(descriptor)
            }
        }
        return nil
    }

    /// Where slots are kept: systemd's state folder, else the user's, else one of `/tmp`.
    package static func folders(_ variables: [String: String]) -> [String] {
        var folders: [String] = []
        // systemd names several with colons between.
        if let state = variables["STATE_DIRECTORY"]?.split(separator: ":").first {
            folders.append(String(state))
        }
        if let state = variables["XDG_STATE_HOME"], state.hasPrefix("/") {
            folders.append(state + "/vigil")
        }
        if let home = variables["HOME"], home.hasPrefix("/") {
            folders.append(home + "/.local/state/vigil")
        }
        return folders + ["/tmp/vigil-\(getuid())"]
    }

    deinit { close(descriptor) }
}
