internal import VigilCore
internal import Weights

extension PromptSet {
    /// The prompt set of a model's directory (``fileName``), or the built-in one for chest X-rays
    /// where there is none.
    package static func read(modelDirectory path: String) throws(ModelError) -> PromptSet {
        let bytes = try ModelError.catching { () throws(WeightsError) in
            let directory = try ModelDirectory(path: path)
            return directory.has(fileName) ? try directory.contents(fileName) : nil
        }
        guard let bytes else { return chestXRay }
        return try PromptSet(json: bytes, file: "prompts.json")
    }
}
