/// The metrics of the process that every Prometheus client shows, read at each scrape.
package enum ProcessMetric: Int, CaseIterable, Sendable {
    case cpuSeconds
    case residentMemory
    case virtualMemory
    case openDescriptors
    case descriptorsMax
    case threads
    case startTime

    /// Name and meaning.
    package var definition: MetricDefinition {
        switch self {
        case .cpuSeconds:
            .init(
                "process_cpu_seconds_total", .counter, "Processor time used, user and system.")
        case .residentMemory:
            .init("process_resident_memory_bytes", .gauge, "Memory resident.")
        case .virtualMemory:
            .init("process_virtual_memory_bytes", .gauge, "Address space mapped.")
        case .openDescriptors:
            .init("process_open_fds", .gauge, "File descriptors open.")
        case .descriptorsMax:
            .init("process_max_fds", .gauge, "File descriptors allowed.")
        case .threads:
            .init("process_threads", .gauge, "Threads of the process.")
        case .startTime:
            .init("process_start_time_seconds", .gauge, "When the process started, Unix time.")
        }
    }

    /// The families with what the kernel says now; what it does not say is left out.
    static func families() -> [MetricFamily] {
        let facts = ProcessFacts.read()
        return allCases.compactMap { metric in
            guard let value = metric.value(in: facts) else { return nil }
            var family = MetricFamily(metric.definition)
            _ = family.set(value, [])
            return family
        }
    }

    private func value(in facts: ProcessFacts) -> Double? {
        switch self {
        case .cpuSeconds: facts.cpuSeconds
        case .residentMemory: facts.residentBytes
        case .virtualMemory: facts.virtualBytes
        case .openDescriptors: facts.openDescriptors
        case .descriptorsMax: facts.descriptorsMax
        case .threads: facts.threads
        case .startTime: facts.startTime
        }
    }
}
