import Glibc
import Imaging
import VigilCore

/// A folder of images with decoys around it and links that lead out of it. Files within have one
/// size that none outside has, so that what was opened can be told by its size alone.
struct FuzzRoots {
    private static let size = 4099
    private static let sizeOutside = 777

    private let root: String
    private let roots: InputRoots

    init(folder: String) throws {
        let base = "\(folder)/tree"
        root = "\(base)/root"
        for path in [base, root, "\(root)/sub", "\(base)/root-other", "\(base)/outside"] {
            mkdir(path, 0o700)
        }
        for path in ["in.dcm", "sub/deep.dcm", "%2e%2e", "ä b.dcm"] {
            try Files.write("\(root)/\(path)", [UInt8](repeating: 1, count: Self.size))
        }
        for path in ["root-other/in.dcm", "outside/secret", "in.dcm"] {
            try Files.write("\(base)/\(path)", [UInt8](repeating: 2, count: Self.sizeOutside))
        }
        symlink("../outside/secret", "\(root)/link")
        symlink("../outside", "\(root)/way")
        symlink("/", "\(root)/sub/top")
        symlink("in.dcm", "\(root)/alias.dcm")
        roots = try InputRoots(folders: [root], maximumBytes: 1 << 30)
        try check("file://\(root)/in.dcm", mustOpen: true)
    }

    func event(uri: String) -> [UInt8] {
        let text = uri.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return Array(
            #"{"study":{"uid":"1.2.3"},"priority":"stat","instances":[{"uri":"\#(text)"}]}"#.utf8)
    }

    private static let starts = [
        "file://", "file:", "file://localhost", "FILE://", "file:///", "file:////", "File:",
        "file://evil", "http://localhost", "", "file:/%2f",
    ]
    private static let steps = [
        "in.dcm", "sub", "deep.dcm", "alias.dcm", "link", "way", "secret", "top", "etc", "passwd",
        "..", "..", "..", ".", "", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "root-other", "outside",
        "root", "tree", "%00", "in.dcm%00.png", "proc", "self", "cwd", "environ", "maps", "dev",
        "zero", "stdin", "a%2fb", "..%2f..", "ä%20b.dcm", "\u{2025}", "..\\..", "~", "in.dcm/",
    ]

    /// A path of likely and unlikely steps, most of them from the allowed folder on.
    func uri(_ random: inout SplitMix64) -> String {
        var path = Self.starts[random.below(3 + random.below(Self.starts.count - 2))]
        switch random.below(8) {
        case 0: path += ""
        case 1: path += root.dropLast()
        case 2: path += root + "-other"
        default: path += root
        }
        for _ in 0...random.below(7) { path += "/" + Self.steps[random.below(Self.steps.count)] }
        return path
    }

    /// Opens what a URI names: only what lies in the folder may open.
    func check(_ uri: String, mustOpen: Bool = false) throws {
        guard let input = try? roots.open(uri) else {
            if mustOpen { throw Breach("\(uri) was refused") }
            return
        }
        guard input.size == UInt64(Self.size) else {
            throw Breach("a read outside the roots: \(uri) gave \(input.size) bytes")
        }
    }
}
