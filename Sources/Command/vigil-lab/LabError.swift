import VigilCore

/// What the commands of `vigil-lab` refuse besides what their parts refuse.
enum LabError: VigilError {
    /// The benchmark measures no model of this family.
    case notMeasured(family: SafeText)
    /// A file cannot be written.
    case cannotWrite(path: SafeText)
    /// A folder that is to be new holds studies.
    case folderInUse(path: SafeText)
    /// Series of slices are not read for tuning.
    case needsEmbeddings
    /// A rate that is none.
    case badRate(found: SafeText)
    /// A topic has more than could be read in the time allowed.
    case topicNotRead(topic: SafeText, timeout: Duration)
    /// A program cannot be started.
    case notStarted(program: SafeText)
    /// A worker under measurement ended or did not get ready; its last word.
    case workerFailed(said: SafeText)
    /// Not every outcome came in the time allowed, or somebody asked to stop.
    case measurementEnded(done: Int, of: Int)
    /// A topic of the benchmark could not be made.
    case topicNotMade(SafeText)
    /// The findings of a run are of another model than the one that was named.
    case otherModel(run: SafeText)
    /// No finding is ranked better with what is known of patients.
    case contextGainsNothing(findings: Int)
    /// The key of de-identification is read by others or is none.
    case keyUnusable(SafeText)
    /// A list of private attributes has a line that is none.
    case badList(path: SafeText)
    /// Dates are to stay, and to be moved.
    case datesTwice

    var code: SafeText {
        switch self {
        case .notMeasured: "not_measured"
        case .cannotWrite: "cannot_write"
        case .folderInUse: "folder_in_use"
        case .needsEmbeddings: "needs_embeddings"
        case .badRate: "bad_rate"
        case .topicNotRead: "topic_not_read"
        case .notStarted: "not_started"
        case .workerFailed: "worker_failed"
        case .measurementEnded: "measurement_ended"
        case .topicNotMade: "topic_not_made"
        case .otherModel: "run_of_other_model"
        case .contextGainsNothing: "context_gains_nothing"
        case .keyUnusable: "key_unusable"
        case .badList: "bad_list"
        case .datesTwice: "dates_twice"
        }
    }

    var what: SafeText {
        switch self {
        case .notMeasured(let family):
            "there is no benchmark for models of the family \(family)"
        case .cannotWrite(let path): "\(path) cannot be written"
        case .folderInUse(let path): "\(path) holds studies already"
        case .needsEmbeddings: "a model of volumes learns from embeddings, not from --images"
        case .badRate(let found): "--rate \(found) is no rate"
        case .topicNotRead(let topic, let timeout):
            "the topic \(topic) was not read to its end within \(timeout)"
        case .notStarted(let program): "\(program) cannot be started"
        case .workerFailed(let said): "a worker ended or did not get ready: \(said)"
        case .measurementEnded(let done, let all):
            "the measurement ended with \(done) of \(all) done"
        case .topicNotMade(let topic): "the topic \(topic) could not be made"
        case .contextGainsNothing(let count):
            """
            of \(count) findings none is ranked better with what is known of the patients, by an \
            interval above 0: context stays off
            """
        case .keyUnusable(let reason): "the file of --key-file \(reason)"
        case .badList(let path): "\(path) has a line that is no private attribute"
        case .datesTwice: "--retain has both full-dates and modified-dates"
        case .otherModel(let run): "the findings of \(run) are of another model than --model"
        }
    }

    var remedy: SafeText {
        switch self {
        case .notMeasured: "Name a model of images and texts, or of volumes"
        case .cannotWrite: "Check the folder, its rights and the space left"
        case .folderInUse: "Name another folder, or remove this one"
        case .needsEmbeddings:
            "Name a file with the lines of 'vigil infer --embedding --json' with --embeddings"
        case .badRate: "Write a number and a unit, such as 50/s, 600/min or 20000/h"
        case .topicNotRead: "Check the broker, or give more time with --timeout-s"
        case .notStarted: "Check the path and its rights"
        case .workerFailed: "Mend what it says, and check the broker and the model"
        case .measurementEnded: "Take fewer studies or records, or a longer --timeout-s"
        case .topicNotMade: "Check the broker's log and the rights to make topics"
        case .contextGainsNothing: "Give more studies, or more of what is known of their patients"
        case .keyUnusable:
            """
            Write 32 random bytes to it, and let nobody else in: \
            (umask 077; head -c 32 /dev/urandom > FILE)
            """
        case .badList: "Write lines such as 'ACME 1.1;0029,xx08', and comments behind '#'"
        case .datesTwice: "Name one of them"
        case .otherModel: "Name the folder of the model that gave them, or run that model anew"
        }
    }

    var disposition: Disposition {
        switch self {
        case .notMeasured, .folderInUse, .needsEmbeddings, .badRate, .datesTwice:
            .shutDown(.usage)
        case .otherModel, .contextGainsNothing, .badList: .shutDown(.dataError)
        case .keyUnusable: .shutDown(.config)
        case .cannotWrite: .shutDown(.ioError)
        case .topicNotRead, .workerFailed, .measurementEnded, .topicNotMade:
            .shutDown(.unavailable)
        case .notStarted: .shutDown(.noInput)
        }
    }
}
