internal import CDicomNetwork
internal import Glibc

/// Listens for other application entities, which store objects here (PS3.4 annex B) or ask whether
/// anybody is there. Whatever they send, it holds some hundred kilobytes for each that is served.
package final class DicomReceiver: Sendable {
    // The functions behind it may be called by any thread until it is freed.
    private nonisolated(unsafe) let handle: OpaquePointer

    /// Listens from now on; nobody is answered before ``serve(_:)``.
    package init(_ wanted: DicomListening) throws(DicomListenError) {
        var handle: OpaquePointer?
        try DicomListenError.check(Self.open(wanted, &handle))
        guard let handle else { throw .system }
        self.handle = handle
    }

    deinit { vigil_receiver_free(handle) }

    private static func open(_ wanted: DicomListening, _ handle: inout OpaquePointer?) -> Int32 {
        // Texts are lent until the call has ended, so that each is copied out of Swift first.
        let callers = (wanted.callers ?? []).map { strdup($0) }
        let security = wanted.security
        let files = [security?.authority, security?.identity?.certificate, security?.identity?.key]
            .map { text in text.flatMap { strdup($0) } }
        defer { for text in callers + files { free(text) } }
        return wanted.address.withCString { address in
            wanted.title.withCString { title in
                callers.map { UnsafePointer($0) }.withUnsafeBufferPointer { titles in
                    var listening = vigil_listening()
                    listening.address = address
                    listening.port = wanted.port
                    listening.title = title
                    listening.callers = titles.baseAddress
                    listening.caller_count = titles.count
                    listening.authority = UnsafePointer(files[0])
                    listening.certificate = UnsafePointer(files[1])
                    listening.key = UnsafePointer(files[2])
                    listening.silence_seconds = seconds(wanted.silence)
                    listening.object_seconds = seconds(wanted.objectTime)
                    return vigil_receiver_open(&listening, &handle)
                }
            }
        }
    }

    private static func seconds(_ duration: Duration) -> UInt32 {
        UInt32(clamping: max(1, duration.components.seconds))
    }

    /// The port that it listens on.
    package var port: UInt16 { vigil_receiver_port(handle) }

    /// Waits for a second at most until somebody calls, and serves the association to its end.
    /// Blocks. As many associations are served as threads call this.
    ///
    /// - Returns: how it ended; nil: nobody called.
    package func serve(_ taker: any ObjectTaker) -> AssociationOutcome? {
        let holder = Holder(taker)
        return withExtendedLifetime(holder) {
            var calls = vigil_store_calls(
                context: Unmanaged.passUnretained(holder).toOpaque(),
                begin: { context, object in
                    guard let object = object?.pointee else { return }
                    Holder.of(context)?.begin(
                        IncomingObject(
                            sopClass: String(cString: object.sop_class),
                            sopInstance: String(cString: object.sop_instance),
                            transferSyntax: String(cString: object.transfer_syntax)))
                },
                piece: { context, bytes, count in
                    Holder.of(context)?.take(UnsafeRawBufferPointer(start: bytes, count: count))
                },
                end: { context, isWhole in
                    let answer = Holder.of(context)?.end(isWhole: isWhole != 0)
                    return (answer ?? .outOfResources).rawValue
                })
            return AssociationOutcome(vigil_receiver_serve(handle, &calls))
        }
    }

    /// Cuts connections that were silent for too long; to be called every second or so. Any thread.
    package func sweep() { vigil_receiver_sweep(handle) }

    /// Takes nobody any more and ends what is served, objects under way within five seconds. Any
    /// thread.
    package func stop() { vigil_receiver_stop(handle) }
}

/// What C hands back to the calls.
private final class Holder {
    private let taker: any ObjectTaker

    init(_ taker: any ObjectTaker) {
        self.taker = taker
    }

    static func of(_ context: UnsafeMutableRawPointer?) -> (any ObjectTaker)? {
        context.map { Unmanaged<Holder>.fromOpaque($0).takeUnretainedValue().taker }
    }
}
