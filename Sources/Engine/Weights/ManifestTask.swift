internal import Glibc

/// Hashes a model's folder on a thread of its own, while the caller brings the weights into place.
/// The folder's files are frozen, so both see the same bytes.
package final class ManifestTask {
    private let job: Job
    private var thread: pthread_t?

    /// What the thread works on; the caller looks at `result` after the join alone.
    private final class Job {
        let directory: ModelDirectory
        var result: ModelManifest?

        init(_ directory: ModelDirectory) {
            self.directory = directory
        }
    }

    /// Starts hashing. Where no thread is to be had, ``finish()`` does the work.
    package init(_ directory: ModelDirectory) {
        job = Job(directory)
        let context = Unmanaged.passRetained(job)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let job = Unmanaged<Job>.fromOpaque(context).takeRetainedValue()
                job.result = job.directory.manifest()
                return nil
            }, context.toOpaque())
        if code == 0 {
            self.thread = thread
        } else {
            context.release()
        }
    }

    deinit {
        if let thread { pthread_join(thread, nil) }
    }

    /// Waits for the manifest.
    package func finish() -> ModelManifest {
        if let thread { pthread_join(thread, nil) }
        thread = nil
        let manifest = job.result ?? job.directory.manifest()
        job.result = manifest
        return manifest
    }
}
