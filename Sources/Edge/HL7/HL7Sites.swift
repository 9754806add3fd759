/// Who sends and who receives, and how the receiver is to answer: MSH-3 to MSH-6, MSH-15 and
/// MSH-16.
package struct HL7Sites: Sendable, Equatable {
    package var sendingApplication = "VIGIL"
    package var sendingFacility = ""
    package var receivingApplication = ""
    package var receivingFacility = ""
    /// Whether the receiver is to say that it keeps the message (enhanced mode); else what it made
    /// of it (original mode).
    package var wantsCommit = false

    package init() {}
}
