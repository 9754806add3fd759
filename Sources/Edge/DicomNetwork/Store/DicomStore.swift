internal import CDicomNetwork

/// Stores objects at another system by C-STORE (PS3.4 annex B), an association for each. Calls
/// block; any thread.
package struct DicomStore: ~Copyable {
    private let handle: OpaquePointer

    /// - Throws: ``DicomStoreError/outOfMemory``. Files are looked at when something is sent.
    package init(_ peer: DicomPeer) throws(DicomStoreError) {
        handle = try Self.handle(peer)
    }

    private static func handle(_ peer: DicomPeer) throws(DicomStoreError) -> OpaquePointer {
        let seconds = UInt32(clamping: max(1, peer.timeout.components.seconds))
        let handle = vigil_peer_new(
            peer.host, peer.port, peer.callingTitle, peer.calledTitle, seconds)
        guard let handle else { throw .outOfMemory }
        guard let security = peer.security else { return handle }
        let outcome = vigil_peer_secure(
            handle, security.authority, security.identity?.certificate ?? "",
            security.identity?.key ?? "")
        guard UInt32(bitPattern: outcome) == VIGIL_PEER_ANSWERED.rawValue else {
            vigil_peer_free(handle)
            throw .outOfMemory
        }
        return handle
    }

    deinit { vigil_peer_free(handle) }

    /// Stores an object, a whole DICOM file. Storing it again is harmless: it is the same object.
    package func store(_ file: [UInt8]) throws(DicomStoreError) {
        var status: UInt16 = 0
        let outcome = vigil_peer_store(handle, file, file.count, &status)
        try DicomStoreError.check(outcome, status)
    }
}
