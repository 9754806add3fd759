package import Settings
internal import VigilCore
package import Wire

extension RetryTopics {
    /// The retry topics as set.
    package init(_ settings: Settings) {
        self.init(
            input: settings.topicsInput, count: settings.topicsRetryCount,
            firstPause: settings.retryTopicPause)
    }
}

extension ReturnTopics {
    /// The topics of the worker's own as set.
    package init(_ settings: Settings) {
        self.init(
            retries: RetryTopics(settings),
            deferrals: DeferralTopic(input: settings.topicsInput),
            placed: PlacedTopics(
                input: settings.topicsInput, hasUrgent: settings.topicsUrgent != nil))
    }
}
