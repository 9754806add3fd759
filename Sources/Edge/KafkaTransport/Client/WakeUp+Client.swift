package import Processes

/// Wake-ups of a client, whose refusals are among the client's errors.
extension WakeUp {
    /// Makes a wake-up that is not signalled.
    package static func ofClient() throws(KafkaError) -> WakeUp {
        do throws(ProcessError) { return try WakeUp() } catch { throw .operatingSystem(error) }
    }

    /// Blocks as ``wait(on:timeout:)`` does.
    package static func waitForClient(
        on descriptors: [Int32], timeout: Duration?
    ) throws(KafkaError) -> [Int32] {
        do throws(ProcessError) {
            return try wait(on: descriptors, timeout: timeout)
        } catch {
            throw .operatingSystem(error)
        }
    }
}
