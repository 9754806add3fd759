package import VigilCore

/// How long an input root's storage may take.
package struct RootPatience: Sendable, Hashable {
    /// For one call: to open, to look, to read up to a megabyte. A root that takes longer counts as
    /// hanging.
    package var call: Duration
    /// For all calls over one file.
    package var file: Duration

    package init(call: Duration = .seconds(2), file: Duration = .seconds(20)) {
        self.call = call
        self.file = file
    }
}

/// What is wrong with an input root.
package enum RootTrouble: Sendable, Hashable {
    /// A call to its storage has not returned in time. Nothing of it is read until it answers.
    case hangs
    /// The folder cannot be opened, with the system's error number.
    case unusable(errno: Int32)

    /// The stable name in snake case.
    package var code: SafeText {
        switch self {
        case .hangs: "input_root_hangs"
        case .unusable: "input_root_unusable"
        }
    }

    /// The system's error number; 0 when there is none.
    package var errno: Int32 {
        if case .unusable(let number) = self { number } else { 0 }
    }
}
