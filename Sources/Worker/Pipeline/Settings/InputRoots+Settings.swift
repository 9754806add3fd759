package import Imaging
package import Settings
internal import Telemetry
package import VigilCore

extension InputRoots {
    /// The folders that events may name files in, whose trouble the log, the metrics and the probes
    /// tell of.
    init(
        _ settings: Settings, telemetry: Telemetry, health: HealthState
    ) throws(PipelineError) {
        for folder in settings.inputRoots {
            telemetry.metrics.set(.inputRootAway, 0, SafeText(operatorProvided: folder))
        }
        try self.init(settings) { root, trouble in
            health.mark(inputRoot: root, trouble: trouble.map { HealthReason(root, $0) })
            guard let trouble else {
                telemetry.emit(InputRootRecovered(root: root))
                return
            }
            telemetry.emit(
                InputRootTroubled(root: root, reason: trouble.code, errno: trouble.errno))
        }
    }

    /// The folders that events may name files in, as set.
    ///
    /// - Parameter onChange: told when a folder's trouble begins, changes and ends; on any thread.
    package init(
        _ settings: Settings, onChange: @escaping @Sendable (SafeText, RootTrouble?) -> Void
    ) throws(PipelineError) {
        let folders = settings.inputRoots
        guard !folders.isEmpty || settings.inputOriginsFile != nil else {
            throw .settingMissing("input.roots")
        }
        do throws(InputRoots.BadRoot) {
            try self.init(
                folders: folders, maximumBytes: UInt64(clamping: settings.decodeInputMaxBytes),
                patience: RootPatience(call: settings.inputTimeout, file: settings.decodeTimeout),
                onChange: onChange)
        } catch {
            throw .inputRootUnusable(
                SafeText(operatorProvided: error.folder), reason: error.reason.code,
                at: settings.entry(.inputRoots).source.text)
        }
    }
}

extension HealthReason {
    fileprivate init(_ root: SafeText, _ trouble: RootTrouble) {
        switch trouble {
        case .hangs: self = .inputRootHangs(root)
        case .unusable(let number): self = .inputRootUnusable(root, errno: number)
        }
    }
}
