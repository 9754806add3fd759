package import KafkaTransport
package import Settings
internal import VigilCore

extension KafkaConfiguration {
    /// Says what librdkafka and Vigil think of the properties, without a broker, and where the one
    /// that is refused was set.
    package func validate(from settings: Settings) throws {
        do throws(KafkaError) {
            try validate()
        } catch {
            throw Self.located(error, settings)
        }
    }

    private static func located(_ error: KafkaError, _ settings: Settings) -> any VigilError {
        let given = KafkaProperties.Scope.allCases.flatMap { scope in
            settings.kafka.properties(scope).map { (scope, $0) }
        }
        switch error {
        case .property(let name, let reason, let remedy):
            guard let (scope, property) = given.first(where: { $0.1.name == name.text }) else {
                return error
            }
            let isUnknown = reason.text.contains("No such configuration property")
            let nearest =
                isUnknown ? Spelling.nearest(to: property.name, among: Self.propertyNames) : nil
            return SettingsError.propertyRefused(
                key: SafeText(operatorProvided: scope.rawValue + property.name),
                at: property.source, reason: reason,
                remedy: nearest.map {
                    "Did you mean '\(SafeText(operatorProvided: scope.rawValue + $0))'?"
                } ?? remedy)
        case .configuration(let reason):
            // What is between properties names them.
            guard let (scope, property) = given.first(where: { reason.text.contains($0.1.name) })
            else { return error }
            return SettingsError.propertyRefused(
                key: SafeText(operatorProvided: scope.rawValue + property.name),
                at: property.source, reason: reason, remedy: error.remedy)
        default: return error
        }
    }
}
