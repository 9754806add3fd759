internal import Tensor
internal import VigilCore

/// Evidence of an encoder of volumes: the embedding is the mean of the last features over space, so
/// that a linear logit is the sum of each position's share (class activation).
struct VolumeEvidence: EvidenceSource {
    let model: VolumeModel

    /// Slabs upwards, rows to the patient's right, columns to the front, as the model has its axes.
    var grid: EvidenceGrid {
        let positions = model.tower.positions
        return EvidenceGrid(
            slabs: positions.depth, rows: positions.height, columns: positions.width)
    }
    var layers: Int { 1 }
    var traceBytes: Int { grid.count * model.embeddingWidth * MemoryLayout<Float>.stride }

    func prepare(_ readout: LogitReadout) -> PreparedReadout { PreparedReadout(pooled: readout) }

    func encode(
        images: UnsafeBufferPointer<Float>, count: Int, into out: UnsafeMutableBufferPointer<Float>,
        traced: Int, betweenLayers: (() throws(ModelError) -> Void)?
    ) throws(ModelError) -> [any EvidenceTrace] {
        let tap = PooledTap(images: traced, width: model.embeddingWidth) { pass, _ in
            model.tower.withState(of: pass) { features, _ in Array(features) }
        }
        try model.encode(
            images: images, count: count, into: out, observer: tap, betweenLayers: betweenLayers)
        return tap.traces
    }
}
