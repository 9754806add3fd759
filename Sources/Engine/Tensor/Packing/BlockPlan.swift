/// How the rows and columns of an operation are cut into tasks. Bits do not depend on it.
struct BlockPlan {
    let rows: Int
    let blocks: Int
    let chunks: Int
    private let tileRows: Int

    /// - Parameters:
    ///   - rows: of the operation.
    ///   - rowBytes: what one row of a block keeps in the second-level cache.
    ///   - columnUnits: how often the columns can be cut; 1: never.
    init(
        rows: Int, rowBytes: Int, columnUnits: Int, tileRows: Int, threads: Int, cacheBytes: Int
    ) {
        self.rows = rows
        self.tileRows = max(tileRows, 1)
        let fitting = max(tileRows, cacheBytes / 10 * 9 / max(rowBytes, 1) / tileRows * tileRows)
        let blockRows = min(fitting, Self.blockRowsMax / tileRows * tileRows)
        var blocks = max(1, (rows + blockRows - 1) / blockRows)
        var chunks = 1
        if threads > 1 {
            if rows >= 2 * tileRows * threads || columnUnits == 1 {
                blocks = min(rows, (blocks + threads - 1) / threads * threads)
            } else {
                chunks = min(threads, columnUnits)
            }
        }
        self.blocks = max(blocks, 1)
        self.chunks = chunks
    }

    /// Beyond this, a block's weights are reused enough.
    static let blockRowsMax = 112

    var tasks: Int { blocks * chunks }
    /// The most rows of a block.
    var blockRows: Int { min(rows, (tiles + blocks - 1) / blocks * tileRows) }

    /// Whole tiles of rows, but for what is left in the last block.
    func rowRange(_ block: Int) -> Range<Int> {
        let start = min(rows, tiles * block / blocks * tileRows)
        return start..<min(rows, tiles * (block + 1) / blocks * tileRows)
    }

    private var tiles: Int { (rows + tileRows - 1) / tileRows }

    func range(_ chunk: Int, of units: Int) -> Range<Int> {
        (units * chunk / chunks)..<(units * (chunk + 1) / chunks)
    }
}
