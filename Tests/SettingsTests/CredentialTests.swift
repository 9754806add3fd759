import Settings
import Testing
import VigilCore

/// Credentials within values that are shown.
struct CredentialTests {
    @Test(
        "a password in an address is hidden wherever settings are shown",
        arguments: [
            ("otlp.endpoint", "http://user:hunter2@host:4318/v1"),
            ("otlp.endpoint", "https://hunter2@host/"),
            ("otlp.endpoint", "https://user:hun/ter2@host/"),
            ("otlp.endpoint", "https://user:p@hunter2@host/"),
            ("carbon.intensity-url", "https://host/feed?zone=DE&auth-token=hunter2&x=1"),
            ("energy.http-url", "http://:hunter2@10.0.0.1/status"),
            ("cache.directory", "user:hunter2@host:/x"),
            ("input.roots", "/a,ftp://u:hunter2@h/b"),
            ("kafka.metadata.broker.list", "a:9092,SASL_SSL://u:hunter2@b:9092"),
            ("kafka.consumer.client.id", "http://u:hunter2@proxy"),
            ("kafka.sasl.jaas.config", "x required username=\"u\" password=\"hunter2\";"),
            ("kafka.producer.x.connection", "Endpoint=sb://e/;SharedAccessKey=hunter2;Path=y"),
        ])
    func hidden(key: String, value: String) throws {
        let settings = try Settings.load(overrides: [SettingOverride(key: key, value: value)])
        let shown = settings.effective()
        #expect(!shown.contains("hunter2") && !shown.contains("ter2"), "\(key)")
        #expect(shown.contains(Settings.hidden))
    }

    @Test(
        "what is no credential is shown",
        arguments: [
            ("otlp.endpoint", "http://host:4318/a@b"), ("input.roots", "/mnt/a@b,/c:d@e"),
            ("kafka.client.id", "me@host"), ("kafka.bootstrap.servers", "[::1]:9092,b:9092"),
            ("carbon.intensity-url", "https://host/feed?zone=DE"),
        ])
    func shown(key: String, value: String) throws {
        let settings = try Settings.load(overrides: [SettingOverride(key: key, value: value)])
        #expect(!settings.effective().contains(Settings.hidden))
    }

    @Test("an error about a value does not tell its password")
    func errors() {
        for key in ["http.port", "energy.method", "batch.size-max"] {
            let override = SettingOverride(key: key, value: "http://u:hunter2@host")
            do {
                _ = try Settings.load(overrides: [override])
                Issue.record("it was taken")
            } catch {
                #expect(!"\(error)".contains("hunter2"), "\(error)")
            }
        }
    }
}
