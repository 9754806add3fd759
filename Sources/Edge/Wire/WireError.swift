package import VigilCore

/// Why a message cannot be taken. None repeats what the message held.
package enum WireError: VigilError, Hashable {
    /// The record has no value.
    case tombstone
    /// The value is longer than the limit.
    case tooLarge(bytes: Int, limit: Int)
    case tooManyHeaders(count: Int, limit: Int)
    /// The headers together are longer than the limit.
    case headersTooLarge(bytes: Int, limit: Int)
    /// A header that must be text is not UTF-8.
    case headerNotText(WireField)
    /// A header stands there twice with different values.
    case ambiguousHeader(WireField)
    case notJSON(JSONError)
    case missingField(WireField)
    /// A field has another JSON type than the schema's, or is empty or too long.
    case wrongType(WireField)
    case unsupportedSpecVersion
    /// A structured mode other than JSON, or a batch.
    case unsupportedFormat
    /// The message belongs to a later or earlier major version of its schema.
    case unknownVersion(supported: Int)
    /// One of Vigil's own types that is not a study event.
    case unexpectedType
    /// The event was sent by this worker: taking it would make a loop.
    case ownEvent
    case badUID
    case badPriority
    /// The event's `expirytime` has passed.
    case expired
    /// Every instance that the event names is in its study's finding already.
    case duplicate
    /// The event's study was withdrawn before it was read.
    case withdrawn
    /// The event lowers or withdraws, and its sender has not the right.
    case notAuthorised
    /// What the event recalls is not what stands of its study.
    case nothingToRecall
    /// An earlier event of the study is no longer in its topic.
    case partGone
    /// Something that was known of a patient is no longer in its topic.
    case contextGone
    /// The study is made of more events than can be told.
    case tooManyParts(limit: Int)
    case noInstances
    case tooManyInstances(count: Int, limit: Int)
    /// The URI of the instance at this index names no scheme that Vigil reads.
    case unsupportedScheme(index: Int)
    /// The URI of the instance at this index is malformed.
    case badURI(index: Int)
    /// A record of Vigil's own does not follow its schema; the detail names the member.
    case badRecord(SafeText)

    package var disposition: Disposition { .deadLetter }
}

extension WireError {
    package var code: SafeText {
        switch self {
        case .tombstone: "tombstone"
        case .tooLarge: "too_large"
        case .tooManyHeaders: "too_many_headers"
        case .headersTooLarge: "headers_too_large"
        case .headerNotText: "header_not_text"
        case .ambiguousHeader: "ambiguous_header"
        case .notJSON: "not_json"
        case .missingField: "missing_field"
        case .wrongType: "wrong_type"
        case .unsupportedSpecVersion: "unsupported_spec_version"
        case .unsupportedFormat: "unsupported_format"
        case .unknownVersion: "unknown_version"
        case .unexpectedType: "unexpected_type"
        case .ownEvent: "own_event"
        case .badUID: "bad_uid"
        case .badPriority: "bad_priority"
        case .expired: "expired"
        case .duplicate: "duplicate"
        case .withdrawn: "withdrawn"
        case .notAuthorised: "not_authorised"
        case .nothingToRecall: "nothing_to_recall"
        case .partGone: "part_gone"
        case .contextGone: "context_gone"
        case .tooManyParts: "too_many_parts"
        case .noInstances: "no_instances"
        case .tooManyInstances: "too_many_instances"
        case .unsupportedScheme: "unsupported_scheme"
        case .badURI: "bad_uri"
        case .badRecord: "bad_record"
        }
    }

    package var what: SafeText {
        switch self {
        case .tombstone: "The record has no value"
        case .tooLarge(let bytes, let limit):
            "The key or value has \(bytes) bytes, more than the limit of \(limit)"
        case .tooManyHeaders(let count, let limit):
            "The record has \(count) headers, more than the limit of \(limit)"
        case .headersTooLarge(let bytes, let limit):
            "The headers have \(bytes) bytes, more than the limit of \(limit)"
        case .headerNotText(let field): "The header for \(field) is not UTF-8 text"
        case .ambiguousHeader(let field): "The header for \(field) stands twice and differs"
        case .notJSON(let error): error.what
        case .missingField(let field): "The field \(field) is missing"
        case .wrongType(let field): "The field \(field) has a wrong type or length"
        case .unsupportedSpecVersion: "The CloudEvents version is not 1.0"
        case .unsupportedFormat: "The structured event is not in CloudEvents' JSON format"
        case .unknownVersion(let supported):
            "The message is of another major version than the supported \(supported)"
        case .unexpectedType: "The event is one of Vigil's own that is not a study event"
        case .ownEvent: "The event names this worker as its source"
        case .badUID: "The study's UID is not a DICOM UID"
        case .badPriority: "The priority is none that Vigil knows"
        case .expired: "The event expired before its study was read"
        case .duplicate: "The study's finding has every instance that the event names"
        case .withdrawn: "The study was withdrawn before it was read"
        case .notAuthorised:
            "The event lowers an order, withdraws images or recalls without the right to"
        case .nothingToRecall:
            "What the event recalls is not what stands of its study, as far as that is known"
        case .partGone: "An earlier event of the study is no longer in its topic"
        case .contextGone: "What was known of the patient is no longer in the topic of context"
        case .tooManyParts(let limit): "The study is made of more events than \(limit)"
        case .noInstances: "The event names no instance"
        case .tooManyInstances(let count, let limit):
            "The event names \(count) instances, more than the limit of \(limit)"
        case .unsupportedScheme(let index):
            "The URI of instance \(index) is neither a file: nor an https: URI"
        case .badURI(let index): "The URI of instance \(index) is malformed"
        case .badRecord(let detail): "The record does not follow its schema: \(detail)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .tombstone: "Study events are not retracted by tombstones; none is needed"
        case .tooLarge, .tooManyHeaders, .headersTooLarge:
            "Say less in one event, or split the study over several"
        case .tooManyInstances: "Split the study over several events, or raise study.instances-max"
        case .badPriority:
            """
            Write stat, urgent, asap or routine, a word of DICOM or HL7, 0 to 255, or a system and \
            its code
            """
        case .notJSON(let error): error.remedy
        case .duplicate, .withdrawn: "Nothing has to be done"
        case .notAuthorised:
            """
            Send it to topics.orders, from a source in orders.sources, which raising needs not; \
            have a recall signed by a key of control.keys
            """
        case .nothingToRecall:
            """
            Nothing has to be done where 'vigil recall' no longer lists the finding; else raise \
            study.remembered-max and recall it again
            """
        case .contextGone:
            "Set context.values-in-records, so that findings tell the values they were raised by"
        case .partGone, .tooManyParts: "Send the whole study once more in one event"
        case .expired: "Add workers, or let events live longer"
        case .unknownVersion: "Run a worker that supports this version, then replay the record"
        case .unexpectedType, .ownEvent: "Keep Vigil's outputs off its input topic"
        case .unsupportedScheme:
            "Name instances by file: URIs below an input root, or https: URIs of a listed archive"
        default: "Correct the sender by the schema in Schemas, then send the event again"
        }
    }
}
