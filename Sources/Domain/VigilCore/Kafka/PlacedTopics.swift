/// The topics `<input>.placed` and, where there is one of urgent studies, `<input>.placed.urgent`:
/// events go there that a sender placed elsewhere than in their study's partition, once, so that
/// one worker decides all of a study.
package struct PlacedTopics: Sendable, Hashable {
    /// Where events go that came by another topic than `topics.urgent`.
    package let ordinary: String
    /// Where events go that came by `topics.urgent`; nil without that.
    package let urgent: String?

    /// - Parameters:
    ///   - input: the topic of study events.
    ///   - hasUrgent: whether there is a topic of urgent studies.
    package init(input: String, hasUrgent: Bool) {
        ordinary = input + ".placed"
        urgent = hasUrgent ? ordinary + ".urgent" : nil
    }

    /// Their names.
    package var names: [String] { [ordinary] + [urgent].compactMap { $0 } }
}
