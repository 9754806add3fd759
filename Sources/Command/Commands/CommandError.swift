package import Tensor
package import VigilCore

/// What the commands of both programs refuse besides what their parts refuse.
package enum CommandError: VigilError {
    /// The precision's bits depend on the processor.
    case notReproducible(Precision)
    /// An option means nothing without another one.
    case needs(option: SafeText, other: SafeText)
    /// A file cannot be read.
    case fileNotRead(path: SafeText)
    /// A file cannot be written.
    case fileNotWritten(path: SafeText, reason: SafeText)
    /// No broker answered.
    case noBroker(BrokerSilence)
    /// A program that belongs to this one is not beside it.
    case programMissing(SafeText, folder: SafeText)
    /// The operating system does not run it.
    case programNotStarted(SafeText, errno: Int32)
    /// It does not tell of a command that it should have.
    case programWithoutHelp(SafeText, command: SafeText)

    package var code: SafeText {
        switch self {
        case .notReproducible: "not_reproducible"
        case .needs: "option_missing"
        case .fileNotRead: "file_not_read"
        case .fileNotWritten: "file_not_written"
        case .noBroker: "no_broker"
        case .programMissing: "program_missing"
        case .programNotStarted: "program_not_started"
        case .programWithoutHelp: "program_without_help"
        }
    }

    package var what: SafeText {
        switch self {
        case .notReproducible(let precision):
            "\(precision) does not give the same bits on every processor"
        case .needs(let option, let other): "--\(option) means nothing without --\(other)"
        case .fileNotRead(let path): "\(path) cannot be read"
        case .fileNotWritten(let path, let reason): "\(path) cannot be written: \(reason)"
        case .noBroker(let silence): silence.what
        case .programMissing(let program, let folder):
            "this command needs the program \(program), and there is none in \(folder)"
        case .programNotStarted(let program, let errno):
            "this command needs the program \(program), which does not start (errno \(errno))"
        case .programWithoutHelp(let program, let command):
            "\(program) does not tell of its command \(command)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .notReproducible: "Leave --reproducible out, or take --precision fp32 or int8"
        case .needs(_, let other): "Add --\(other), or leave this one out; --help shows how"
        case .fileNotRead: "Check the path and its rights"
        case .fileNotWritten: "Check the folder, its rights and the space left"
        case .noBroker(let silence): silence.remedy
        case .programMissing(let program, _), .programNotStarted(let program, _):
            Self.installation(of: program)
        case .programWithoutHelp(let program, _):
            "Take both programs from one build. \(Self.installation(of: program))"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .notReproducible, .needs: .shutDown(.usage)
        case .fileNotRead: .shutDown(.noInput)
        case .fileNotWritten: .shutDown(.ioError)
        case .noBroker, .programMissing, .programNotStarted, .programWithoutHelp:
            .shutDown(.unavailable)
        }
    }

    /// How to come by a program.
    private static func installation(of program: SafeText) -> SafeText {
        """
        Build it (swift build -c release --product \(program)), or install all programs of Vigil: \
        Deploy/install puts them into one folder, and so does the package of Deploy/package
        """
    }
}
