import Testing

/// A mistake in how a worker is set up, and what has to be said of it.
struct Mistake: Sendable, CustomTestStringConvertible {
    /// Where it is made.
    enum Given: Sendable {
        case file(String)
        case variable(String, String)
        case set(String)
        case arguments([String])
    }

    let given: Given
    /// How the message begins to say where.
    let place: String
    /// What it names.
    let named: String
    /// A piece of what to do.
    let remedy: String
    let code: Int32

    var testDescription: String { "\(given)" }

    init(
        _ given: Given, _ place: String, _ named: String, _ remedy: String, code: Int32 = 78
    ) {
        (self.given, self.place, self.named) = (given, place, named)
        (self.remedy, self.code) = (remedy, code)
    }

    /// All of them.
    static let all = forms + values + names + topics + pairs + paths + properties + flags

    static let forms: [Mistake] = [
        .init(.file("batch:\n\tsize-max: 4"), ":2:1:", "YAML", "tabs"),
        .init(.file("worker: ["), ":2:1:", "YAML", "brackets"),
        .init(.file("worker.group: 'a"), ":2:1:", "YAML", "quotes"),
        .init(.file("a: b: c"), ":1:5:", "YAML", "indentation"),
        .init(.file("- a"), ":1:1:", "", "section"),
        .init(.file("just words"), ":1:1:", "", "section"),
        .init(.file("a: &x 1"), ":1:4:", "anchor", "aliases"),
        .init(.file("a: !!int 1"), ":1:4:", "tag", "Remove"),
        .init(.file("batch.size-max: 1\nbatch: {size-max: 2}"), ":2:9:", "batch.size-max", "two"),
        .init(.file("batch:"), ":1:1:", "batch", ""),
        .init(.file("batch.size-max:"), ":1:1:", "batch.size-max", "one value"),
        .init(.file("batch.size-max: {a: 1}"), ":1:17:", "batch.size-max", "one value"),
        .init(.file("worker.group: ${NOWHERE}"), ":1:15:", "NOWHERE", "default"),
        .init(.file("worker.group: ${A"), ":1:15:", "${", "${NAME}"),
        .init(.file("worker.group: ${file:/nowhere}"), "/nowhere", "No such file", "Check"),
        .init(.file("log.level: \"\\xff\""), ":1:1:", "log.level", "debug"),
    ]

    static let values: [Mistake] = [
        .init(.file("batch:\n  size-max: 0"), ":2:3:", "batch.size-max", "from 1 to 256"),
        .init(.file("batch.size-max: -1"), ":1:1:", "batch.size-max", "from 1 to 256"),
        .init(.file("batch.size-max: 1,5"), ":1:1:", "batch.size-max", "whole number"),
        .init(.file("batch.size-max: 8.5"), ":1:1:", "batch.size-max", "whole number"),
        .init(.file("batch.size-max: ''"), ":1:1:", "batch.size-max", "whole number"),
        .init(.file("batch.wait-max-ms: 50ms"), ":1:1:", "batch.wait-max-ms", "whole number"),
        .init(.file("queue.in-flight-max: 1e9"), ":1:1:", "queue.in-flight-max", "10000"),
        .init(.file("energy.watts-per-core: nan"), ":1:1:", "energy.watts", "a number"),
        .init(.file("energy.watts-per-core: 1,5"), ":1:1:", "energy.watts", "a number"),
        .init(.file("energy.watts-per-core: 0x10"), ":1:1:", "energy.watts", "a number"),
        .init(.file("cascade.threshold: 10"), ":1:1:", "cascade.threshold", "from 0 to 1"),
        .init(.file("carbon.pue: 0.5"), ":1:1:", "carbon.pue", "from 1 to 5"),
        .init(.file("http.enabled: yes"), ":1:1:", "http.enabled", "true or false"),
        .init(.file("http.port: 65536"), ":1:1:", "http.port", "65535"),
        .init(.file("http.address: localhost"), ":1:1:", "http.address", "IP address"),
        .init(.file("http.address: 999.0.0.1"), ":1:1:", "http.address", "IP address"),
        .init(.file("log.level: verbose"), ":1:1:", "log.level", "debug, info"),
        .init(.file("engine.precision: fp64"), ":1:1:", "engine.precision", "fp32"),
        .init(.file("engine.isa: sse"), ":1:1:", "engine.isa", "avx2"),
        .init(.file("decode.sandbox: on"), ":1:1:", "decode.sandbox", "required"),
        .init(.file("otlp.endpoint: localhost:4318"), ":1:1:", "otlp.endpoint", "http://"),
        .init(.file("carbon.intensity-url: ftp://a"), ":1:1:", "carbon.intensity-url", "http"),
        .init(.file("energy.http-url: 'http://'"), ":1:1:", "energy.http-url", "a host"),
        .init(.file("otlp.endpoint: http://a:70000"), ":1:1:", "otlp.endpoint", "http://"),
        .init(.file("decode.uid: 0"), ":1:1:", "decode.uid", "from 1"),
        .init(.file("topics.retry-count: 10"), ":1:1:", "topics.retry-count", "from 0 to 9"),
        .init(.file("models.allow: [abc]"), ":1:1:", "models.allow", "64"),
        .init(.variable("VIGIL_HTTP__PORT", "x"), "$VIGIL_HTTP__PORT:", "http.port", "whole"),
        .init(.set("batch.size-max=zero"), "--set:", "batch.size-max", "whole number"),
        .init(.set("energy.method=guess"), "--set:", "energy.method", "rapl"),
    ]

    static let names: [Mistake] = [
        .init(.file("batch:\n  sizemax: 4"), ":2:3:", "batch.sizemax", "'batch.size-max'"),
        .init(.file("bacth:\n  size-max: 4"), ":2:3:", "bacth.size-max", "'batch.size-max'"),
        .init(.file("level: info"), ":1:1:", "level", "'log.level'"),
        .init(.file("decode.timeout: 100"), ":1:1:", "decode.timeout", "'decode.timeout-ms'"),
        .init(.file("zzzzzzzzzzzz: 1"), ":1:1:", "zzzz", "vigil config print --list"),
        .init(.set("batch.sizemax=4"), "--set:", "batch.sizemax", "'batch.size-max'"),
        .init(
            .variable("VIGIL_BATCH_SIZE_MAX", "4"), "$VIGIL_BATCH_SIZE_MAX:", "no setting",
            "VIGIL_BATCH__SIZE_MAX"),
        .init(
            .variable("VIGIL_BATCH__SIZEMAX", "4"), "$VIGIL_BATCH__SIZEMAX:", "no setting",
            "VIGIL_BATCH__SIZE_MAX"),
        .init(
            .variable("VIGIL_TOPIC__INPUT", "a"), "$VIGIL_TOPIC__INPUT:", "no setting",
            "VIGIL_TOPICS__INPUT"),
    ]

    static let topics: [Mistake] = [
        .init(.file("topics.input: a b"), ":1:1:", "topics.input", "a topic's name"),
        .init(.file("topics.input: a/b"), ":1:1:", "topics.input", "a topic's name"),
        .init(.file("topics.input: ''"), ":1:1:", "topics.input", "a topic's name"),
        .init(.file("topics.finding: ."), ":1:1:", "topics.finding", "not '.'"),
        .init(.file("topics.energy: .."), ":1:1:", "topics.energy", "not '.'"),
        .init(
            .file("topics.urgent: " + String(repeating: "a", count: 250)), ":1:1:",
            "topics.urgent", "249"),
        .init(
            .file("topics.input: " + String(repeating: "a", count: 245)), ":1:1:",
            "topics.input", "235"),
        .init(.file("topics.finding: x\ntopics.energy: x"), ":1:1:", "topics.energy", "own"),
        .init(
            .file("topics.finding: radiology.study.received.v1.retry.1"), ":1:1:",
            "topics.finding", "otherwise"),
        .init(
            .file("topics.dead-letter: radiology.study.received.v1.deferred"), ":1:1:",
            "topics.dead-letter", "otherwise"),
        .init(
            .file("topics.finding: radiology.study.received.v1.dlq"), ":1:1:",
            "topics.dead-letter", "own"),
        .init(.file("topics.energy: radiology.study.received.v1"), ":1:1:", "topics.input", "own"),
        .init(
            .file("topics.urgent: radiology_study.received.v1"), ":1:1:", "underscores",
            "otherwise"),
        .init(
            .file("topics.finding: radiology.finding.prioritized.v1"), ":1:1:",
            "topics.finding-v1", "its own"),
    ]

    static let pairs: [Mistake] = [
        .init(
            .file("triage:\n  deadline-stat-ms: 3600000\n  deadline-urgent-ms: 60000"), ":3:3:",
            "triage.deadline-stat-ms", "Change"),
        .init(
            .file("triage.deadline-routine-ms: 1"), ":1:1:", "triage.deadline-asap-ms", "Change"),
        .init(
            .file("queue: {in-flight-max: 4, resume-below: 5}"), ":1:27:", "queue.in-flight-max",
            "Change"),
        .init(
            .file("study: {wait-max-ms: 1, wait-max-stat-ms: 2}"), ":1:25:", "study.wait-max-ms",
            "Change"),
        .init(.file("worker.group: ''"), ":1:1:", "worker.group", "Name the group"),
        .init(.file("worker.group: '  '"), ":1:1:", "worker.group", "Name the group"),
        .init(
            .file("carbon: {intensity-file: /dev/null, intensity-url: 'http://a'}"), ":1:37:",
            "carbon.intensity-file", "Leave one"),
        .init(.file("carbon.token-file: /dev/null"), ":1:1:", "carbon.intensity-url", "Set"),
        .init(.file("otlp.headers-file: /dev/null"), ":1:1:", "otlp.endpoint", "Set"),
        .init(.file("cascade.threshold: 0.5"), ":1:1:", "cascade.model", "Set"),
        .init(.file("triage.site: north"), ":1:1:", "triage.policy", "Set"),
        .init(.file("cascade.urgent: true"), ":1:1:", "cascade.model", "Set"),
        .init(.file("context.topic: context"), ":1:1:", "context.weights", "Set"),
        .init(.file("context.weights: /dev/null"), ":1:1:", "context.topic", "Set"),
        .init(.file("energy.method: http"), ":1:1:", "energy.http-url", "Set"),
        .init(
            .file("carbon.budget-grams-a-day: 5"), ":1:1:", "intensity",
            "carbon.intensity-g-per-kwh"),
        .init(
            .file("energy: {method: none, budget-joules-a-day: 5}"), ":1:10:", "energy.method",
            "budgets"),
        .init(
            .file("otlp.endpoint: http://user:word@example.org"), ":1:1:", "otlp.endpoint",
            "https"),
    ]

    static let paths: [Mistake] = [
        .init(
            .arguments(["--model", "/nowhere/model"]), "--model:", "/nowhere/model", "Name a path",
            code: 66),
        .init(
            .arguments(["--model", "/etc/hostname"]), "--model:", "a file, not a folder",
            "Name a path", code: 66),
        .init(
            .arguments(["--input-root", "/nowhere"]), "--input-root:", "/nowhere", "absolute path"),
        .init(
            .arguments(["--input-root", "/etc/hostname"]), "--input-root:", "/etc/hostname",
            "absolute path"),
        .init(
            .arguments(["--input-root", "studies"]), "--input-root:", "studies", "absolute path"),
        .init(.file("model.ensemble: [/nowhere]"), ":1:1:", "model.ensemble", "Name", code: 66),
        .init(.file("model.adapters: [/nowhere]"), ":1:1:", "model.adapters", "Name", code: 66),
        .init(.file("cascade.model: /nowhere"), ":1:1:", "cascade.model", "Name", code: 66),
        .init(
            .file("privacy.pseudonym-key-file: /nowhere"), ":1:1:", "privacy.pseudonym-key-file",
            "Name a path"),
        .init(
            .file("privacy.pseudonym-key-file: /etc"), ":1:1:", "a folder, not a file",
            "Name a path"),
        .init(
            .file("carbon.intensity-file: /nowhere"), ":1:1:", "carbon.intensity-file", "Name"),
        .init(
            .file("otlp: {endpoint: 'http://127.0.0.1:1', headers-file: /nowhere}"), ":1:40:",
            "otlp.headers-file", "Name"),
        .init(.file("cache.directory: /etc/hostname"), ":1:1:", "cache.directory", "Name"),
        .init(
            .file("privacy.pseudonym-key-file: SHORT-KEY"), ":1:1:", "pseudonym-key-file", "32"),
        .init(.arguments(["--config", "/nowhere.yaml"]), "/nowhere.yaml:", "No such file", "path"),
        .init(.arguments(["--config", "/etc"]), "/etc:", "directory", "path"),
    ]

    static let properties: [Mistake] = [
        .init(.file("kafka.nonsense: 1"), ":1:1:", "kafka.nonsense", "CONFIGURATION.md"),
        .init(
            .file("kafka.sesion.timeout.ms: 1"), ":1:1:", "kafka.sesion.timeout.ms",
            "'kafka.session.timeout.ms'"),
        .init(.file("kafka.session.timeout.ms: abc"), ":1:1:", "session.timeout.ms", "CONFIG"),
        .init(.file("kafka.consumer.session.timeout.ms: 0"), ":1:1:", "kafka.consumer", "CONFIG"),
        .init(.file("kafka.acks: 0"), ":1:1:", "kafka.acks", "Remove"),
        .init(.file("kafka.enable.idempotence: false"), ":1:1:", "idempotence", "Remove"),
        .init(
            .file("kafka.consumer.isolation.level: read_uncommitted"), ":1:1:", "isolation.level",
            "Remove"),
        .init(.set("kafka.transactional.id=a"), "--set:", "transactional.id", "Remove"),
        .init(
            .variable("VIGIL_KAFKA__ENABLE_AUTO_COMMIT", "true"),
            "$VIGIL_KAFKA__ENABLE_AUTO_COMMIT:", "enable.auto.commit", "Remove"),
        .init(.file("kafka.security.protocol: tls"), ":1:1:", "security.protocol", "CONFIG"),
        .init(
            .file("kafka: {security.protocol: ssl, ssl.ca.location: /nowhere}"), ":1:33:",
            "ssl.ca.location", "Mend"),
        .init(
            .file("kafka.consumer: {session.timeout.ms: 60000, max.poll.interval.ms: 10000}"),
            ":1:", "max.poll.interval.ms", "Mend"),
        .init(.file("kafka.bootstrap.servers: 'a:b:c'"), ":1:1:", "bootstrap", "HOST:PORT"),
        .init(
            .file("kafka.bootstrap.servers: '127.0.0.1:1,kafka.example.org:9092'"), ":1:1:",
            "in plain", "kafka.security.protocol"),
        .init(.file("kafka.client.id: [a]"), ":1:1:", "kafka.client.id", "one value"),
        .init(
            .file("kafka: {security.protocol: sasl_ssl, sasl.mechanism: SCRAM-SHA-256}"), ":1:38:",
            "sasl.mechanism", "PLAIN"),
    ]

    static let flags: [Mistake] = [
        .init(.arguments(["--bootstrap", ""]), "vigil worker:", "--bootstrap", "HOST", code: 64),
        .init(.arguments(["--bootstrap", "a"]), "vigil worker:", "--bootstrap", "HOST", code: 64),
        .init(.arguments(["--bootstrap", "a:0"]), "vigil worker:", "--bootstrap", "", code: 64),
        .init(
            .arguments(["--bootstrap", "http://a:1"]), "vigil worker:", "--bootstrap", "http://",
            code: 64),
        .init(.arguments(["--bootstrap", "a:1,,b:2"]), "vigil", "--bootstrap", "HOST", code: 64),
        .init(
            .arguments(["--bootstrap", "127.0.0.1.example.org:1"]), "bootstrap.servers", "in plain",
            "kafka.security.protocol"),
        .init(.arguments(["--grup", "x"]), "vigil worker:", "--grup", "'--group'", code: 64),
        .init(.arguments(["--set", "nothing"]), "--set", "nothing", "batch.size-max=16"),
        .init(.arguments(["extra"]), "vigil worker:", "extra", "--help", code: 64),
        .init(.arguments(["--group"]), "vigil worker:", "--group", "--group G", code: 64),
    ]
}
