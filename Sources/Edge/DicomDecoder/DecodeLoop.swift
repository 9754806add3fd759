internal import CDicom
internal import DecoderProtocol
internal import Files

#if canImport(Glibc)
    internal import Glibc
#endif

/// Answers requests one after the other.
enum DecodeLoop {
    private static let socket: Int32 = 0

    /// Returns when the worker hangs up or breaks the protocol.
    static func run() {
        while let message = DescriptorMessage.receive(DecodeRequest.encodedLength, from: socket) {
            guard let request = DecodeRequest(encoded: message.bytes),
                let descriptor = message.descriptor
            else { return }
            let answered = answer(request, descriptor)
            close(descriptor)
            guard answered else { return }
            vigil_decoder_rest()
        }
    }

    private static func answer(_ request: DecodeRequest, _ descriptor: Int32) -> Bool {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { return refuse(.unreadable) }
        guard size > 0 else { return refuse(.empty) }
        guard UInt64(size) <= request.maximumBytes else { return refuse(.tooLarge) }
        guard let buffer = malloc(size) else { return refuse(.outOfMemory) }
        let whole = UnsafeMutableRawBufferPointer(start: buffer, count: size)
        let count = (try? WholeTransfer.read(into: whole, from: descriptor, at: 0)) ?? 0
        guard count > 0 else {
            free(buffer)
            return refuse(.unreadable)
        }
        var options = vigil_decode_options()
        options.max_pixels = request.maximumPixels
        options.max_inflated = request.maximumInflated
        options.max_side = request.maximumSide
        options.max_frames = request.maximumFrames
        if let window = request.window {
            options.window_rule = UInt32(VIGIL_WINDOW_FIXED.rawValue)
            options.window_center = window.center
            options.window_width = window.width
        }
        options.want_values = request.wantsValues ? 1 : 0
        if request.asksFirst { options.judge = { header in DecodeLoop.ask(header) } }
        var decoded = vigil_decoded()
        let bytes = buffer.assumingMemoryBound(to: UInt8.self)
        let code = vigil_decode(bytes, count, &options, &decoded)
        free(buffer)
        defer { vigil_decoded_free(&decoded) }
        guard code == 0 else {
            let status = DecodeStatus(rawValue: UInt16(clamping: code)) ?? .internalFailure
            return status == .leftOut ? true : refuse(status, label: decoded.label)
        }
        let header = reply(decoded).encoded()
        let pixels = UnsafeRawBufferPointer(start: decoded.pixels, count: decoded.pixel_count)
        let values = UnsafeRawBufferPointer(
            start: decoded.values, count: decoded.values == nil ? 0 : decoded.pixel_count * 2)
        let places = UnsafeRawBufferPointer(
            start: decoded.places,
            count: decoded.places == nil
                ? 0 : Int(decoded.frames) * DecodeReply.placeCount * MemoryLayout<Double>.stride)
        return writeAll(header) && writeAll(pixels) && writeAll(values) && writeAll(places)
    }

    private static func reply(_ decoded: vigil_decoded) -> DecodeReply {
        var reply = DecodeReply(status: .ok)
        reply.image.rows = decoded.rows
        reply.image.columns = decoded.columns
        reply.image.frames = decoded.frames
        reply.image.bitsStored = decoded.bits_stored
        reply.image.samples = decoded.samples
        reply.image.container = decoded.container
        reply.window.used = decoded.window_used
        reply.image.isInverted = decoded.inverted == 1
        reply.image.isLossy = decoded.lossy == 1
        reply.window.center = decoded.window_center
        reply.window.width = decoded.window_width
        reply.spacing.rows = decoded.spacing_rows
        reply.spacing.columns = decoded.spacing_columns
        reply.pixelCount = UInt64(decoded.pixel_count)
        reply.valueCount = decoded.values == nil ? 0 : reply.pixelCount
        reply.hasPlaces = decoded.places != nil
        reply.names.studyUID = text(decoded.study_uid)
        reply.names.seriesUID = text(decoded.series_uid)
        reply.names.instanceUID = text(decoded.instance_uid)
        reply.names.transferSyntax = text(decoded.transfer_syntax)
        reply.names.modality = text(decoded.modality)
        reply.names.photometric = text(decoded.photometric)
        reply.notes = decoded.notes
        return reply
    }

    /// Tells the worker what a header says and waits for its word; 0 goes on.
    private static func ask(_ header: UnsafePointer<vigil_header>?) -> Int32 {
        guard let said = header?.pointee else { return 1 }
        var facts = HeaderFacts()
        facts.sopClass = text(said.sop_class)
        facts.studyUID = text(said.study_uid)
        facts.seriesUID = text(said.series_uid)
        facts.instanceUID = text(said.instance_uid)
        facts.patientID = text(said.patient_id)
        facts.device.serial = text(said.device_serial)
        facts.device.model = text(said.device_model)
        facts.modality = text(said.modality)
        facts.imageType = text(said.image_type)
        facts.intent = text(said.intent)
        facts.conversion = text(said.conversion)
        facts.anatomy = anatomy(said)
        facts.hasPixels = said.has_pixels == 1
        guard writeAll(DecodeReply(status: .header).encoded() + facts.encoded()) else { return 1 }
        var word = DecodeRequest.leaveOut
        let count = withUnsafeMutableBytes(of: &word) {
            try? WholeTransfer.read(into: $0, from: socket)
        }
        return count == 1 && word == DecodeRequest.goOn ? 0 : 1
    }

    private static func anatomy(_ said: vigil_header) -> HeaderFacts.Anatomy {
        var anatomy = HeaderFacts.Anatomy()
        anatomy.bodyPart = text(said.body_part)
        anatomy.region = text(said.region)
        anatomy.view = text(said.view)
        anatomy.viewCode = text(said.view_code)
        anatomy.orientation = text(said.orientation)
        anatomy.age = said.age_days
        anatomy.rows = said.rows
        anatomy.columns = said.columns
        anatomy.isAnnotated = said.is_annotated == 1
        return anatomy
    }

    /// The bytes of a C array up to its first zero.
    private static func text<Field>(_ field: Field) -> [UInt8] {
        withUnsafeBytes(of: field) { Array($0.prefix { $0 != 0 }) }
    }

    private static func refuse(_ status: DecodeStatus, label: UInt16 = 0) -> Bool {
        var reply = DecodeReply(status: status)
        reply.label = label
        return writeAll(reply.encoded())
    }

    /// Writes all bytes to the worker; false when it has gone.
    static func writeAll(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { writeAll($0) }
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (try? WholeTransfer.write(bytes, to: socket)) != nil
    }
}
