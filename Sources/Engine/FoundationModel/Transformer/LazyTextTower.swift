internal import Synchronization
internal import Tensor
internal import Tokenizers
internal import VigilCore

/// A model's tokenizer and text tower. The tower is loaded when the first text comes.
final class LazyTextTower: Sendable {
    private let configuration: TextConfiguration
    private let embeddingWidth: Int
    private let tokenizer: ModelTokenizer?
    private let loaded = Mutex<TextTower?>(nil)
    private let load: @Sendable () throws(ModelError) -> TextTower

    /// - Parameter load: makes the tower; may be called again after ``release()``.
    init(
        configuration: TextConfiguration, embeddingWidth: Int, tokenizer: ModelTokenizer?,
        load: @escaping @Sendable () throws(ModelError) -> TextTower
    ) {
        self.configuration = configuration
        self.embeddingWidth = embeddingWidth
        self.tokenizer = tokenizer
        self.load = load
    }

    var hasTokenizer: Bool { tokenizer != nil }

    func encode(_ texts: [String]) throws(ModelError) -> [[Float]] {
        guard let tokenizer else { throw .noText }
        var sequences: [[Int32]] = []
        for text in texts {
            do throws(TokenizersError) {
                sequences.append(
                    try tokenizer.encode(text, contextLength: configuration.contextLength))
            } catch { throw .tokenizer(error) }
        }
        return try encode(tokens: sequences)
    }

    func encode(tokens sequences: [[Int32]]) throws(ModelError) -> [[Float]] {
        for sequence in sequences { try check(sequence) }
        let tower = try tower()
        let width = embeddingWidth
        var out = [Float](repeating: 0, count: sequences.count * width)
        let result = out.withUnsafeMutableBufferPointer { to in
            Result { () throws(TensorError) in
                guard let base = to.baseAddress else { return }
                for first in stride(from: 0, to: sequences.count, by: tower.sequencesPerPass) {
                    let last = min(first + tower.sequencesPerPass, sequences.count)
                    var pass = try tower.pass(sequences[first..<last], into: base + first * width)
                    while pass.remaining > 0 { try pass.step() }
                }
            }
        }
        do throws(TensorError) { try result.get() } catch { throw .tensor(error) }
        return BufferSize.rows(out, width: width)
    }

    func probe(
        _ sequence: [Int32], _ body: (UnsafeBufferPointer<Float>) -> Void
    ) throws(ModelError) {
        try check(sequence)
        let tower = try tower()
        var out = [Float](repeating: 0, count: embeddingWidth)
        let result = out.withUnsafeMutableBufferPointer { to in
            Result { () throws(TensorError) in
                guard let base = to.baseAddress else { return }
                var pass = try tower.pass([sequence], into: base)
                while pass.remaining > 0 {
                    try pass.step()
                    pass.withHiddenState(width: configuration.encoder.width, body)
                }
            }
        }
        do throws(TensorError) { try result.get() } catch { throw .tensor(error) }
    }

    func release() {
        loaded.withLock { $0 = nil }
    }

    /// The tower; loads it when it is not there.
    @discardableResult
    func tower() throws(ModelError) -> TextTower {
        let result = loaded.withLock { tower in
            Result { () throws(ModelError) in
                if let tower { return tower }
                let loaded = try load()
                tower = loaded
                return loaded
            }
        }
        return try result.get()
    }

    /// Refuses a sequence that has no pooled token or names a token that there is not.
    private func check(_ sequence: [Int32]) throws(ModelError) {
        let kept = sequence.prefix(configuration.contextLength)
        guard configuration.pooledPosition(of: kept) != nil else {
            throw .wrongTokenizer(expected: "an end token", found: "none")
        }
        guard
            let strange = kept.first(where: { $0 < 0 || $0 >= configuration.vocabularySize })
        else { return }
        throw .wrongTokenizer(
            expected: "ids below \(configuration.vocabularySize)", found: "\(Int(strange))")
    }
}
