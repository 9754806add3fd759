extension SettingKey {
    /// Settings of carbon.
    var carbonDefinition: SettingDefinition {
        switch self {
        case .carbonIntensity:
            .init(
                self, .number(0...2000), .number(0), unit: "g/kWh",
                "The grid's carbon intensity where no file or feed tells it; 0: not known.")
        case .carbonIntensityFile:
            path("A file with the grid's intensity over time, in the JSON of one of the feeds.")
        case .carbonIntensityURL:
            .init(
                self, .url, .text(""),
                "A feed of the intensity, in the JSON of Carbon Aware SDK or Electricity Maps.")
        case .carbonTokenFile:
            path("A file with the key of that feed, sent as auth-token.")
        case .carbonZone:
            .init(
                self, .text(bytesMax: 64), .text(""),
                "The grid's zone, such as DE or eastus, as records and metrics name it.")
        case .carbonRefresh:
            .init(
                self, .integer(10...86_400), .integer(300), unit: "s",
                "How often the file or feed is read anew.")
        case .carbonStale:
            .init(
                self, .integer(60...604_800), .integer(7200), unit: "s",
                "From which age on an intensity is told as stale.")
        case .carbonPUE:
            .init(
                self, .number(1...5), .number(1),
                "Power usage effectiveness: what the room takes for each joule of the machine.")
        case .carbonWUE:
            .init(
                self, .number(0...100), .number(0), unit: "l/kWh",
                "Water usage effectiveness: litres for each kilowatt hour.")
        case .carbonEmbodied:
            .init(
                self, .number(0...100_000), .number(0), unit: "kg",
                "Carbon of making the machine, spread over its life.")
        case .carbonEmbodiedShare:
            .init(
                self, .number(0...1), .number(1),
                "The part of the machine that this worker has, for that carbon.")
        case .carbonLifetime:
            .init(
                self, .number(0.1...50), .number(4), unit: "years",
                "The machine's life, for that carbon.")
        default: deferralDefinition
        }
    }

    /// Settings of waiting for cleaner hours.
    private var deferralDefinition: SettingDefinition {
        switch self {
        case .carbonBudget:
            .init(
                self, .number(0...1e9), .number(0), unit: "g",
                "As energy.budget-joules-a-day, in grams of CO2 equivalent; 0: no bound.")
        case .carbonDefer:
            .init(
                self, .bool, .bool(false),
                """
                Whether routine studies may wait for cleaner hours, within their deadline. Needs a \
                forecast, so intensity-file or intensity-url. Urgent and escalated ones never wait.
                """)
        case .carbonDeferMargin:
            .init(
                self, .integer(0...100_000), .integer(30), unit: "minutes",
                "How long before its deadline a study waits no longer, besides all work ahead.")
        case .carbonDeferSaving:
            .init(
                self, .number(0...100), .number(5), unit: "percent",
                "By how much a later hour must be cleaner, for a study to wait for it.")
        case .carbonDeferStudiesMax:
            .init(
                self, .integer(1...100_000), .integer(500),
                """
                How many studies wait at most at one worker; never more than a quarter of \
                queue.in-flight-max and of queue.bytes-max-mb.
                """)
        default:  // .carbonDeferIdle
            .init(
                .carbonDeferIdle, .integer(0...86_400), .integer(60), unit: "s",
                """
                After how long without other studies those that wait are taken; 0 takes them as \
                soon as the worker is idle, which gives results sooner and saves next to nothing.
                """)
        }
    }

    private func path(_ meaning: StaticString) -> SettingDefinition {
        .init(self, .text(bytesMax: SettingType.bytesMax), .text(""), meaning)
    }
}
