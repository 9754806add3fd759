package import Energy
internal import HTTPClient
package import Imaging
package import Settings
internal import VigilCore

extension EnergyMeters {
    /// The meter as set.
    ///
    /// - Parameter decoders: whose processor time counts as this process's own; nil when there are
    ///   none.
    package static func detect(
        _ settings: Settings, decoders: DecoderPool? = nil
    ) throws(EnergyError) -> any EnergyMeter {
        let watts = settings.energyWattsPerCore
        var sources = EnergySources()
        sources.powercap = settings.energyPowercapRoot
        sources.scope = PowercapTree.Scope(rawValue: settings.energyRaplScope) ?? .processor
        sources.hwmonName = settings.energyHwmonName
        if let url = settings.energyHTTPURL {
            let client = HTTPClient(timeout: .seconds(3), bytesMax: 65_536)
            sources.plug = HTTPPower(field: settings.energyHTTPField) { try? client.get(url) }
        }
        return try detect(
            EnergyChoice(rawValue: settings.energyMethod) ?? .auto,
            model: watts > 0 ? PowerModel(wattsPerProcessor: watts) : nil, sources: sources,
            times: SystemProcessorTimes(
                children: { decoders?.processorTime() ?? .zero },
                helpers: { decoders?.callersTime() ?? .zero }))
    }
}
