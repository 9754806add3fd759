/// Where images are read, and what decoding one may take.
extension Settings {
    /// The directories that events may name files in.
    package var inputRoots: [String] { list(.inputRoots) }
    /// How long one call to an input root's storage, or connecting to an origin, may take.
    package var inputTimeout: Duration { milliseconds(.inputTimeout) }
    /// The file of origins that events may name instances at; nil: there are none.
    package var inputOriginsFile: String? { given(.inputOriginsFile) }

    /// Decoder processes.
    package var decodeProcesses: Int { integer(.decodeProcesses) }
    /// How long one instance's decoding may take.
    package var decodeTimeout: Duration { milliseconds(.decodeTimeout) }
    /// Memory of one decoder process, in bytes.
    package var decodeMemoryMaxBytes: Int { integer(.decodeMemoryMax) << 20 }
    /// Rows times columns times frames at most.
    package var decodePixelsMax: Int { integer(.decodePixelsMax) }
    /// Size of one instance's file, in bytes.
    package var decodeInputMaxBytes: Int { integer(.decodeInputMax) << 20 }
}
