internal import Tensor
internal import VigilCore

/// A sentence encoder that is ready to run: MiniLM and other BERTs. Texts to unit vectors whose
/// cosines tell how alike they are. Always in fp32. Safe to use from several threads.
package final class SentenceModel: TextEncoder {
    package let identity: ModelIdentity
    /// The sizes of the tower.
    package let configuration: TextConfiguration

    private let text: LazyTextTower

    private init(
        _ identity: ModelIdentity, _ configuration: TextConfiguration, _ text: LazyTextTower
    ) {
        self.identity = identity
        self.configuration = configuration
        self.text = text
    }

    package var embeddingWidth: Int { configuration.encoder.width }
    package var hasText: Bool { text.hasTokenizer }

    package func encode(text texts: [String]) throws(ModelError) -> [[Float]] {
        try text.encode(texts)
    }

    package func encode(tokens sequences: [[Int32]]) throws(ModelError) -> [[Float]] {
        try text.encode(tokens: sequences)
    }

    package func probe(
        tokens: [Int32], _ body: (UnsafeBufferPointer<Float>) -> Void
    ) throws(ModelError) {
        try text.probe(tokens, body)
    }

    package func releaseText() {
        text.release()
    }
}

extension SentenceModel {
    private static let head = HeadConfiguration(widths: [])

    /// Loads a folder as Hugging Face publishes a BERT: `config.json`, `model.safetensors` or
    /// shards, `vocab.txt` and `tokenizer_config.json` or `tokenizer.json`, and where it is a
    /// sentence-transformers model, `sentence_bert_config.json` and `1_Pooling/config.json`.
    convenience init(_ loading: ModelLoading) throws(ModelError) {
        let (length, pooling) = try Bert.sentenceSettings(loading.directory)
        let configuration = try Bert.configuration(
            loading.configuration, contextLength: length, pooling: pooling)
        try loading.check(ClipTensors.text(configuration, Self.head, Bert.names))
        let tokenizer = try ModelTokenizer.wordPiece(loading.directory)
        try tokenizer?.check(configuration)
        let text = loading.text(
            configuration, head: Self.head, names: Bert.names, tokenizer: tokenizer)
        // All its tensors are looked at before the model is said to be ready.
        try text.tower()
        self.init(try loading.identity(), configuration, text)
    }

    /// A model of generated weights, for tests.
    package static func make(
        source: any WeightSource, configuration: TextConfiguration, identity: ModelIdentity,
        options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> SentenceModel {
        let engine = try options.makeEngine()
        let text = LazyTextTower(
            configuration: configuration, embeddingWidth: configuration.encoder.width,
            tokenizer: nil
        ) { () throws(ModelError) in
            try TextTower(
                WeightLoader(source: source, pool: engine.pool), names: Bert.names,
                configuration: configuration, head: head, engine: engine)
        }
        return SentenceModel(identity, configuration, text)
    }
}
