extension SettingKey {
    /// Settings of decoding and inference.
    var workDefinition: SettingDefinition {
        switch self {
        case .batchSizeMax:
            .init(self, .integer(1...256), .integer(8), "Images of one batch at most.")
        case .batchWaitMax:
            .init(
                self, .integer(0...60_000), .integer(50), unit: "ms",
                "How long a study waits for others to share its batch.")
        case .queueInFlightMax:
            .init(
                self, .integer(1...10_000), .integer(2048),
                """
                Events taken in and not yet answered at most; above it, partitions are paused. So \
                far the worker looks ahead for urgent studies.
                """)
        case .queueResumeBelow:
            .init(
                self, .integer(0...10_000), .integer(0),
                """
                Paused partitions are resumed below this many events in flight; 0 takes half of \
                queue.in-flight-max.
                """)
        case .queueBytesMax:
            .init(
                self, .integer(1...4096), .integer(64), unit: "MB",
                "Bytes of events in flight at most; above it, partitions are paused.")
        case .decodeProcesses:
            .init(
                self, .integer(1...64), .integer(2),
                "Decoder processes; one more is kept for stat studies.")
        case .decodeTimeout:
            .init(
                self, .integer(100...600_000), .integer(20_000), unit: "ms",
                "How long the decoding of one instance may take.")
        case .decodeMemoryMax:
            .init(
                self, .integer(64...65_536), .integer(1024), unit: "MB",
                "Memory of one decoder process at most.")
        case .decodePixelsMax:
            .init(
                self, .integer(1...4_000_000_000), .integer(134_217_728), unit: "pixels",
                "Rows times columns times frames of one instance at most.")
        case .decodeInputMax:
            .init(
                self, .integer(1...4096), .integer(64), unit: "MB",
                "Size of one instance's file at most.")
        case .enginePrecision:
            .init(
                self, .choice(EnginePrecision.allCases.map(\.rawValue)), .text("fp32"),
                "Arithmetic of the large matrix products; auto takes the fastest on this processor."
            )
        case .engineISA:
            .init(
                self, .choice(["auto", "scalar", "avx2", "avx512", "avx512vnni", "neon"]),
                .text("auto"),
                "Instruction set of the kernels; auto takes the best that the processor has.")
        case .cacheDirectory:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                Where packed weights, prompts' embeddings and images' embeddings are kept. Empty: \
                a folder of its own in the user's cache directory.
                """)
        case .cacheEmbeddingsMax:
            .init(
                self, .integer(0...1_000_000), .integer(0), unit: "MB",
                """
                Bound on the kept embeddings of images, so that a study that comes again costs no \
                pass of the encoder; the oldest go first. 0 keeps none: they come from patients' \
                images.
                """)
        default:  // .engineThreads
            .init(
                .engineThreads, .integer(0...1024), .integer(0),
                "Threads of the engine; 0 takes one for each processor that the process may use.")
        }
    }
}
