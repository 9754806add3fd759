import Energy
import Testing
import VigilCore

/// Capping clocks by a cpufreq tree that the test makes.
struct ClockCapTests {
    /// Files whose writes a test decides on: what the kernel makes of a text, nil for no change.
    private struct MadeKernel: WritableEnergyFiles {
        let take: @Sendable (String, String) throws(FileFault) -> String?
        private let system = SystemEnergyFiles()

        init(take: @escaping @Sendable (String, String) throws(FileFault) -> String?) {
            self.take = take
        }

        func entries(of directory: String) throws(FileFault) -> [String] {
            try system.entries(of: directory)
        }
        func head(of path: String) throws(FileFault) -> [UInt8] { try system.head(of: path) }
        func write(_ text: String, to path: String) throws(FileFault) {
            if let taken = try take(text, path) { try system.write(taken, to: path) }
        }
    }

    /// Two policies of 0.4 to 3 GHz, and what is none.
    private func tree(cap: String = "3000000") throws -> MadeTree {
        let tree = try MadeTree()
        for policy in ["policy0", "policy12"] {
            try tree.file(policy, "cpuinfo_min_freq", "400000")
            try tree.file(policy, "cpuinfo_max_freq", "3000000")
            try tree.file(policy, "scaling_max_freq", cap)
        }
        try tree.file("boost", "scaling_max_freq", "1")
        return tree
    }

    private func caps(_ tree: MadeTree) throws -> [String] {
        try ["policy0", "policy12"].map {
            String(
                decoding: try SystemEnergyFiles().head(of: "\(tree.path)/\($0)/scaling_max_freq"),
                as: UTF8.self
            ).filter { $0 != "\n" }
        }
    }

    private func error(
        _ tree: MadeTree, _ files: any WritableEnergyFiles = SystemEnergyFiles()
    ) -> ClockError? {
        do throws(ClockError) {
            let cap = try ClockCap(tree.path, files: files)
            try cap.set(percent: 60)
            return nil
        } catch {
            return error
        }
    }

    @Test("every policy is capped to a part of its highest clock, and set back")
    func usual() throws {
        let tree = try tree()
        let cap = try ClockCap(tree.path)
        #expect(cap.count == 2 && !cap.wasCapped)
        for (percent, expected) in [(60, "1800000"), (80, "2400000"), (1, "400000")] {
            try cap.set(percent: percent)
            #expect(try caps(tree) == [expected, expected])
        }
        try cap.set(percent: 100)
        #expect(try caps(tree) == ["3000000", "3000000"])
        try cap.set(percent: 60)
        #expect(cap.restore() && cap.restore())
        #expect(try caps(tree) == ["3000000", "3000000"])
        #expect(try SystemEnergyFiles().head(of: tree.path + "/boost/scaling_max_freq").count == 2)
    }

    @Test("a cap that was there is told, never raised, and set again")
    func operators() throws {
        let tree = try tree(cap: "2000000")
        let cap = try ClockCap(tree.path)
        #expect(cap.wasCapped)
        try cap.set(percent: 80)
        #expect(try caps(tree) == ["2000000", "2000000"])
        try cap.set(percent: 50)
        #expect(try caps(tree) == ["1500000", "1500000"])
        #expect(cap.restore())
        #expect(try caps(tree) == ["2000000", "2000000"])
    }

    @Test("a cap ends with its object, and stays where somebody else has changed it")
    func end() throws {
        let tree = try tree()
        do {
            let cap = try ClockCap(tree.path)
            try cap.set(percent: 60)
            try tree.file("policy12", "scaling_max_freq", "1000000")
            withExtendedLifetime(cap) {}
        }
        #expect(try caps(tree) == ["3000000", "1000000"])
    }

    @Test(
        "a policy that may not be written leaves none capped",
        arguments: [
            (FileFault.permission, ClockError.permission), (.other(16), .refused),
            (.missing, .missing),
        ])
    func denied(fault: FileFault, expected: ClockError) throws {
        let tree = try tree()
        let files = MadeKernel { (text, path) throws(FileFault) in
            if path.contains("policy12") { throw fault }
            return text
        }
        #expect(error(tree, files) == expected)
        #expect(try caps(tree) == ["3000000", "3000000"])
    }

    @Test("a cap that cannot be set back is told, and tried again")
    func stuck() throws {
        let tree = try tree()
        // Like a group's right that is taken away while the cap holds.
        let lock = tree.path + "/locked"
        let files = MadeKernel { (text, _) throws(FileFault) in
            if (try? SystemEnergyFiles().head(of: lock)) != nil { throw .permission }
            return text
        }
        let cap = try ClockCap(tree.path, files: files)
        try cap.set(percent: 60)
        try tree.file(".", "locked", "")
        #expect(!cap.restore())
        #expect(try caps(tree) == ["1800000", "1800000"])
        tree.removeFile("locked")
        #expect(cap.restore())
        #expect(try caps(tree) == ["3000000", "3000000"])
    }

    @Test("a kernel may round a cap, but one that ignores or breaks it is not believed")
    func kernels() throws {
        #expect(error(try tree(), MadeKernel { _, _ in "1700000" }) == nil)
        #expect(error(try tree(), MadeKernel { _, _ in nil }) == .refused)
        #expect(error(try tree(), MadeKernel { _, _ in "100" }) == .refused)
        #expect(error(try tree(), MadeKernel { _, _ in "no number" }) == .garbage)
    }

    @Test(
        "frequencies that are none are refused before anything is written",
        arguments: [
            "cpuinfo_min_freq", "cpuinfo_max_freq", "scaling_max_freq",
        ],
        ["", "0", "-1", "fast", "2000000 kHz", "99999999999", "18446744073709551616"])
    func absurd(name: String, text: String) throws {
        let tree = try tree()
        try tree.file("policy12", name, text)
        let files = MadeKernel { _, _ in
            Issue.record("something is written")
            return nil
        }
        #expect(error(tree, files) == .garbage)
    }

    @Test("bounds in the wrong order are refused, and a tree without policies is named as missing")
    func missing() throws {
        let wrong = try tree()
        try wrong.file("policy0", "cpuinfo_min_freq", "3000001")
        #expect(error(wrong) == .garbage)
        let partial = try tree()
        partial.removeFile("policy0/cpuinfo_max_freq")
        #expect(error(partial) == .missing)
        #expect(error(try MadeTree()) == .missing)
        #expect(throws: ClockError.missing) { try ClockCap("/nonexistent/cpufreq") }
    }

    @Test("every error names what to do")
    func remedies() {
        let errors = [ClockError.missing, .permission, .garbage, .refused]
        #expect(Set(errors.map(\.code)).count == errors.count)
        #expect(Set(errors.map(\.what)).count == errors.count)
        for error in errors { #expect(!error.remedy.text.isEmpty) }
    }
}
