internal import Settings
internal import VigilCore

extension PipelineError {
    /// Says with an error where the setting stands that it is about.
    static func placed<Value>(
        _ key: SettingKey, of settings: Settings, _ body: () throws(PipelineError) -> Value
    ) throws(PipelineError) -> Value {
        do throws(PipelineError) {
            return try body()
        } catch {
            throw .placed(settings.entry(key).source.text, error)
        }
    }
}
