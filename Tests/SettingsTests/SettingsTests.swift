import Settings
import Testing
import VigilCore

/// Layers, types and sources of settings that are right.
struct SettingsTests {
    private func load(
        _ yaml: String, environment: [String: String] = [:], overrides: [SettingOverride] = []
    ) throws -> Settings {
        let file = TemporaryFile(yaml)
        return try Settings.load(
            file: file.path, environment: environment, overrides: overrides)
    }

    @Test("with no layer every setting has the value of the table")
    func standards() throws {
        let settings = try Settings.load()
        #expect(settings.batchSizeMax == 8)
        #expect(settings.batchWaitMax == .milliseconds(50))
        #expect(settings.shutdownDrainMax == .seconds(10))
        #expect(settings.topicsDeadLetter == "radiology.study.received.v1.dlq")
        #expect(settings.engineThreads == nil && settings.engineISA == nil)
        #expect(settings.decodeMemoryMaxBytes == 1024 * 1024 * 1024)
        #expect(settings.topicsRetention == .seconds(7 * 24 * 3600))
        #expect(settings.enginePrecision == .fp32)
        #expect(settings.httpPort == 0 && settings.httpEnabled)
        #expect(settings.privacyPseudonymKeyFile == nil)
        #expect(settings.warnings.isEmpty)
        for key in SettingKey.allCases { #expect(settings.entry(key).source == .standard) }
    }

    @Test("flags win over the environment, the environment over the file, the file over the table")
    func precedence() throws {
        let yaml = """
            batch:
              size-max: 16
              wait-max-ms: 5
            log.level: debug
            """
        let settings = try load(
            yaml, environment: ["VIGIL_BATCH__SIZE_MAX": "32", "VIGIL_LOG__LEVEL": "warning"],
            overrides: [SettingOverride(key: "log.level", value: "error")])
        #expect(settings.batchSizeMax == 32)
        #expect(settings.batchWaitMax == .milliseconds(5))
        #expect(settings.logLevel == "error")
        #expect(
            settings.entry(.batchSizeMax).source == .environment(variable: "VIGIL_BATCH__SIZE_MAX"))
        #expect(settings.entry(.logLevel).source == .flag("--set"))
        guard case .file(_, let line, let column) = settings.entry(.batchWaitMax).source else {
            Issue.record("no file")
            return
        }
        #expect(line == 3 && column == 3)
    }

    @Test("a JSON file is read as it stands")
    func json() throws {
        let settings = try load(
            "{\"batch\": {\"size-max\": 4},\n\t\"input\": {\"roots\": [\"/a\", \"/b c\"]}, "
                + "\"kafka\": {\"session.timeout.ms\": 6000, "
                + "\"consumer\": {\"fetch.min.bytes\": 1}}}"
        )
        #expect(settings.batchSizeMax == 4)
        #expect(settings.inputRoots == ["/a", "/b c"])
        #expect(
            settings.kafka.effective(for: .consumer) == [
                "session.timeout.ms": "6000", "fetch.min.bytes": "1",
            ])
    }

    @Test(
        "an empty file and one of comments change nothing", arguments: ["", "# nothing\n", "---\n"])
    func empty(yaml: String) throws {
        #expect(try load(yaml).batchSizeMax == 8)
    }

    @Test("every setting can be set by its variable and by --set, and says so")
    func everyKey() throws {
        for definition in SettingDefinition.all {
            #expect(definition.key == definition.key.definition.key)
            let value = definition.standard.text
            let name = definition.key.variable
            #expect(name.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" })
            let byVariable = try Settings.load(environment: [name: value])
            #expect(byVariable.entry(definition.key).value == definition.standard)
            #expect(byVariable.entry(definition.key).source == .environment(variable: name))
            let byFlag = try Settings.load(
                overrides: [SettingOverride(parsing: "\(definition.key.rawValue)=\(value)")])
            #expect(byFlag.entry(definition.key).value == definition.standard)
            #expect(byFlag.entry(definition.key).source == .flag("--set"))
        }
    }

    @Test("a CT of some thousand slices is taken without a setting")
    func thousandsOfSlices() throws {
        #expect(try load("").studyInstancesMax >= 4096)
    }

    private static let digests = ["a", "b"].map { String(repeating: $0, count: 64) }.joined(
        separator: ",")
    /// A value of each setting that is none by default, and what reads it.
    private static let given: [(SettingKey, String, @Sendable (Settings) -> String)] = [
        (.batchSizeMax, "3", { String($0.batchSizeMax) }),
        (.queueInFlightMax, "99", { String($0.queueInFlightMax) }),
        (.queueResumeBelow, "7", { String($0.queueResumeBelow) }),
        (.decodeProcesses, "5", { String($0.decodeProcesses) }),
        (.decodePixelsMax, "11", { String($0.decodePixelsMax) }),
        (.studyInstancesMax, "12", { String($0.studyInstancesMax) }),
        (.engineThreads, "13", { String($0.engineThreads ?? 0) }),
        (.enginePrecision, "int8", { $0.enginePrecision.rawValue }),
        (.engineISA, "scalar", { $0.engineISA ?? "" }),
        (.retryAttemptsMax, "14", { String($0.retryAttemptsMax) }),
        (.transactionRecordsMax, "15", { String($0.transactionRecordsMax) }),
        (.topicsPartitions, "16", { String($0.topicsPartitions) }),
        (.topicsReplication, "3", { "\($0.topicsReplication ?? 0)" }),
        (.energyWattsPerCore, "2.5", { String($0.energyWattsPerCore) }),
        (.energyMethod, "rapl", { $0.energyMethod }),
        (.energyPowercapRoot, "/x", { $0.energyPowercapRoot }),
        (.triagePolicy, "/p.json", { $0.triagePolicy ?? "" }),
        (.triageUnvalidatedMayRaise, "true", { String($0.triageUnvalidatedMayRaise) }),
        (.httpPort, "9464", { String($0.httpPort) }),
        (.httpAddress, "::1", { $0.httpAddress }),
        (.httpEnabled, "false", { String($0.httpEnabled) }),
        (.modelDirectory, "/m", { $0.modelDirectory }),
        (.workerGroup, "g", { $0.workerGroup }),
        (.workerInstance, "i", { $0.workerInstance }),
        (.topicsInput, "t1", { $0.topicsInput }),
        (.topicsUrgent, "t0", { $0.topicsUrgent ?? "" }),
        (.topicsFinding, "t2", { $0.topicsFinding }),
        (.topicsFindingV1, "t8", { $0.topicsFindingV1 ?? "" }),
        (.topicsEnergy, "t3", { $0.topicsEnergy }),
        (.topicsDeadLetter, "t4", { $0.topicsDeadLetter }),
        (.privacyPseudonymKeyFile, "/k", { $0.privacyPseudonymKeyFile ?? "" }),
        (.logLevel, "debug", { $0.logLevel }),
        (.decodeSandbox, "off", { $0.decodeSandbox }),
        (.decodeReuse, "true", { String($0.decodeReuse) }),
        (.decodeUID, "17", { String($0.decodeUID) }),
        (.workerCoreDumps, "true", { String($0.workerCoreDumps) }),
        (.modelsAllow, digests, { $0.modelsAllow.joined(separator: ",") }),
        (.privacySenderIDs, "hash", { $0.privacySenderIDs }),
    ]

    private static let durations:
        [(SettingKey, String, @Sendable (Settings) -> Duration, Duration)] = [
            (.inputTimeout, "100", { $0.inputTimeout }, .milliseconds(100)),
            (.decodeTimeout, "101", { $0.decodeTimeout }, .milliseconds(101)),
            (.retryBackoff, "102", { $0.retryBackoff }, .milliseconds(102)),
            (.startupTimeout, "103", { $0.startupTimeout }, .milliseconds(103)),
            (.transactionWaitMax, "104", { $0.transactionWaitMax }, .milliseconds(104)),
            (.shutdownDrainMax, "105", { $0.shutdownDrainMax }, .milliseconds(105)),
            (.triageDeadlineStat, "106", { $0.triageDeadlineStat }, .milliseconds(106)),
            (.triageDeadlineUrgent, "60107", { $0.triageDeadlineUrgent }, .milliseconds(60_107)),
            (.triageDeadlineAsap, "600108", { $0.triageDeadlineAsap }, .milliseconds(600_108)),
            (
                .triageDeadlineRoutine, "1800109", { $0.triageDeadlineRoutine },
                .milliseconds(1_800_109)
            ),
            (.energyInterval, "110", { $0.energyInterval }, .seconds(110)),
            (
                .reportGeneratorTimeout, "111", { $0.reportGeneratorTimeout }, .milliseconds(111)
            ),
        ]

    @Test("a topic of drafts and the language that they are written in go together")
    func drafts() throws {
        let topic = SettingOverride(.topicsReport, "t9", flag: "--x")
        let settings = try Settings.load(overrides: [
            topic, SettingOverride(.reportTemplates, "/r.json", flag: "--y"),
        ])
        #expect(settings.topicsReport == "t9" && settings.reportTemplates == "/r.json")
        #expect(settings.topics.contains("t9"))
        #expect(throws: SettingsError.self) { try Settings.load(overrides: [topic]) }
        let none = try Settings.load(overrides: [])
        #expect(none.topicsReport == nil && none.reportTemplates == nil)
    }

    @Test("a generator of drafts is named by its whole path, and means nothing without drafts")
    func generator() throws {
        func load(_ path: String, topic: String = "t9") throws -> Settings {
            try Settings.load(overrides: [
                SettingOverride(.topicsReport, topic, flag: "--x"),
                SettingOverride(.reportTemplates, topic.isEmpty ? "" : "/r.json", flag: "--y"),
                SettingOverride(.reportGenerator, path, flag: "--z"),
                SettingOverride(.reportGeneratorMemory, "112", flag: "--m"),
            ])
        }
        let settings = try load("/g")
        #expect(settings.reportGenerator == "/g")
        #expect(settings.reportGeneratorMemoryBytes == 112 << 20)
        #expect(throws: SettingsError.self) { try load("g") }
        #expect(throws: SettingsError.self) { try load("/g", topic: "") }
        #expect(try load("").reportGenerator == nil)
    }

    @Test("every accessor reads its own setting")
    func accessors() throws {
        for (key, value, read) in Self.given {
            let settings = try Settings.load(overrides: [SettingOverride(key, value, flag: "--x")])
            #expect(read(settings) == value, "\(key.rawValue)")
            #expect(settings.entry(key).source == .flag("--x"))
        }
        for (key, value, read, expected) in Self.durations {
            let settings = try Settings.load(overrides: [SettingOverride(key, value, flag: "--x")])
            #expect(read(settings) == expected, "\(key.rawValue)")
        }
    }

    @Test(
        "settings that are right alone and wrong together are refused, where they stand",
        arguments: [
            ("triage.deadline-stat-ms: 3600000", "sooner than"),
            ("triage.deadline-urgent-ms: 50000", "sooner than"),
            ("triage.deadline-routine-ms: 600000", "sooner than"),
            ("worker.group: ''", "worker.group is empty"),
            ("topics.finding: a.retry.1\ntopics.input: a", "the worker keeps for itself"),
            ("topics.energy: a.deferred\ntopics.input: a", "the worker keeps for itself"),
            ("topics.energy: a\ntopics.finding: a", "are the same topic"),
        ])
    func rules(yaml: String, reason: String) {
        let error = #expect(throws: SettingsError.self) { try self.load(yaml) }
        let said = error?.what.text ?? ""
        #expect(said.contains(reason), "\(said)")
        #expect(error?.code == "settings_conflict")
    }

    @Test("Kafka properties reach the client they are for, over the common ones")
    func kafka() throws {
        let settings = try load(
            "kafka.bootstrap.servers: a:1\nkafka:\n  consumer:\n    client.id: c\n",
            environment: [
                "VIGIL_KAFKA__SESSION_TIMEOUT_MS": "6000",
                "VIGIL_KAFKA__CONSUMER__FETCH_MIN_BYTES": "5",
            ],
            overrides: [
                SettingOverride(key: "kafka.producer.client.id", value: "p"),
                SettingOverride(
                    key: "kafka.bootstrap.servers", value: "b:2,c:3", flag: "--bootstrap"),
            ])
        #expect(
            settings.kafka.effective(for: .consumer) == [
                "bootstrap.servers": "b:2,c:3", "session.timeout.ms": "6000", "client.id": "c",
                "fetch.min.bytes": "5",
            ])
        #expect(settings.kafka.effective(for: .producer)["client.id"] == "p")
        #expect(settings.kafka.effective(for: .common)["client.id"] == nil)
    }

    @Test("the flags of a list add up and replace what lower layers gave")
    func lists() throws {
        let settings = try load(
            "input.roots: [/file]",
            overrides: [
                SettingOverride(.inputRoots, "/a", flag: "--input-root"),
                SettingOverride(.inputRoots, "/b", flag: "--input-root"),
            ])
        #expect(settings.inputRoots == ["/a", "/b"])
        #expect(try load("input.roots: /a,/b").inputRoots == ["/a", "/b"])
    }

    @Test("variables are put into a file's values, once and only there")
    func interpolation() throws {
        let yaml = """
            model.directory: ${HOME_OF_MODELS}/vit
            worker.group: ${GROUP:night shift}
            worker.instance: "$${X} costs $5"
            kafka.sasl.password: ${PASSWORD}
            """
        let settings = try load(
            yaml, environment: ["HOME_OF_MODELS": "/m", "PASSWORD": "p: ${GROUP} #"])
        #expect(settings.modelDirectory == "/m/vit")
        #expect(settings.workerGroup == "night shift")
        #expect(settings.workerInstance == "${X} costs $5")
        #expect(settings.kafka.effective(for: .common)["sasl.password"] == "p: ${GROUP} #")
    }

    @Test("a secret comes from a file of its own, without its last line break")
    func secretFromFile() throws {
        let secret = TemporaryFile("p: ${GROUP} #\n", suffix: ".secret")
        let settings = try load("kafka.sasl.password: ${file:\(secret.path)}")
        #expect(settings.kafka.effective(for: .common)["sasl.password"] == "p: ${GROUP} #")
        for (bytes, code) in [
            ([0xff, 0xfe], "unreadable"), (Array(repeating: 65, count: 5000), "large"),
        ]
            as [([UInt8], String)]
        {
            let bad = TemporaryFile(bytes, suffix: ".secret")
            let error = #expect(throws: SettingsError.self) {
                try load("kafka.sasl.password: ${file:\(bad.path)}")
            }
            #expect(error?.code.text.contains(code) == true)
        }
        let error = #expect(throws: SettingsError.self) {
            try load("kafka.sasl.password: ${file:/nowhere/to/be/found}")
        }
        #expect(error?.code.text == "settings_file_unreadable")
    }

    @Test("variables that are no settings are known, warned about, or refused where one was meant")
    func variables() throws {
        let environment = [
            "VIGIL_ISA": "avx2", "VIGIL_KAFKA_BOOTSTRAP": "a:1", "VIGIL_CACHE": "/c", "PATH": "/",
            "VIGIL_DICOM_DECODER": "/d", "VIGIL_TEST_KAFKA": "a:1", "VIGIL_KAFKA_HOME": "/k",
        ]
        #expect(try Settings.load(environment: environment).warnings.isEmpty)
        // As Kubernetes sets them for a service of that name.
        let warnings = try Settings.load(environment: ["VIGIL_SERVICE_HOST": "10.0.0.1"]).warnings
        #expect(warnings.map(\.subject) == ["$VIGIL_SERVICE_HOST"])
        for variable in ["VIGIL_BATCH_SIZE_MAX", "VIGIL_BATCH__SIZEMAX"] {
            let error = #expect(throws: SettingsError.self) {
                try Settings.load(environment: [variable: "4"])
            }
            #expect(error?.what.text.hasPrefix("$\(variable): ") == true)
            #expect(error?.remedy == "Did you mean 'VIGIL_BATCH__SIZE_MAX'?")
        }
    }

    @Test("a secret on the command line and a start at the end are warned about")
    func doubtful() throws {
        let settings = try Settings.load(overrides: [
            SettingOverride(key: "kafka.sasl.password", value: "hunter2"),
            SettingOverride(key: "kafka.auto.offset.reset", value: "latest"),
        ])
        #expect(
            settings.warnings.map(\.subject) == [
                "kafka.sasl.password", "kafka.auto.offset.reset",
            ])
        #expect(!"\(settings.warnings)".contains("hunter2"))
    }
}
