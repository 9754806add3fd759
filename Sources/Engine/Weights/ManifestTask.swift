internal import Processes

/// Hashes a model's folder on a thread of its own, while the caller brings the weights into place.
/// The folder's files are frozen, so both see the same bytes.
package final class ManifestTask {
    private let job: Job
    private var thread: OwnedThread?

    /// What the thread works on. It alone touches `result`, until it has been joined.
    private final class Job: @unchecked Sendable {
        let directory: ModelDirectory
        var result: ModelManifest?

        init(_ directory: ModelDirectory) {
            self.directory = directory
        }
    }

    /// Starts hashing. Where no thread is to be had, ``finish()`` does the work.
    package init(_ directory: ModelDirectory) {
        let job = Job(directory)
        self.job = job
        do throws(ProcessError) {
            thread = try OwnedThread { job.result = job.directory.manifest() }
        } catch {
            thread = nil
        }
    }

    deinit { join() }

    /// Waits for the manifest.
    package func finish() -> ModelManifest {
        join()
        let manifest = job.result ?? job.directory.manifest()
        job.result = manifest
        return manifest
    }

    private func join() {
        guard let thread = thread.take() else { return }
        thread.join()
    }
}
