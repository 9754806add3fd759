extension Engine {
    /// out = a * b over `count` elements, each product rounded once; out may be a or b.
    package func multiply(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
        into out: UnsafeMutablePointer<Float>, count: Int
    ) {
        guard count > 0 else { return }
        let job = MultiplyJob(a: a, b: b, out: out, count: count)
        withUnsafePointer(to: job) { job in
            pool.run(count: (count + MultiplyJob.step - 1) / MultiplyJob.step, context: job) {
                context, task, _ in
                context.assumingMemoryBound(to: MultiplyJob.self).pointee.run(task)
            }
        }
    }
}

private struct MultiplyJob {
    /// Elements of a task.
    static let step = 1 << 16

    let a: UnsafePointer<Float>
    let b: UnsafePointer<Float>
    let out: UnsafeMutablePointer<Float>
    let count: Int

    func run(_ task: Int) {
        for index in task * Self.step..<min((task + 1) * Self.step, count) {
            out[index] = a[index] * b[index]
        }
    }
}
