package import VigilCore

/// Files that a published model needs and does not come with.
package enum ModelPreset: String, Sendable, Hashable, CaseIterable {
    /// CheXzero (Tiu et al. 2022): a CLIP B/32 that saw grey values of 0…255, normalised before
    /// they were resized, and whose scores are a softmax of bare cosines.
    case chexzero

    /// The files by name.
    package var files: [String: String] {
        [
            "preprocessor_config.json": JSONWriter.text(Self.preprocessing) + "\n",
            PromptSet.fileName: JSONWriter.text(PromptSet.cheXzero.json) + "\n",
        ]
    }

    /// What it takes.
    package var intendedInput: IntendedInput { .frontalChestFilm }

    private static let preprocessing: JSONValue = [
        "normalize_then_resize": ["side": 320, "antialias": false], "rescale_factor": 1,
        "image_mean": [101.48761, 101.48761, 101.48761],
        "image_std": [83.43944, 83.43944, 83.43944],
    ]
}
