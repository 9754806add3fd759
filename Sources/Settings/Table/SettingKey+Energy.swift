extension SettingKey {
    /// Settings of energy and carbon.
    var energyDefinition: SettingDefinition {
        switch self {
        case .energyMethod:
            .init(
                self, .choice(["auto", "rapl", "perf", "hwmon", "http", "model", "none"]),
                .text("auto"),
                """
                How joules are obtained: rapl and perf read the processor's counters, hwmon a \
                power sensor, http a plug, model estimates; auto takes the first of rapl, perf, \
                hwmon that can be read, else estimates and says why.
                """)
        case .energyWattsPerCore:
            .init(
                self, .number(0...1000), .number(0), unit: "W",
                """
                Power of one busy logical processor, for the estimate; 0 takes the figures of the \
                processor's family.
                """)
        case .energyInterval:
            .init(
                self, .integer(1...86_400), .integer(60), unit: "s",
                "How often the energy of the whole worker is published.")
        case .energyStudiesMin:
            .init(
                self, .integer(1...1000), .integer(8),
                """
                How many studies an energy figure covers at least, so that it tells nothing of one \
                study's pixels; 1 gives each study its own figure.
                """)
        case .energyPowercapRoot:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text("/sys/class/powercap"),
                "Where the kernel shows the processor's energy counters.")
        case .energyRaplScope:
            .init(
                self, .choice(["processor", "platform"]), .text("processor"),
                """
                Which RAPL zones count: processor takes packages and memory, platform takes psys, \
                which holds both.
                """)
        case .energyHwmonName:
            .init(
                self, .text(bytesMax: 64), .text("power_meter"),
                "The power sensor to read, by its name in /sys/class/hwmon/hwmon*/name.")
        case .energyHTTPURL:
            .init(
                self, .url, .text(""),
                "Where a plug or power strip tells its power in JSON, for the method http.")
        case .energyHTTPField:
            .init(
                self, .text(bytesMax: 256), .text("apower"),
                """
                Where the watts are in that JSON: names and positions with / between, such as \
                StatusSNS/ENERGY/Power.
                """)
        default: savingDefinition
        }
    }

    /// Settings of spending less.
    private var savingDefinition: SettingDefinition {
        switch self {
        case .energyClockMax:
            .init(
                self, .integer(10...100), .integer(100), unit: "percent",
                """
                Caps the clocks of the whole machine to this part of the highest while the worker \
                runs, where cpufreq lets it; vigil bench energy --cpufreq measures what is worth \
                it. 100 changes nothing. A worker that is killed leaves the cap.
                """)
        case .energyCpufreqRoot:
            .init(
                self, .text(bytesMax: SettingType.bytesMax),
                .text("/sys/devices/system/cpu/cpufreq"),
                "Where the kernel shows the processors' clocks.")
        case .energyBudget:
            .init(
                self, .number(0...1e12), .number(0), unit: "J",
                """
                What this worker may use a day (UTC), idle time included; 0: no bound. When it is \
                spent, routine studies wait for the next day as far as their deadlines allow, then \
                the cascade's small model answers alone; others go on as ever.
                """)
        case .cascadeModel:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                The directory of a small model that routine studies are shown first, with the same \
                preprocessing; model.directory's runs only where it is not sure. Empty: none.
                """)
        case .cascadeThreshold:
            .init(
                self, .number(0...1), .number(0.1),
                """
                From which probability of any finding on the large model is asked; see vigil \
                evaluate --cascade for what it costs.
                """)
        default:  // .cascadeUrgent
            .init(
                .cascadeUrgent, .bool, .bool(false),
                "Lets the small model decide on stat, urgent and asap studies as well.")
        }
    }
}
