internal import HTTPClient
package import Settings
internal import VigilCore

/// Refuses settings by which a password would go over plain HTTP to another machine.
package enum PlainAddresses {
    /// Of librdkafka's properties, those whose address gets a secret by their nature.
    private static let secretProperties = ["sasl.oauthbearer.token.endpoint.url"]

    /// Looks at all addresses of the settings; what goes along in headers of files is looked at
    /// where the files are read.
    package static func check(_ settings: Settings) throws(PipelineError) {
        let plain: [(SettingKey, String?)] = [
            (.energyHTTPURL, settings.energyHTTPURL), (.otlpEndpoint, settings.otlpEndpoint),
            (.carbonIntensityURL, settings.carbonIntensityURL),
        ]
        for (key, url) in plain {
            guard let url, !HTTPClient.keepsSecrets(url) else { continue }
            throw .placed(
                settings.entry(key).source.text,
                .plainAddress(SafeText(operatorProvided: key.rawValue)))
        }
        for scope in KafkaProperties.Scope.allCases {
            for property in settings.kafka.properties(scope)
            where secretProperties.contains(property.name) {
                let secret = ["authorization: of the client"]
                guard !HTTPClient.keepsSecrets(property.value, headers: secret) else { continue }
                throw .placed(
                    property.source.text,
                    .plainAddress(SafeText(operatorProvided: scope.rawValue + property.name)))
            }
        }
    }
}
