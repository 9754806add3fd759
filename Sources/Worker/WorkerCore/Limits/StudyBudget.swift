package import VigilCore

/// What one study may take of the worker in all; beyond it, it is given up. Whatever is within goes
/// in slices, so these bounds are for what no study is: an event made to keep a worker busy.
package struct StudyBudget: Sendable, Equatable {
    /// What a study had too much of.
    package enum Part: Sendable, Hashable, CaseIterable {
        case images
        case bytes
        case readingTime
        case processorTime
    }

    /// Images for the model.
    package var imagesMax = 16_384
    /// Bytes of its files.
    package var bytesMax: Int64 = 8192 << 20
    /// Time in which its files are read and decoded, without that in which it waits.
    package var readingTimeMax = Duration.seconds(600)
    /// Processor time of that, decoders' included.
    package var processorTimeMax = Duration.seconds(600)

    /// The bounds that hold where nothing is set.
    package init() {}

    /// What a study has taken so far.
    package struct Use: Sendable, Equatable {
        package let images: Int
        package let bytes: Int64
        package let readingTime: Duration
        package let processorTime: Duration

        package init(
            images: Int, bytes: Int64, readingTime: Duration, processorTime: Duration
        ) {
            self.images = images
            self.bytes = bytes
            self.readingTime = readingTime
            self.processorTime = processorTime
        }
    }

    /// What a study has too much of so far; nil when it is within all bounds.
    package func exceeded(by use: Use) -> Part? {
        if use.images > imagesMax { return .images }
        if use.bytes > bytesMax { return .bytes }
        if use.readingTime > readingTimeMax { return .readingTime }
        return use.processorTime > processorTimeMax ? .processorTime : nil
    }
}

extension StudyBudget.Part {
    /// The error's stable code.
    package var code: SafeText {
        switch self {
        case .images: "study_images"
        case .bytes: "study_bytes"
        case .readingTime: "study_reading_time"
        case .processorTime: "study_processor_time"
        }
    }

    /// What happened, and the setting that bounds it.
    package var what: SafeText {
        switch self {
        case .images: "the study has more images than study.images-max"
        case .bytes: "the study's files have more bytes than study.bytes-max-mb"
        case .readingTime: "the study's files took longer to read than study.reading-max-ms"
        case .processorTime: "reading the study took more than study.processor-max-ms of processor"
        }
    }
}
