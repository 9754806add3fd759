// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target. Each flag is an upcoming language mode that finds mistakes
/// early.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .treatAllWarnings(as: .error),  // SE-0480
]

/// Modules without a single pointer: the compiler proves it (SE-0458).
let pureSettings = swiftSettings + [.strictMemorySafety()]

/// Kernels are optimised in every build, since at -O0 a model test takes hours. Contraction is off:
/// a fused multiply-add stands where the source says so and nowhere else, or bits would depend on
/// the compiler.
let kernelSettings: [CSetting] = [
    .unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"]),
    .treatAllWarnings(as: .error),
]

/// Headers of a target stand at its top, above the folder of codecs.
let codecSettings: [CXXSetting] = [
    .headerSearchPath("."),
    .unsafeFlags(["-O2", "-std=gnu++17"]),
]

/// The Swift runtime stands in the programs, which need nothing of the toolchain's folder then. The
/// thread sanitizer needs it apart, since it puts calls of its own before the runtime's.
let runtime: [LinkerSetting] =
    Context.environment["VIGIL_SHARED_RUNTIME"] == nil ? [.unsafeFlags(["-static-stdlib"])] : []

/// The folders of `Sources` and the targets in each. A target imports those below it, and
/// VigilCore's values.
let groups: KeyValuePairs<String, [String]> = [
    "Command": ["vigil", "vigil-lab", "Commands"],
    "Worker": ["WorkerCore", "Pipeline"],
    "Domain": ["VigilCore", "Signing", "Triage", "Context", "Reporting", "Energy"],
    "Engine": ["CKernels", "Tensor", "Weights", "Tokenizers", "FoundationModel"],
    "Edge": [
        "KafkaTransport", "Wire", "Imaging", "DecoderProtocol", "DicomDecoder", "CDicom",
        "Sandboxing", "GeneratorHost", "HTTPClient", "HTTPServer", "Telemetry", "Settings",
    ],
    "Platform": [
        "Processes", "Files", "ByteReading", "COpenJPEG", "CRdKafka", "CMicroHTTPD", "CCurl",
        "CYaml", "CCrypto", "CSeccomp", "CLinux",
    ],
    "Lab": [
        "Conversion", "Synthesis", "CSynthesis", "Tuning", "Training", "Evaluation",
        "RiskControl", "DicomEncoder", "CDicomWriter",
    ],
]

/// Where a target's folder stands.
func folder(_ name: String) -> String {
    let group = groups.first { $0.value.contains(name) }
    return "Sources/\(group?.key ?? "")/\(name)"
}

func system(_ name: String, package: String? = nil) -> Target {
    .systemLibrary(name: name, path: folder(name), pkgConfig: package)
}

/// - Parameter testable: whether tests see internals, which release builds do not show.
func library(
    _ name: String, _ dependencies: [Target.Dependency], pure: Bool = false,
    testable: Bool = false, links: [LinkerSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: folder(name),
        swiftSettings: (pure ? pureSettings : swiftSettings)
            + (testable ? [.unsafeFlags(["-enable-testing"])] : []),
        linkerSettings: links)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude,
        swiftSettings: swiftSettings)
}

let package = Package(
    name: "vigil",
    products: [
        .executable(name: "vigil", targets: ["vigil"]),
        .executable(name: "vigil-lab", targets: ["vigil-lab"]),
        .executable(name: "vigil-dicom-decoder", targets: ["DicomDecoder"]),
        .executable(name: "vigil-dicom-encoder", targets: ["DicomEncoder"]),
        .executable(name: "vigil-generator-host", targets: ["GeneratorHost"]),
    ],
    targets: [
        // C
        system("CRdKafka", package: "rdkafka"),
        system("CMicroHTTPD", package: "libmicrohttpd"),
        system("CCurl", package: "libcurl"),
        system("CYaml", package: "yaml-0.1"),
        system("CCrypto", package: "libcrypto"),
        system("CSeccomp", package: "libseccomp"),
        system("CLinux"),
        .target(name: "CKernels", path: folder("CKernels"), cSettings: kernelSettings),
        .target(name: "CSynthesis", path: folder("CSynthesis"), cSettings: kernelSettings),
        .target(
            name: "COpenJPEG", path: folder("COpenJPEG"), cxxSettings: codecSettings,
            linkerSettings: [.linkedLibrary("openjp2")]),
        .target(
            name: "CDicom", dependencies: ["COpenJPEG"], path: folder("CDicom"),
            cxxSettings: codecSettings,
            linkerSettings: [
                .linkedLibrary("dcmimage"), .linkedLibrary("dcmjpeg"), .linkedLibrary("dcmjpls"),
                .linkedLibrary("dcmimgle"), .linkedLibrary("dcmdata"), .linkedLibrary("oflog"),
                .linkedLibrary("ofstd"), .linkedLibrary("png"), .linkedLibrary("jpeg"),
                .linkedLibrary("z"),
            ]),
        // The encoders, apart from the decoder and from the worker alike.
        .target(
            name: "CDicomWriter", dependencies: ["COpenJPEG"], path: folder("CDicomWriter"),
            cxxSettings: codecSettings,
            linkerSettings: [
                .linkedLibrary("dcmjpls"), .linkedLibrary("dcmimgle"), .linkedLibrary("dcmdata"),
                .linkedLibrary("oflog"), .linkedLibrary("ofstd"), .linkedLibrary("z"),
            ]),
        // Values
        library("VigilCore", ["CCrypto"]),
        library("Telemetry", ["VigilCore", "Processes", "Files"]),
        // The operating system
        library("Processes", ["VigilCore", "CLinux"]),
        library("Files", []),
        library("ByteReading", [], pure: true),
        // Services
        library("Settings", ["VigilCore", "Files", "CYaml"]),
        library("Wire", ["VigilCore"], pure: true),
        library("KafkaTransport", ["VigilCore", "Processes", "Files", "CRdKafka"]),
        library("HTTPClient", ["VigilCore", "CCurl"]),
        library("HTTPServer", ["VigilCore", "Telemetry", "CMicroHTTPD"]),
        library("DecoderProtocol", ["Files", "ByteReading"]),
        library("Sandboxing", ["DecoderProtocol", "CSeccomp", "CLinux"]),
        library("Imaging", ["VigilCore", "Processes", "Files", "DecoderProtocol", "CLinux"]),
        library("Tensor", ["VigilCore", "Processes", "Files", "CKernels"]),
        library("Weights", ["VigilCore", "Processes", "Files"]),
        library("Tokenizers", ["VigilCore", "ByteReading"], pure: true),
        library("Conversion", ["VigilCore", "ByteReading", "Weights"]),
        library("Synthesis", ["VigilCore", "CSynthesis"]),
        library("Tuning", ["VigilCore", "Weights"], testable: true),
        // Domain
        library(
            "FoundationModel",
            ["VigilCore", "Files", "Tensor", "Weights", "Tokenizers", "Imaging"]),
        library("Training", ["VigilCore", "Files", "Tensor", "Weights", "FoundationModel"]),
        library("Energy", ["VigilCore", "Processes", "Files", "CLinux"]),
        library("Signing", ["VigilCore", "Files", "CCrypto"]),
        library("Triage", ["VigilCore", "Signing"], pure: true),
        library("Context", ["VigilCore"], pure: true),
        library("Reporting", ["VigilCore", "Triage"], pure: true, testable: true),
        library("Evaluation", ["VigilCore"], pure: true, testable: true),
        library("RiskControl", ["VigilCore"], pure: true, testable: true),
        // Decisions
        library("WorkerCore", ["VigilCore"], pure: true),
        // Composition
        library(
            "Pipeline",
            [
                "VigilCore", "Processes", "Files", "WorkerCore", "Telemetry", "Settings", "Wire",
                "KafkaTransport", "Imaging", "FoundationModel", "Energy", "Triage", "Signing",
                "Context", "Reporting", "HTTPClient", "HTTPServer",
            ]),
        // Commands
        .executableTarget(
            name: "DicomDecoder",
            dependencies: [
                "CDicom", "CSeccomp", "CLinux", "DecoderProtocol", "Sandboxing", "Files",
            ],
            path: folder("DicomDecoder"), swiftSettings: swiftSettings, linkerSettings: runtime),
        .executableTarget(
            name: "GeneratorHost", dependencies: ["DecoderProtocol", "Sandboxing"],
            path: folder("GeneratorHost"), swiftSettings: swiftSettings, linkerSettings: runtime),
        library(
            "Commands",
            [
                "VigilCore", "Processes", "Files", "Settings", "Wire", "KafkaTransport", "Imaging",
                "Tensor", "FoundationModel", "Pipeline", "Triage",
            ]),
        // A program that another runs is built with it, while other modules are waited for; nothing
        // of it is linked.
        .executableTarget(
            name: "vigil",
            dependencies: [
                "DicomDecoder", "GeneratorHost", "Commands", "VigilCore", "Processes", "Files",
                "Telemetry",
                "Settings", "Wire", "KafkaTransport", "Imaging", "Tensor", "Weights", "Tokenizers",
                "FoundationModel", "Energy", "WorkerCore", "Pipeline", "Triage", "Signing",
            ],
            path: folder("vigil"), swiftSettings: swiftSettings, linkerSettings: runtime),
        // Of all programs this one alone has what the laboratory has.
        .executableTarget(
            name: "vigil-lab",
            dependencies: [
                "DicomEncoder", "Commands", "VigilCore", "Processes", "Files", "Settings", "Wire",
                "KafkaTransport", "Imaging", "Tensor", "Weights", "Conversion", "Synthesis",
                "Tuning", "Training", "FoundationModel", "Energy", "Evaluation", "Pipeline",
                "HTTPClient", "RiskControl", "Signing", "Triage", "Context",
            ],
            path: folder("vigil-lab"), swiftSettings: swiftSettings, linkerSettings: runtime),
        .executableTarget(
            name: "DicomEncoder", dependencies: ["CDicomWriter", "Files"],
            path: folder("DicomEncoder"),
            swiftSettings: swiftSettings, linkerSettings: runtime),
        // Tests
        .target(
            name: "FileKit", dependencies: ["Files"], path: "Tests/FileKit",
            swiftSettings: swiftSettings),
        .target(
            name: "SampleKit", dependencies: ["VigilCore"], path: "Tests/SampleKit",
            swiftSettings: swiftSettings),
        tests("VigilCoreTests", ["VigilCore"]),
        tests("ProcessesTests", ["Processes", "VigilCore"]),
        tests("FilesTests", ["Files", "FileKit"]),
        tests("ByteReadingTests", ["ByteReading", "VigilCore"]),
        tests("TelemetryTests", ["Telemetry", "Processes", "VigilCore"]),
        tests("HTTPServerTests", ["HTTPServer", "LoopbackKit", "Telemetry", "VigilCore"]),
        tests("SettingsTests", ["Settings", "FileKit", "VigilCore", "CAllocationCount"]),
        tests(
            "WireTests", ["Wire", "Triage", "VigilCore"],
            exclude: ["check_schemas.py", "requirements.txt"]),
        .target(
            name: "BrokerTestKit",
            dependencies: ["KafkaTransport", "Processes", "VigilCore", "CRdKafka"],
            path: "Tests/BrokerTestKit", swiftSettings: swiftSettings),
        tests(
            "KafkaTransportTests",
            ["BrokerTestKit", "CRdKafka", "KafkaTransport", "Processes", "VigilCore"]),
        tests(
            "ImagingTests", ["Imaging", "FileKit", "Files", "VigilCore", "CAllocationCount"],
            exclude: [
                "Vectors", "make_vectors.py", "make_float_vectors.py", "make_enhanced_ct.py",
                "make_label_cases.py", "requirements.txt",
            ]),
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        tests(
            "TensorTests",
            ["Tensor", "FileKit", "Processes", "SampleKit", "VigilCore", "CAllocationCount"]),
        tests(
            "KernelTests", ["CKernels", "SampleKit", "Tensor", "VigilCore"], exclude: ["digests"]),
        tests(
            "WeightsTests", ["Weights", "FileKit", "VigilCore"],
            exclude: ["make_vectors.py", "Vectors"]),
        .target(
            name: "MutationKit", path: "Tests/MutationKit", swiftSettings: swiftSettings),
        // Deploy/bench/fuzz builds it with sanitizers.
        .executableTarget(
            name: "VigilFuzz",
            dependencies: [
                "MutationKit", "CDicom", "Context", "FileKit", "Imaging", "KafkaTransport",
                "Pipeline",
                "Tokenizers", "VigilCore", "Weights", "Wire", "WorkerCore",
            ],
            path: "Tests/Fuzz", swiftSettings: swiftSettings),
        tests(
            "ConversionTests",
            ["Conversion", "FileKit", "MutationKit", "Weights", "VigilCore", "CAllocationCount"],
            exclude: ["make_vectors.py", "Vectors"]),
        tests(
            "TokenizersTests", ["Tokenizers", "FileKit", "VigilCore", "CAllocationCount"],
            exclude: ["make_vectors.py", "Vectors"]),
        tests(
            "GoldenTests",
            [
                "FoundationModel", "FileKit", "Imaging", "Tensor", "Weights", "Tokenizers",
                "VigilCore", "Conversion", "Training", "CAllocationCount",
            ],
            exclude: [
                "make_vectors.py", "make_family_vectors.py", "make_adapter_vectors.py",
                "make_convolution_vectors.py", "make_lora_vectors.py",
                "make_evidence_vectors.py", "i3d.py", "Vectors",
            ]),
        tests("EnergyTests", ["Energy", "FileKit", "VigilCore"]),
        tests("SynthesisTests", ["Synthesis", "Context", "Wire", "VigilCore"]),
        .target(name: "LoopbackKit", path: "Tests/LoopbackKit", swiftSettings: swiftSettings),
        tests(
            "HTTPClientTests",
            [
                "HTTPClient", "LoopbackKit", "Pipeline", "Energy", "Wire", "Settings", "VigilCore",
            ]),
        tests("SigningTests", ["Signing", "VigilCore"]),
        tests(
            "TriageTests",
            [
                "Triage", "Signing", "FoundationModel", "Conversion", "Synthesis", "VigilCore",
            ]),
        tests("ContextTests", ["Context", "VigilCore"]),
        // Deploy/bench/context builds and runs it.
        .executableTarget(
            name: "VigilContextBench",
            dependencies: ["Context", "Processes", "Wire", "VigilCore"],
            path: "Tests/ContextBench", swiftSettings: swiftSettings),
        .target(
            name: "ReportKit", dependencies: ["Reporting", "Triage", "VigilCore"],
            path: "Tests/ReportKit", swiftSettings: swiftSettings),
        tests("ReportingTests", ["Reporting", "ReportKit", "Triage", "VigilCore"]),
        // Deploy/bench/reports builds and asks it.
        .executableTarget(
            name: "VigilReports",
            dependencies: [
                "GeneratorHost", "Pipeline", "Processes", "Reporting", "ReportKit", "Triage",
                "VigilCore", "Wire",
            ],
            path: "Tests/Reports", swiftSettings: swiftSettings),
        tests("RiskControlTests", ["RiskControl", "VigilCore"]),
        // Deploy/bench/conformal builds and asks it.
        .executableTarget(
            name: "VigilConformal", dependencies: ["RiskControl", "Triage", "VigilCore"],
            path: "Tests/Conformal", swiftSettings: swiftSettings),
        tests(
            "EvaluationTests", ["Evaluation", "VigilCore"],
            exclude: ["make_vectors.py", "Vectors"]),
        tests(
            "TuningTests", ["Tuning", "Weights", "VigilCore"],
            exclude: ["make_vectors.py", "Vectors"]),
        .target(
            name: "SimulationKit", dependencies: ["WorkerCore"],
            path: "Tests/SimulationKit", swiftSettings: swiftSettings),
        tests("WorkerCoreTests", ["SimulationKit", "WorkerCore", "VigilCore"]),
        tests(
            "PipelineTests",
            [
                "Pipeline", "SimulationKit", "WorkerCore", "VigilCore", "KafkaTransport", "Wire",
                "Energy", "Processes", "Settings", "Telemetry", "Reporting", "ReportKit",
            ]),
        tests(
            "EndToEndTests",
            [
                "BrokerTestKit", "LoopbackKit", "VigilCore", "Processes", "KafkaTransport", "Wire",
                "Imaging", "FoundationModel", "Weights", "Signing", "Triage", "Context",
            ],
            exclude: ["make_models.py", "make_chexzero.py", "Models"]),
        tests("TidyTests", []),
    ],
    cxxLanguageStandard: .gnucxx17
)
