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
    "Domain": ["VigilCore", "Triage", "Energy"],
    "Engine": ["CKernels", "Tensor", "Weights", "Tokenizers", "FoundationModel"],
    "Edge": [
        "KafkaTransport", "Wire", "Imaging", "DecoderProtocol", "DicomDecoder", "CDicom",
        "HTTPClient", "Telemetry", "Settings",
    ],
    "Platform": [
        "CRdKafka", "CMicroHTTPD", "CCurl", "CYaml", "CCrypto", "CSeccomp", "CLinux",
    ],
    "Lab": [
        "Conversion", "Synthesis", "CSynthesis", "Tuning", "Training", "Evaluation",
        "DicomEncoder", "CDicomWriter",
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
            name: "CDicom", path: folder("CDicom"), cxxSettings: codecSettings,
            linkerSettings: [
                .linkedLibrary("dcmimage"), .linkedLibrary("dcmjpeg"), .linkedLibrary("dcmjpls"),
                .linkedLibrary("dcmimgle"), .linkedLibrary("dcmdata"), .linkedLibrary("oflog"),
                .linkedLibrary("ofstd"), .linkedLibrary("openjp2"), .linkedLibrary("png"),
                .linkedLibrary("jpeg"), .linkedLibrary("z"),
            ]),
        // The encoders, apart from the decoder and from the worker alike.
        .target(
            name: "CDicomWriter", path: folder("CDicomWriter"), cxxSettings: codecSettings,
            linkerSettings: [
                .linkedLibrary("dcmjpls"), .linkedLibrary("dcmimgle"), .linkedLibrary("dcmdata"),
                .linkedLibrary("oflog"), .linkedLibrary("ofstd"), .linkedLibrary("openjp2"),
                .linkedLibrary("z"),
            ]),
        // Values
        library("VigilCore", ["CCrypto", "CLinux"]),
        library("Telemetry", ["VigilCore", "CMicroHTTPD"]),
        // Services
        library("Settings", ["VigilCore", "CYaml"]),
        library("Wire", ["VigilCore"], pure: true),
        library("KafkaTransport", ["VigilCore", "CRdKafka"]),
        library("HTTPClient", ["VigilCore", "CCurl"]),
        library("DecoderProtocol", []),
        library("Imaging", ["VigilCore", "DecoderProtocol", "CLinux"]),
        library("Tensor", ["VigilCore", "CKernels"]),
        library("Weights", ["VigilCore"]),
        library("Tokenizers", ["VigilCore"], pure: true),
        library("Conversion", ["VigilCore", "Weights"]),
        library("Synthesis", ["VigilCore", "CSynthesis"]),
        library("Tuning", ["VigilCore", "Weights"], testable: true),
        // Domain
        library("FoundationModel", ["VigilCore", "Tensor", "Weights", "Tokenizers", "Imaging"]),
        library("Training", ["VigilCore", "Tensor", "Weights", "FoundationModel"]),
        library("Energy", ["VigilCore", "CLinux"]),
        library("Triage", ["VigilCore"], pure: true),
        library("Evaluation", ["VigilCore"], pure: true, testable: true),
        // Decisions
        library("WorkerCore", ["VigilCore"], pure: true),
        // Composition
        library(
            "Pipeline",
            [
                "VigilCore", "WorkerCore", "Telemetry", "Settings", "Wire", "KafkaTransport",
                "Imaging", "FoundationModel", "Energy", "Triage", "HTTPClient",
            ]),
        // Commands
        .executableTarget(
            name: "DicomDecoder",
            dependencies: ["CDicom", "CSeccomp", "CLinux", "DecoderProtocol"],
            path: folder("DicomDecoder"), swiftSettings: swiftSettings, linkerSettings: runtime),
        library(
            "Commands",
            [
                "VigilCore", "Settings", "Wire", "KafkaTransport", "Imaging", "Tensor",
                "FoundationModel", "Pipeline",
            ]),
        // A program that another runs is built with it, while other modules are waited for; nothing
        // of it is linked.
        .executableTarget(
            name: "vigil",
            dependencies: [
                "DicomDecoder", "Commands", "VigilCore", "Telemetry", "Settings", "Wire",
                "KafkaTransport", "Imaging", "Tensor", "Weights", "Tokenizers", "FoundationModel",
                "Energy", "WorkerCore", "Pipeline", "Triage",
            ],
            path: folder("vigil"), swiftSettings: swiftSettings, linkerSettings: runtime),
        // Of all programs this one alone has what the laboratory has.
        .executableTarget(
            name: "vigil-lab",
            dependencies: [
                "DicomEncoder", "Commands", "VigilCore", "Settings", "Wire", "KafkaTransport",
                "Imaging", "Tensor", "Weights", "Conversion", "Synthesis", "Tuning", "Training",
                "FoundationModel", "Energy", "Evaluation", "Pipeline", "HTTPClient",
            ],
            path: folder("vigil-lab"), swiftSettings: swiftSettings, linkerSettings: runtime),
        .executableTarget(
            name: "DicomEncoder", dependencies: ["CDicomWriter"], path: folder("DicomEncoder"),
            swiftSettings: swiftSettings, linkerSettings: runtime),
        // Tests
        tests("VigilCoreTests", ["VigilCore"]),
        tests("TelemetryTests", ["Telemetry", "VigilCore"]),
        tests("SettingsTests", ["Settings", "VigilCore", "CAllocationCount"]),
        tests(
            "WireTests", ["Wire", "VigilCore"], exclude: ["check_schemas.py", "requirements.txt"]),
        .target(
            name: "BrokerTestKit", dependencies: ["KafkaTransport", "VigilCore", "CRdKafka"],
            path: "Tests/BrokerTestKit", swiftSettings: swiftSettings),
        tests(
            "KafkaTransportTests", ["BrokerTestKit", "CRdKafka", "KafkaTransport", "VigilCore"]),
        tests(
            "ImagingTests", ["Imaging", "VigilCore", "CAllocationCount"],
            exclude: [
                "Vectors", "make_vectors.py", "make_float_vectors.py", "make_enhanced_ct.py",
                "make_label_cases.py", "requirements.txt",
            ]),
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        tests("TensorTests", ["Tensor", "VigilCore", "CAllocationCount"]),
        tests("KernelTests", ["CKernels", "Tensor", "VigilCore"], exclude: ["digests"]),
        tests(
            "WeightsTests", ["Weights", "VigilCore"], exclude: ["make_vectors.py", "Vectors"]),
        .target(
            name: "MutationKit", path: "Tests/MutationKit", swiftSettings: swiftSettings),
        // Deploy/bench/fuzz builds it with sanitizers.
        .executableTarget(
            name: "VigilFuzz",
            dependencies: [
                "MutationKit", "CDicom", "Imaging", "KafkaTransport", "Pipeline", "Tokenizers",
                "VigilCore", "Weights", "Wire", "WorkerCore",
            ],
            path: "Tests/Fuzz", swiftSettings: swiftSettings),
        tests(
            "ConversionTests",
            ["Conversion", "MutationKit", "Weights", "VigilCore", "CAllocationCount"],
            exclude: ["make_vectors.py", "Vectors"]),
        tests(
            "TokenizersTests", ["Tokenizers", "VigilCore", "CAllocationCount"],
            exclude: ["make_vectors.py", "Vectors"]),
        tests(
            "GoldenTests",
            [
                "FoundationModel", "Imaging", "Tensor", "Weights", "Tokenizers", "VigilCore",
                "Conversion", "Training", "CAllocationCount",
            ],
            exclude: [
                "make_vectors.py", "make_family_vectors.py", "make_adapter_vectors.py",
                "make_convolution_vectors.py", "make_lora_vectors.py", "i3d.py", "Vectors",
            ]),
        tests("EnergyTests", ["Energy", "VigilCore"]),
        tests("SynthesisTests", ["Synthesis", "Wire", "VigilCore"]),
        .target(name: "LoopbackKit", path: "Tests/LoopbackKit", swiftSettings: swiftSettings),
        tests(
            "HTTPClientTests",
            [
                "HTTPClient", "LoopbackKit", "Pipeline", "Energy", "Wire", "Settings", "VigilCore",
            ]),
        tests(
            "TriageTests", ["Triage", "FoundationModel", "Conversion", "Synthesis", "VigilCore"]),
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
                "Energy", "Settings", "Telemetry",
            ]),
        tests(
            "EndToEndTests",
            [
                "BrokerTestKit", "LoopbackKit", "VigilCore", "KafkaTransport", "Wire", "Imaging",
                "FoundationModel", "Weights",
            ],
            exclude: ["make_models.py", "make_chexzero.py", "Models"]),
        tests("TidyTests", []),
    ],
    cxxLanguageStandard: .gnucxx17
)
