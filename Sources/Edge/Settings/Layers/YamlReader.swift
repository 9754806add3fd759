internal import CYaml
internal import VigilCore

/// Reads one YAML document, and JSON as its subset, by libyaml's events. Bounded in size, depth and
/// nodes; anchors, aliases, tags and further documents are refused, so that no file can unfold.
package struct YamlReader: ~Copyable {
    /// Bytes of a file.
    package static let bytesMax = 1_000_000
    /// Mappings and sequences inside each other.
    static let depthMax = 16
    /// Scalars, sequences and mappings of a file.
    static let nodesMax = 10_000

    /// A mapping or sequence that has begun and not ended.
    private struct Open {
        let isMapping: Bool
        let place: SettingSource
        var elements: [YamlNode] = []
        var entries: [YamlNode.Entry] = []
        /// In a mapping, the name that waits for its value.
        var name: (text: String, place: SettingSource)?

        var node: YamlNode {
            YamlNode(content: isMapping ? .mapping(entries) : .sequence(elements), place: place)
        }
    }

    private let path: String
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var stack: [Open] = []
    private var root: YamlNode?
    private var nodes = 0
    private var documents = 0

    /// The document's root, or nil when there is none.
    package static func read(_ bytes: [UInt8], path: String) throws(SettingsError) -> YamlNode? {
        guard bytes.count <= bytesMax else {
            throw .fileTooLarge(path: SafeText(operatorProvided: path), bytesMax: bytesMax)
        }
        var reader = YamlReader(path: path)
        return try reader.run(bytes)
    }

    private init(path: String) {
        self.path = path
        parser = .allocate(capacity: 1)
        yaml_parser_initialize(parser)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func run(_ bytes: [UInt8]) throws(SettingsError) -> YamlNode? {
        // libyaml keeps the pointer between calls, so the bytes are copied to where they stay.
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        defer { input.deallocate() }
        _ = input.update(fromContentsOf: bytes)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
        var isAtEnd = false
        while !isAtEnd {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw malformed() }
            defer { yaml_event_delete(&event) }
            isAtEnd = event.type == YAML_STREAM_END_EVENT
            try take(event)
        }
        return root
    }

    private mutating func take(_ event: yaml_event_t) throws(SettingsError) {
        let place = place(event.start_mark)
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            documents += 1
            if documents > 1 {
                throw refused(place, "a second document", "Keep one document in a file")
            }
        case YAML_ALIAS_EVENT:
            throw refused(place, "an alias", "Write the value out; aliases are not allowed")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try check(scalar.anchor, scalar.tag, place)
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isQuoted = scalar.style != YAML_PLAIN_SCALAR_STYLE
            try add(String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted, place)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            try check(start.anchor, start.tag, place)
            try open(Open(isMapping: false, place: place))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            try check(start.anchor, start.tag, place)
            try open(Open(isMapping: true, place: place))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            if let ended = stack.popLast() { attach(ended.node) }
        default:
            break
        }
    }

    private mutating func count(_ place: SettingSource) throws(SettingsError) {
        nodes += 1
        if nodes > Self.nodesMax {
            throw refused(
                place, "more than \(Self.nodesMax) values", "Give a Vigil configuration")
        }
    }

    private mutating func open(_ new: Open) throws(SettingsError) {
        try count(new.place)
        guard stack.count < Self.depthMax else {
            throw refused(
                new.place, "more than \(Self.depthMax) levels", "No setting lies that deep")
        }
        if let around = stack.last, around.isMapping, around.name == nil {
            throw refused(new.place, "a name that is no text", "Write 'name: value'")
        }
        stack.append(new)
    }

    private mutating func add(
        _ text: String, isQuoted: Bool, _ place: SettingSource
    ) throws(SettingsError) {
        try count(place)
        if let around = stack.last, around.isMapping, around.name == nil {
            stack[stack.count - 1].name = (text, place)
        } else {
            attach(YamlNode(content: .scalar(text, isQuoted: isQuoted), place: place))
        }
    }

    /// Puts a finished node into what is open around it.
    private mutating func attach(_ node: YamlNode) {
        let last = stack.count - 1
        guard last >= 0 else {
            root = node
            return
        }
        if let name = stack[last].name {
            stack[last].entries.append(.init(name: name.text, place: name.place, value: node))
            stack[last].name = nil
        } else {
            stack[last].elements.append(node)
        }
    }

    private func check(
        _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?,
        _ place: SettingSource
    ) throws(SettingsError) {
        if anchor != nil {
            throw refused(place, "an anchor", "Remove it; aliases are not allowed")
        }
        if tag != nil { throw refused(place, "a tag", "Remove it; types follow from the setting") }
    }

    private func refused(
        _ place: SettingSource, _ reason: SafeText, _ remedy: SafeText
    ) -> SettingsError {
        .fileRefused(at: place, reason: "the file has \(reason)", remedy: remedy)
    }

    private func malformed() -> SettingsError {
        let problem = parser.pointee
        let reason = problem.problem.map { SafeText(fixedMessage: String(cString: $0)) }
        return .fileMalformed(
            at: place(problem.problem_mark), reason: reason ?? "no further detail")
    }

    private func place(_ mark: yaml_mark_t) -> SettingSource {
        .file(path: path, line: mark.line + 1, column: mark.column + 1)
    }
}
