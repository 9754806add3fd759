internal import Tensor
internal import VigilCore

/// Evidence of a DenseNet: the embedding is the mean of the last features over positions, so that a
/// linear logit is the sum of each position's share (class activation).
struct DenseNetEvidence: EvidenceSource {
    let model: DenseNetModel

    var grid: EvidenceGrid {
        let side = model.configuration.stages.last?.side ?? 1
        return EvidenceGrid(rows: side, columns: side)
    }
    var layers: Int { 1 }
    var traceBytes: Int { grid.count * model.embeddingWidth * MemoryLayout<Float>.stride }

    func prepare(_ readout: LogitReadout) -> PreparedReadout { PreparedReadout(pooled: readout) }

    func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        traced: Int, betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError) -> [any EvidenceTrace] {
        let tap = PooledTap(images: traced, width: model.embeddingWidth) { pass, image in
            model.tower.features(of: pass, image: image)
        }
        try model.encode(
            images: images, count: count, into: out, observer: tap, betweenLayers: betweenLayers)
        return tap.traces
    }
}
