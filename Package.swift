// swift-tools-version: 6.2
import PackageDescription

/// Of every Swift target. Each flag is an upcoming language mode that finds mistakes early.
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
    .unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno"]), .treatAllWarnings(as: .error),
]

/// Headers of a target stand at its top, above the folder of codecs.
let codecSettings: [CXXSetting] = [.headerSearchPath("."), .unsafeFlags(["-O2", "-std=gnu++17"])]

/// The Swift runtime stands in the programs, which need nothing of the toolchain's folder then. The
/// thread sanitizer needs it apart, since it puts calls of its own before the runtime's.
let runtime: [LinkerSetting] =
    Context.environment["VIGIL_SHARED_RUNTIME"] == nil ? [.unsafeFlags(["-static-stdlib"])] : []

/// The folders of `Sources` with their targets, which import those below, and VigilCore's values.
let groups: KeyValuePairs<String, [String]> = [
    "Command": ["vigil", "vigil-lab", "vigil-gateway", "vigil-page", "Commands"],
    "Worker": ["WorkerCore", "Pipeline", "Gateway", "WorklistPage"],
    "Domain": [
        "VigilCore", "Signing", "Control", "Audit", "Triage", "Context", "Reporting", "Energy",
        "Quality", "Deidentification",
    ],
    "Engine": ["CKernels", "Tensor", "Weights", "Tokenizers", "FoundationModel"],
    "Edge": [
        "KafkaTransport", "Wire", "Imaging", "DecoderProtocol", "DicomDecoder", "CDicom",
        "Sandboxing", "GeneratorHost", "HTTPClient", "HTTPServer", "Telemetry", "Settings",
        "StudyHeaders", "DicomNetwork", "CDicomNetwork", "StructuredReport", "CDicomReports",
        "ClinicalReport", "FHIR", "HL7",
    ],
    "Platform": [
        "Processes", "Files", "ByteReading", "COpenJPEG", "CRdKafka", "CMicroHTTPD", "CCurl",
        "CYaml", "CCrypto", "CTLS", "CX509", "CSeccomp", "CLinux",
    ],
    "Lab": [
        "Conversion", "Synthesis", "CSynthesis", "Tuning", "Training", "Evaluation",
        "RiskControl", "DicomEncoder", "CDicomWriter",
    ],
]

/// Where a target's folder stands.
func folder(_ name: String) -> String {
    "Sources/\(groups.first { $0.value.contains(name) }?.key ?? "")/\(name)"
}

func libraries(_ names: String...) -> [LinkerSetting] { names.map { .linkedLibrary($0) } }
func system(_ name: String, _ package: String? = nil) -> Target {
    .systemLibrary(name: name, path: folder(name), pkgConfig: package)
}

/// - Parameter testable: whether tests see internals, which release builds do not show.
func library(
    _ name: String, _ dependencies: [Target.Dependency], pure: Bool = false,
    testable: Bool = false, resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: folder(name), resources: resources,
        swiftSettings: (pure ? pureSettings : swiftSettings)
            + (testable ? [.unsafeFlags(["-enable-testing"])] : []))
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: folder(name), swiftSettings: swiftSettings,
        linkerSettings: runtime)
}

/// What several test targets use.
func kit(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Tests/\(name)",
        swiftSettings: swiftSettings)
}

/// Values that others computed, beside tests.
let vectors = ["make_vectors.py", "Vectors"]
func scripts(_ names: [String], _ end: String = "") -> [String] {
    names.map { "make_" + $0 + end + ".py" }
}
/// - Parameter isDriver: drives programs and computes nothing, so that it is compiled fast.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
    isDriver: Bool = false
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude,
        swiftSettings: swiftSettings + (isDriver ? [.unsafeFlags(["-Onone"])] : []))
}

/// A program that a script of Deploy/bench builds.
func bench(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: "Vigil\(name)", dependencies: dependencies, path: "Tests/\(name)",
        swiftSettings: swiftSettings)
}

let package = Package(
    name: "vigil",
    products: [
        ("vigil-dicom-decoder", "DicomDecoder"), ("vigil-dicom-encoder", "DicomEncoder"),
        ("vigil-generator-host", "GeneratorHost"), ("vigil", "vigil"), ("vigil-lab", "vigil-lab"),
        ("vigil-gateway", "vigil-gateway"), ("vigil-page", "vigil-page"),
    ].map { .executable(name: $0, targets: [$1]) },
    targets: [
        system("CLinux"), system("CRdKafka", "rdkafka"), system("CMicroHTTPD", "libmicrohttpd"),
        system("CCurl", "libcurl"), system("CYaml", "yaml-0.1"), system("CCrypto", "libcrypto"),
        system("CTLS", "libssl"), system("CX509", "libcrypto"), system("CSeccomp", "libseccomp"),
        .target(name: "CKernels", path: folder("CKernels"), cSettings: kernelSettings),
        .target(name: "CSynthesis", path: folder("CSynthesis"), cSettings: kernelSettings),
        .target(
            name: "COpenJPEG", path: folder("COpenJPEG"), cxxSettings: codecSettings,
            linkerSettings: [.linkedLibrary("openjp2")]),
        .target(
            name: "CDicom", dependencies: ["COpenJPEG"], path: folder("CDicom"),
            cxxSettings: codecSettings,
            linkerSettings: libraries(
                "dcmimage", "dcmjpeg", "dcmjpls", "dcmimgle", "dcmdata", "oflog", "ofstd", "png",
                "jpeg", "z")),
        .target(
            name: "CDicomWriter", dependencies: ["COpenJPEG"], path: folder("CDicomWriter"),
            cxxSettings: codecSettings,
            linkerSettings: libraries("dcmjpls", "dcmimgle", "dcmdata", "oflog", "ofstd", "z")),
        .target(
            name: "CDicomNetwork", path: folder("CDicomNetwork"), cxxSettings: codecSettings,
            linkerSettings: libraries("dcmtls", "dcmnet", "dcmdata", "oflog", "ofstd", "z")),
        .target(
            name: "CDicomReports", path: folder("CDicomReports"), cxxSettings: codecSettings,
            linkerSettings: libraries("dcmsr", "dcmdata", "oflog", "ofstd")),
        library("VigilCore", ["CCrypto"]), library("Wire", ["VigilCore"], pure: true),
        library("Quality", ["VigilCore"], pure: true, testable: true),
        library("Telemetry", ["VigilCore", "Processes", "Files"]),
        library("Processes", ["VigilCore", "CLinux"]), library("ByteReading", [], pure: true),
        library("Settings", ["VigilCore", "Files", "CYaml"]),
        library("KafkaTransport", ["VigilCore", "Processes", "Files", "CRdKafka", "CX509"]),
        library("HTTPClient", ["VigilCore", "Processes", "CCurl"]),
        library("HTTPServer", ["VigilCore", "Telemetry", "CMicroHTTPD"]),
        library("DicomNetwork", ["VigilCore", "Files", "StudyHeaders", "CDicomNetwork"]),
        library("StructuredReport", ["VigilCore", "StudyHeaders", "CDicomReports"]),
        library("DecoderProtocol", ["Files", "ByteReading"]),
        library("Sandboxing", ["DecoderProtocol", "CSeccomp", "CLinux"]),
        library("Imaging", ["VigilCore", "Processes", "Files", "DecoderProtocol", "CLinux"]),
        library("Tensor", ["VigilCore", "Processes", "Files", "CKernels"]),
        library("Weights", ["VigilCore", "Processes", "Files"]),
        library("Tokenizers", ["VigilCore", "ByteReading"], pure: true),
        library("Conversion", ["VigilCore", "ByteReading", "Weights"]),
        library("Synthesis", ["VigilCore", "CSynthesis"]),
        library("Tuning", ["VigilCore", "Weights"], testable: true),
        library(
            "FoundationModel",
            ["VigilCore", "Files", "Tensor", "Weights", "Tokenizers", "Imaging"]),
        library("Deidentification", ["VigilCore", "ByteReading"], pure: true, testable: true),
        library("Training", ["VigilCore", "Files", "Tensor", "Weights", "FoundationModel"]),
        library("Energy", ["VigilCore", "Processes", "Files", "CLinux"]),
        library("Signing", ["VigilCore", "Files", "CCrypto"]),
        library("Control", ["VigilCore", "Signing"], pure: true),
        library("Audit", ["VigilCore", "Signing"], pure: true),
        library("Triage", ["VigilCore", "Signing"], pure: true),
        library("Context", ["VigilCore"], pure: true), library("Files", []),
        library("Reporting", ["VigilCore", "Triage"], pure: true, testable: true),
        library("Evaluation", ["VigilCore"], pure: true, testable: true),
        library("RiskControl", ["VigilCore"], pure: true, testable: true),
        library("ClinicalReport", ["VigilCore", "StudyHeaders"], pure: true),
        library("FHIR", ["VigilCore", "StudyHeaders", "ClinicalReport"], pure: true),
        library("HL7", ["VigilCore", "StudyHeaders", "ClinicalReport"], pure: true),
        library("WorkerCore", ["VigilCore"], pure: true), library("StudyHeaders", []),
        library(
            "Pipeline",
            [
                "VigilCore", "Processes", "Files", "WorkerCore", "Telemetry", "Settings", "Wire",
                "KafkaTransport", "Imaging", "FoundationModel", "Energy", "Triage", "Signing",
                "Context", "Control", "Audit", "Reporting", "HTTPClient", "HTTPServer", "Weights",
            ]),
        library(
            "Gateway",
            [
                "VigilCore", "Processes", "Files", "Telemetry", "Settings", "Wire", "CLinux",
                "KafkaTransport", "HTTPClient", "HTTPServer", "StudyHeaders", "DicomNetwork",
                "ClinicalReport", "StructuredReport", "FHIR", "HL7", "Context", "CTLS",
            ], testable: true),
        program("vigil-gateway", ["Gateway", "VigilCore", "Processes", "Settings"]),
        library(
            "WorklistPage",
            [
                "VigilCore", "Processes", "Telemetry", "Settings", "Wire", "KafkaTransport",
                "HTTPServer", "Control", "Signing",
            ], testable: true, resources: [.embedInCode("Assets")]),
        program("vigil-page", ["WorklistPage", "VigilCore", "Processes", "Settings"]),
        program(
            "DicomDecoder",
            ["CDicom", "CSeccomp", "CLinux", "DecoderProtocol", "Sandboxing", "Files"]),
        program("GeneratorHost", ["DecoderProtocol", "Sandboxing"]),
        library(
            "Commands",
            [
                "VigilCore", "Processes", "Files", "Settings", "Wire", "KafkaTransport", "Imaging",
                "Tensor", "FoundationModel", "Pipeline", "Triage",
            ]),
        // A program that another runs is built with it, while other modules are waited for; nothing
        // of it is linked.
        program(
            "vigil",
            [
                "DicomDecoder", "GeneratorHost", "Commands", "VigilCore", "Processes", "Files",
                "Telemetry", "Settings", "Wire", "KafkaTransport", "Imaging", "Tensor", "Weights",
                "Tokenizers", "FoundationModel", "Energy", "WorkerCore", "Pipeline", "Triage",
                "Signing", "Control", "Audit", "HTTPServer", "HTTPClient", "Quality",
            ]),
        program(
            "vigil-lab",
            [
                "DicomEncoder", "Commands", "VigilCore", "Processes", "Files", "Settings", "Wire",
                "KafkaTransport", "Imaging", "Tensor", "Weights", "Conversion", "Synthesis",
                "Tuning", "Training", "FoundationModel", "Energy", "Evaluation", "Pipeline",
                "HTTPClient", "RiskControl", "Signing", "Triage", "Context", "Deidentification",
            ]),
        program("DicomEncoder", ["CDicomWriter", "Files"]),
        kit("FileKit", ["Files"]), kit("SampleKit", ["VigilCore"]), kit("MutationKit", []),
        tests("VigilCoreTests", ["VigilCore"]), tests("SigningTests", ["Signing", "VigilCore"]),
        tests("QualityTests", ["Quality", "VigilCore"], exclude: vectors),
        tests("ByteReadingTests", ["ByteReading", "VigilCore"]), tests("TidyTests", []),
        tests("TelemetryTests", ["Telemetry", "Processes", "VigilCore"]),
        tests("HTTPServerTests", ["HTTPServer", "LoopbackKit", "Telemetry", "VigilCore"]),
        tests("SettingsTests", ["Settings", "FileKit", "VigilCore", "CAllocationCount"]),
        tests(
            "WireTests", ["Wire", "Triage", "Control", "VigilCore"],
            exclude: ["check_schemas.py", "requirements.txt"]),
        kit("BrokerTestKit", ["KafkaTransport", "Processes", "VigilCore", "CRdKafka"]),
        tests(
            "KafkaTransportTests",
            ["BrokerTestKit", "CRdKafka", "KafkaTransport", "Processes", "VigilCore"]),
        tests(
            "ImagingTests", ["Imaging", "FileKit", "Files", "VigilCore", "CAllocationCount"],
            exclude: vectors + scripts(["float_vectors", "enhanced_ct", "label_cases"])
                + ["requirements.txt"]),
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        tests(
            "TensorTests",
            ["Tensor", "FileKit", "Processes", "SampleKit", "VigilCore", "CAllocationCount"]),
        tests(
            "KernelTests", ["CKernels", "SampleKit", "Tensor", "VigilCore"], exclude: ["digests"]),
        tests("WeightsTests", ["Weights", "FileKit", "VigilCore"], exclude: vectors),
        bench(
            "Fuzz",
            [
                "MutationKit", "CDicom", "Context", "FileKit", "Imaging", "KafkaTransport",
                "Pipeline", "Tokenizers", "VigilCore", "Weights", "Wire", "WorkerCore",
            ]),
        tests(
            "ConversionTests",
            ["Conversion", "FileKit", "MutationKit", "Weights", "VigilCore", "CAllocationCount"],
            exclude: vectors),
        tests(
            "TokenizersTests", ["Tokenizers", "FileKit", "VigilCore", "CAllocationCount"],
            exclude: vectors),
        tests(
            "GoldenTests",
            [
                "FoundationModel", "FileKit", "Imaging", "Tensor", "Weights", "Tokenizers",
                "VigilCore", "Conversion", "Training", "CAllocationCount",
            ],
            exclude: vectors + ["i3d.py"]
                + scripts(["family", "adapter", "convolution", "lora", "evidence"], "_vectors")),
        tests("EnergyTests", ["Energy", "FileKit", "VigilCore"]),
        tests("SynthesisTests", ["Synthesis", "Context", "Wire", "VigilCore"]),
        tests("ProcessesTests", ["Processes", "VigilCore"]), kit("LoopbackKit", []),
        tests(
            "HTTPClientTests",
            ["HTTPClient", "LoopbackKit", "Pipeline", "Energy", "Wire", "Settings", "VigilCore"]),
        tests(
            "DicomNetworkTests",
            [
                "BrokerTestKit", "DicomNetwork", "FileKit", "StructuredReport",
                "StructuredReportKit", "StudyHeaders", "VigilCore",
            ]),
        kit(
            "StructuredReportKit",
            ["DicomNetwork", "StructuredReport", "StudyHeaders", "VigilCore"]),
        tests("DeidentificationTests", ["Deidentification", "MutationKit", "VigilCore"]),
        tests(
            "StructuredReportTests",
            ["StructuredReport", "StructuredReportKit", "FileKit", "StudyHeaders", "VigilCore"]),
        bench("StructuredReports", ["StructuredReport", "StructuredReportKit", "Files"]),
        bench("Drift", ["Quality", "VigilCore"]), kit("SimulationKit", ["WorkerCore"]),
        tests("AuditTests", ["Audit", "Signing", "FileKit", "VigilCore"], exclude: vectors),
        tests(
            "TriageTests",
            ["Triage", "Signing", "FoundationModel", "Conversion", "Synthesis", "VigilCore"]),
        tests("FilesTests", ["Files", "FileKit"]), tests("ContextTests", ["Context", "VigilCore"]),
        tests("ControlTests", ["Control", "Signing", "VigilCore"]),
        bench("ContextBench", ["Context", "Processes", "Wire", "VigilCore"]),
        kit("ReportKit", ["Reporting", "Triage", "VigilCore"]),
        tests("ReportingTests", ["Reporting", "ReportKit", "Triage", "VigilCore"]),
        bench(
            "Reports",
            [
                "GeneratorHost", "Pipeline", "Processes", "Reporting", "ReportKit", "Triage",
                "VigilCore", "Wire",
            ]),
        tests("RiskControlTests", ["RiskControl", "VigilCore"]),
        bench("Conformal", ["RiskControl", "Triage", "VigilCore"]),
        tests("EvaluationTests", ["Evaluation", "VigilCore"], exclude: vectors),
        tests("TuningTests", ["Tuning", "Weights", "VigilCore"], exclude: vectors),
        tests("WorkerCoreTests", ["SimulationKit", "WorkerCore", "VigilCore"]),
        tests(
            "PipelineTests",
            [
                "Pipeline", "SimulationKit", "WorkerCore", "VigilCore", "KafkaTransport", "Wire",
                "Energy", "Processes", "Settings", "Telemetry", "Triage", "Context", "Control",
                "Audit", "Signing", "Reporting", "ReportKit",
            ]),
        tests(
            "EndToEndTests",
            [
                "BrokerTestKit", "LoopbackKit", "VigilCore", "Processes", "KafkaTransport", "Wire",
                "Imaging", "FoundationModel", "Weights", "Signing", "Triage", "Context",
            ],
            exclude: ["make_models.py", "make_chexzero.py", "pacs.py", "Models"], isDriver: true),
        tests(
            "GatewayTests",
            [
                "Gateway", "FHIR", "HL7", "ClinicalReport", "StudyHeaders", "HTTPClient", "Wire",
                "BrokerTestKit", "KafkaTransport", "FileKit", "Files", "StructuredReportKit",
                "LoopbackKit", "VigilCore", "Settings", "Context", "Processes",
            ],
            exclude: ["Counterparts"]),
        tests(
            "PageTests",
            [
                "WorklistPage", "HTTPServer", "Wire", "BrokerTestKit", "KafkaTransport", "FileKit",
                "LoopbackKit", "Settings", "VigilCore", "Control", "Signing",
            ]),
    ],
    cxxLanguageStandard: .gnucxx17
)
