internal import Processes
internal import Settings
internal import Telemetry
internal import VigilCore
internal import Weights

/// Tells when files of the models that run here are no longer those that were loaded: a restart
/// would give other answers, or none, and somebody may be at them who should not.
struct ModelFilesWatch: Sendable {
    private static let period = Duration.seconds(1)
    private let places: [WatchedPlace]

    /// Looks at the files. To be made before the models are loaded.
    init(_ settings: Settings) {
        places = (settings.modelFolders + settings.modelAdapters).map { WatchedPlace(path: $0) }
    }

    /// Watches until the thread is released; storage that hangs holds up that thread alone.
    func start(_ context: TransportContext) throws(ProcessError) -> PeriodicThread {
        let atStart = places
        return try PeriodicThread(
            every: Self.period,
            making: {
                var places = atStart
                return {
                    for index in places.indices {
                        let now = context.clock.wall()
                        guard let change = places[index].look(at: now) else { continue }
                        Self.tell(change, of: places[index].path, context)
                    }
                }
            })
    }

    private static func tell(
        _ change: WatchedPlace.Change, of path: String, _ context: TransportContext
    ) {
        let place = SafeText(operatorProvided: path)
        switch change {
        case .changed(let file, let count):
            context.telemetry.emit(
                ModelFilesChanged(
                    place: place, file: SafeText(operatorProvided: file), count: count))
            context.health.warn(.modelFilesChanged(place))
        case .restored:
            context.telemetry.emit(ModelFilesRestored(place: place))
            context.health.withdraw(.modelFilesChanged(place))
        }
    }
}
