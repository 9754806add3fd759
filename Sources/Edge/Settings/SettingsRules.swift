internal import VigilCore

/// Rules between settings that are right one by one. Each broken one is told where the setting
/// stands that somebody wrote, with the names of both.
struct SettingsRules {
    private let settings: Settings
    private var errors: [SettingsError] = []

    /// What is broken, in the order of the rules.
    static func broken(by settings: Settings) -> [SettingsError] {
        var rules = SettingsRules(settings: settings)
        rules.checkNames()
        rules.checkTopics()
        rules.checkBounds()
        rules.checkDeadlines()
        rules.checkCompanions()
        return rules.errors
    }

    private init(settings: Settings) { self.settings = settings }

    /// - Parameter keys: what the rule is about; it is told at the first that is set at all.
    private mutating func rule(
        _ holds: Bool, _ keys: [SettingKey], _ text: SafeText,
        remedy: SafeText = "Change one of the two"
    ) {
        guard !holds else { return }
        let sources = keys.map { settings.entry($0).source }
        let place = sources.first { $0 != .standard } ?? .standard
        errors.append(.conflict(at: place, rule: text, remedy: remedy))
    }

    private func isSet(_ key: SettingKey) -> Bool {
        settings.entry(key).value != key.definition.standard
    }

    private func isWritten(_ key: SettingKey) -> Bool {
        settings.entry(key).source != .standard
    }

    private mutating func checkNames() {
        rule(
            !settings.workerGroup.allSatisfy(\.isWhitespace), [.workerGroup],
            "worker.group is empty, and Kafka keeps no offsets of a group without a name",
            remedy: "Name the group that the workers share, or leave worker.group out")
        rule(
            settings.workerInstance.isEmpty
                || !settings.workerInstance.allSatisfy(\.isWhitespace), [.workerInstance],
            "worker.instance is blank, and is no name that a person could tell from another",
            remedy: "Name the slot, or leave worker.instance out")
        for text in settings.modelsAllow where Digest(text: text.lowercased()) == nil {
            rule(
                false, [.modelsAllow],
                "models.allow names \(SafeText.shown(text)), which is no digest",
                remedy: "Take 64 hexadecimal digits, as 'vigil model inspect' shows them")
        }
        rule(
            !settings.topicsFinding.hasSuffix(".v1"), [.topicsFinding],
            """
            topics.finding gets findings of version 2; name a topic of version 1 as \
            topics.finding-v1
            """, remedy: "Name a topic of its own, such as radiology.finding.prioritized.v2")
    }

    /// What the worker writes for one purpose must be read for no other.
    private mutating func checkTopics() {
        let topics = settings.namedTopics
        for (index, (key, name)) in topics.enumerated() {
            let label = SafeText(operatorProvided: key.rawValue)
            for (other, same) in topics[..<index] {
                let first = SafeText(operatorProvided: other.rawValue)
                rule(
                    same != name, [other, key], "\(first) and \(label) are the same topic",
                    remedy: "Give each a topic of its own")
                rule(
                    same == name || TopicName.inMetrics(same) != TopicName.inMetrics(name),
                    [other, key],
                    """
                    \(first) and \(label) differ in dots and underscores alone, and Kafka refuses \
                    the second
                    """, remedy: "Name one of them otherwise")
            }
            let own = settings.ownTopics.contains { name.hasPrefix($0) }
            rule(
                !own || key == .topicsInput, [key, .topicsInput],
                """
                \(label) is a topic that the worker keeps for itself: topics.input with .retry, \
                .deferred or .placed behind
                """, remedy: "Name \(label) otherwise")
            // So much is put behind a name for the topics that come with it.
            rule(
                name.utf8.count <= TopicName.lengthMax - (key == .topicsInput ? 14 : 0), [key],
                "\(label) is too long for Kafka with what is put behind it, such as .placed.urgent",
                remedy: "Take at most 235 letters for topics.input")
        }
    }

    private mutating func checkBounds() {
        rule(
            settings.queueResumeBelow <= settings.queueInFlightMax,
            [.queueResumeBelow, .queueInFlightMax],
            "queue.resume-below is above queue.in-flight-max, so no partition would be paused")
        let waits = [SettingKey.studyWaitStat, .studyWait]
        rule(
            settings.studyWaitStat <= settings.studyWait || !waits.allSatisfy(isWritten), waits,
            """
            study.wait-max-stat-ms is above study.wait-max-ms, so stat studies would wait longer \
            for their parts than others
            """)
    }

    private mutating func checkDeadlines() {
        let deadlines: [(SettingKey, Duration)] = [
            (.triageDeadlineStat, settings.triageDeadlineStat),
            (.triageDeadlineUrgent, settings.triageDeadlineUrgent),
            (.triageDeadlineAsap, settings.triageDeadlineAsap),
            (.triageDeadlineRoutine, settings.triageDeadlineRoutine),
        ]
        for ((first, sooner), (second, later)) in zip(deadlines, deadlines.dropFirst()) {
            let (urgent, other) = (
                SafeText(operatorProvided: first.rawValue),
                SafeText(operatorProvided: second.rawValue)
            )
            rule(
                sooner <= later, [second, first],
                "\(other) is sooner than \(urgent), which is of more urgent studies")
        }
    }

    /// Settings that mean nothing without another one, or beside it.
    private mutating func checkCompanions() {
        let needs: [(SettingKey, SettingKey)] = [
            (.otlpHeadersFile, .otlpEndpoint), (.carbonTokenFile, .carbonIntensityURL),
            (.cascadeThreshold, .cascadeModel), (.cascadeUrgent, .cascadeModel),
            (.modelsEnvelope, .modelsEnvelopeKeys), (.modelsEnvelopeKeys, .modelsEnvelope),
            (.triageCalibrations, .triageCalibrationKeys),
            (.triageCalibrationKeys, .triageCalibrations), (.contextTopic, .contextWeights),
            (.contextWeights, .contextTopic), (.contextValuesInRecords, .contextTopic),
            (.contextReviseHours, .contextTopic), (.contextReviseMax, .contextTopic),
            (.contextPriorSpread, .contextPriorsMax),
            (.topicsReport, .reportTemplates), (.reportTemplates, .topicsReport),
            (.controlTopic, .controlKeys), (.controlKeys, .controlTopic),
            (.qualityAlarmTopic, .qualityAlarmKeys), (.qualityAlarmKeys, .qualityAlarmTopic),
            (.topicsAudit, .auditKeyFile), (.auditKeyFile, .topicsAudit),
            (.auditFile, .topicsAudit), (.reportGenerator, .topicsReport),
            (.topicsEvidence, .evidenceFindings),
        ]
        for (key, other) in needs {
            let (name, needed) = (
                SafeText(operatorProvided: key.rawValue), SafeText(operatorProvided: other.rawValue)
            )
            rule(
                !isSet(key) || isSet(other), [key], "\(name) means nothing without \(needed)",
                remedy: "Set \(needed), or leave \(name) out")
        }
        rule(
            settings.reportGenerator?.hasPrefix("/") ?? true, [.reportGenerator],
            "report.generator is no whole path, and means another program in another folder",
            remedy: "Write the path from / on")
        let isOfSite = [
            SettingKey.triagePolicy, .triageCalibrations, .contextWeights, .modelsEnvelope,
        ]
        rule(
            !isSet(.triageSite) || isOfSite.contains(where: isSet), [.triageSite],
            """
            triage.site means nothing without triage.policy, calibrations, context.weights or \
            models.envelope
            """, remedy: "Set one of them, or leave triage.site out")
        rule(
            !(isSet(.carbonIntensityFile) && isSet(.carbonIntensityURL)),
            [.carbonIntensityURL], "carbon.intensity-file and carbon.intensity-url are both set",
            remedy: "Leave one of them out")
        rule(
            settings.energyMethod != "http" || isSet(.energyHTTPURL), [.energyMethod],
            "energy.method is http, and energy.http-url names no plug",
            remedy: "Set energy.http-url, or another method")
        let knowsGrid =
            isSet(.carbonIntensity) || isSet(.carbonIntensityFile) || isSet(.carbonIntensityURL)
        rule(
            !isSet(.carbonBudget) || knowsGrid, [.carbonBudget],
            "carbon.budget-grams-a-day is never spent where the grid's intensity is not known",
            remedy: "Set carbon.intensity-g-per-kwh, carbon.intensity-file or carbon.intensity-url")
        rule(
            settings.energyMethod != "none" || !(isSet(.energyBudget) || isSet(.carbonBudget)),
            [.energyMethod],
            "a budget is never spent with energy.method none, by which no joule is known",
            remedy: "Take another method, or leave the budgets out")
    }
}

extension Settings {
    /// The topics that settings name, by the setting; those that are derived from the input's stand
    /// for theirs.
    fileprivate var namedTopics: [(SettingKey, String)] {
        let optional: [(SettingKey, String?)] = [
            (.topicsUrgent, topicsUrgent), (.topicsOrders, topicsOrders),
            (.topicsFindingV1, topicsFindingV1), (.contextTopic, contextTopic),
            (.topicsReport, topicsReport), (.controlTopic, controlTopic),
            (.topicsAudit, topicsAudit), (.topicsEvidence, topicsEvidence),
            (.qualityAlarmTopic, qualityAlarmTopic),
        ]
        return [
            (.topicsInput, topicsInput), (.topicsFinding, topicsFinding),
            (.topicsEnergy, topicsEnergy), (.topicsDeadLetter, topicsDeadLetter),
            (.topicsExpired, topicsExpired), (.topicsWorklist, topicsWorklist),
        ] + optional.compactMap { key, name in name.map { (key, $0) } }
    }
}
