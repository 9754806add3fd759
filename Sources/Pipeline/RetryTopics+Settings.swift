package import Settings
package import Wire

extension RetryTopics {
    /// The retry topics as set.
    package init(_ settings: Settings) {
        self.init(
            input: settings.topicsInput, count: settings.topicsRetryCount,
            firstPause: settings.retryTopicPause)
    }
}
