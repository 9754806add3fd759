extension RoleSettings {
    /// The role's counterpart, made on the thread that speaks to it.
    var counterpart: any Counterpart {
        switch endpoint {
        case .http(let base): FHIRDeliver(self, base: base)
        case .mllp(let host, let port, let usesTLS):
            HL7Deliver(self, host: host, port: port, usesTLS: usesTLS)
        case .dicom(let place): SRDeliver(self, at: place)
        }
    }
}
