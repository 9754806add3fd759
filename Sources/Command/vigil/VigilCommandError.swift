import FoundationModel
import Tokenizers
import VigilCore

/// What the commands of `vigil` refuse besides what their parts refuse.
enum VigilCommandError: VigilError {
    /// Neither letters nor all were named, or both.
    case lettersOrAll
    /// A replay without the word for what it is to do.
    case verifyMissing
    /// The model takes images alone.
    case noTexts(family: SafeText)
    /// A file of texts does not read.
    case cannotRead
    /// A line is no UTF-8 or too long.
    case badLine
    /// The model refused.
    case model(ModelError)
    /// A file has fewer frames.
    case noFrame(Int, of: Int)
    /// One picture was asked for of several files.
    case oneFileForPicture
    /// The model takes no single images.
    case takesNoImages
    /// There was no work.
    case nothing(WorkMissing)
    /// More copies of topics are asked for than there are brokers.
    case tooFewBrokers(copies: Int, brokers: Int)
    /// What is to be stopped has no such name.
    case unknownScope
    /// The reason of an order has more bytes than this.
    case reasonTooLong(Int)
    /// Records that stand in several partitions have no order among them.
    case topicParted(SafeText, partitions: Int)
    /// Another order was written at the same time.
    case controlOvertaken
    /// Neither an audit topic with brokers nor an export was named.
    case topicOrExport
    /// What was named is no finding's id.
    case noFindingID
    /// The audit log is not as it was written.
    case auditBroken
    /// So many studies' newest findings cannot be read.
    case findingsUnreadable(Int)
    /// A record of the control topic would not be believed.
    case orderRefused(ControlRefusal)
    /// A line of a site's file of fields says nothing of a study.
    case fieldsRefused(line: Int)
    /// A file is no state of drift, or not whole.
    case driftStateRefused
    /// What was named is no alarm's id.
    case noAlarmID
    /// There is no alarm of that id.
    case noSuchAlarm
    /// The alarm came once more meanwhile, or something else was decided of it.
    case alarmStands
    /// Nobody has said anything of findings yet, or the topic has another name.
    case feedbackMissing(SafeText)

    var code: SafeText {
        switch self {
        case .lettersOrAll: "letters_or_all"
        case .verifyMissing: "verify_missing"
        case .noTexts: "no_texts"
        case .cannotRead: "cannot_read"
        case .badLine: "bad_line"
        case .model(let error): error.code
        case .noFrame: "no_frame"
        case .oneFileForPicture: "one_file_for_picture"
        case .takesNoImages: "takes_no_images"
        case .nothing: "no_work"
        case .tooFewBrokers: "too_few_brokers"
        case .unknownScope: "unknown_scope"
        case .reasonTooLong: "reason_too_long"
        case .topicParted: "topic_parted"
        case .controlOvertaken: "control_overtaken"
        case .topicOrExport: "topic_or_export"
        case .noFindingID: "no_finding_id"
        case .auditBroken: "audit_broken"
        case .findingsUnreadable: "findings_unreadable"
        case .orderRefused: "order_refused"
        case .fieldsRefused: "fields_refused"
        case .driftStateRefused: "drift_state_refused"
        case .noAlarmID: "no_alarm_id"
        case .noSuchAlarm: "no_such_alarm"
        case .alarmStands: "alarm_stands"
        case .feedbackMissing: "feedback_missing"
        }
    }

    var what: SafeText {
        switch self {
        case .lettersOrAll:
            "letters by name and --all exclude each other, and one of them is needed"
        case .verifyMissing:
            "a replay only verifies, and has to be told so"
        case .noTexts(let family):
            "a model of the family \(family) takes no texts"
        case .cannotRead: "the file cannot be read"
        case .badLine: "the line is no UTF-8 or has more than \(TextLimit.bytes) bytes"
        case .model(let error): error.what
        case .noFrame(let frame, let all):
            "there is no frame \(frame): the file has \(all), counted from 0"
        case .oneFileForPicture: "--png makes a picture of one file, and several are named"
        case .takesNoImages: "the model takes no single images"
        case .nothing(let nothing): nothing.what
        case .tooFewBrokers(let copies, let brokers):
            "topics.replication asks for \(copies) copies, and there are \(brokers) brokers"
        case .unknownScope: "SCOPE names nothing that can be stopped"
        case .reasonTooLong(let bytes): "the reason has more than \(bytes) bytes"
        case .topicParted(let topic, let partitions):
            "\(topic) has \(partitions) partitions, and workers read one alone"
        case .controlOvertaken:
            "another order was written at the same time, and may stand instead of this one"
        case .topicOrExport: "no audit log is named: neither a topic with brokers nor an export"
        case .noFindingID: "that is no finding_id"
        case .auditBroken: "the audit log is not as it was written, so nothing is proved by it"
        case .findingsUnreadable(let count):
            "the newest records of \(count) studies cannot be read, so the list may lack some"
        case .orderRefused(let refusal): "workers do not believe it: \(refusal)"
        case .fieldsRefused(let line): "line \(line) of --fields does not say what a study is"
        case .driftStateRefused:
            "a file of --state or --join is no state of 'vigil quality --drift'"
        case .noAlarmID: "that is no alarm's id"
        case .noSuchAlarm: "there is no alarm of that id"
        case .alarmStands:
            "the alarm stands: it came once more meanwhile, or another decision took its place"
        case .feedbackMissing(let topic): "the topic of feedback, \(topic), is not there"
        }
    }

    var remedy: SafeText {
        switch self {
        case .lettersOrAll: "Name letters as 'vigil dlq ls' shows them, or take --all"
        case .verifyMissing: "Add --verify"
        case .noTexts:
            "Name a model with a text tower; 'vigil model inspect' shows what it takes"
        case .cannotRead: "Check the path and its rights"
        case .badLine: "Save the file as UTF-8, a text a line"
        case .model(let error): error.remedy
        case .noFrame: "Take a smaller --frame"
        case .oneFileForPicture: "Name one FILE, or leave --png out"
        case .takesNoImages: "Name a model of images; 'vigil model inspect' shows what it takes"
        case .nothing(let nothing): nothing.remedy
        case .tooFewBrokers: "Leave topics.replication out, which chooses by the brokers there are"
        case .unknownScope: "Take all, model/DIGEST, finding/CODE, site/NAME or scanner/NAME"
        case .reasonTooLong: "Say it in fewer words"
        case .topicParted:
            "Make it anew by 'vigil topics create' with its setting, which gives it one"
        case .controlOvertaken: "See 'vigil control show', and give the order again"
        case .topicOrExport: "Name --bootstrap and --topic, or --export"
        case .noFindingID: "Take finding_id of the finding's record, a UUID"
        case .auditBroken: "See 'vigil audit verify'"
        case .findingsUnreadable:
            "Ask who writes to the topic; a newer release may read what this one cannot"
        case .orderRefused: "Give the order by 'vigil control stop' or 'vigil control run'"
        case .fieldsRefused:
            "Write an object of texts: study, its pseudonym, and at most 32 fields of 64 bytes"
        case .driftStateRefused:
            "Take a state as it was written; without one all streams begin anew"
        case .noAlarmID: "Take the id as 'vigil quality alarms' shows it, a UUID"
        case .noSuchAlarm: "See 'vigil quality alarms'"
        case .alarmStands: "See 'vigil quality alarms', and decide again"
        case .feedbackMissing:
            """
            vigil-page makes it with 'feedback: true' in its file; name another by --feedback, or \
            one without a record where nobody says anything
            """
        }
    }

    var disposition: Disposition {
        switch self {
        case .noTexts, .lettersOrAll, .verifyMissing, .noFrame, .oneFileForPicture,
            .takesNoImages, .unknownScope, .reasonTooLong, .topicOrExport, .noFindingID,
            .noAlarmID:
            .shutDown(.usage)
        case .cannotRead, .nothing, .noSuchAlarm: .shutDown(.noInput)
        case .badLine, .auditBroken, .findingsUnreadable, .orderRefused, .fieldsRefused,
            .driftStateRefused:
            .shutDown(.dataError)
        case .model(let error): error.disposition
        case .tooFewBrokers, .topicParted, .feedbackMissing: .shutDown(.config)
        case .controlOvertaken, .alarmStands: .shutDown(.temporary)
        }
    }
}
