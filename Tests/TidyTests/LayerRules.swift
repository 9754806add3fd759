/// Imports point down only, as in this table: the command over Pipeline over the domain over the
/// services over the values over C.
enum LayerRules {
    /// What each target may import of the project.
    static let allowed: [String: Set<String>] = [
        "VigilCore": ["CCrypto", "CLinux"],
        "Telemetry": ["VigilCore", "CMicroHTTPD"],
        "HTTPClient": ["VigilCore", "CCurl"],
        "DecoderProtocol": [],
        "Settings": ["VigilCore", "CYaml"],
        "Wire": ["VigilCore"],
        "KafkaTransport": ["VigilCore", "Telemetry", "CRdKafka"],
        "Imaging": ["VigilCore", "Telemetry", "DecoderProtocol", "CLinux"],
        "Tensor": ["VigilCore", "CKernels"],
        "Weights": ["VigilCore"],
        "Tokenizers": ["VigilCore"],
        "Conversion": ["VigilCore", "Weights"],
        "Synthesis": ["VigilCore", "CSynthesis"],
        "Tuning": ["VigilCore", "Weights"],
        "FoundationModel": ["VigilCore", "Tensor", "Weights", "Tokenizers", "Imaging"],
        "Energy": ["VigilCore", "Telemetry", "CLinux"],
        "Triage": ["VigilCore"],
        "Evaluation": ["VigilCore"],
        "Pipeline": [
            "VigilCore", "Telemetry", "Settings", "Wire", "KafkaTransport", "Imaging",
            "FoundationModel", "Tensor", "Energy", "Triage", "HTTPClient",
        ],
        "DicomDecoder": ["CDicom", "CSeccomp", "CLinux", "DecoderProtocol"],
        "DicomEncoder": ["CDicomWriter"],
        "vigil": [
            "VigilCore", "Telemetry", "Settings", "Wire", "KafkaTransport", "Imaging", "Tensor",
            "Weights", "Tokenizers", "Conversion", "Synthesis", "Tuning", "FoundationModel",
            "Energy", "Triage", "Evaluation", "Pipeline", "HTTPClient",
        ],
    ]

    /// Modules of the toolchain that every target may import.
    static let toolchain: Set<String> = ["Glibc", "Darwin", "Synchronization", "Swift"]

    /// Targets that may import `FoundationEssentials`; none may import `Foundation`.
    static let foundation: Set<String> = ["Wire", "Settings", "Weights", "Tokenizers", "vigil"]

    static func check(_ file: SourceFile) -> [Finding] {
        guard file.isSwift, file.isInSources else { return [] }
        guard let allowed = allowed[file.target] else {
            return [
                Finding(
                    path: file.path, line: 0,
                    advice: "add the target \(file.target) to the table of layers in LayerRules")
            ]
        }
        return file.code.enumerated().compactMap { index, line in
            guard let module = imported(line) else { return nil }
            if allowed.contains(module) || toolchain.contains(module) { return nil }
            if module == "FoundationEssentials", foundation.contains(file.target) { return nil }
            let advice =
                module.hasPrefix("Foundation")
                ? "no Foundation here; use the values of VigilCore"
                : "\(file.target) may not import \(module): imports point down only"
            return Finding(path: file.path, line: index + 1, advice: advice)
        }
    }

    /// The module that a line imports, if it is an import.
    static func imported(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
            words[..<position].allSatisfy({ isModifier($0) })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
        let named = words[(position + 1)...].first { !kinds.contains($0) }
        return named.map { String($0.prefix { $0 != "." }) }
    }

    private static func isModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@")
            || ["internal", "package", "public", "private", "fileprivate"].contains(word)
    }
}
