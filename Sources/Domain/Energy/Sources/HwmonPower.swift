package import VigilCore

/// The power of the whole machine as a sensor of Linux hwmon shows it
/// (Documentation/hwmon/sysfs-interface): the meter of ACPI (`power_meter`), or what a board's
/// controller offers under a name that the operator gives.
package struct HwmonPower: PowerSource {
    /// Where Linux keeps it.
    package static let systemPath = "/sys/class/hwmon"
    /// The driver of ACPI's power meter (Documentation/hwmon/acpi_power_meter).
    package static let acpiName = "power_meter"

    package let method = EnergyMethod.hwmon
    package let zone: String
    package let summary: SafeText
    package let isSlow = false

    private let path: String
    private let files: any EnergyFiles

    /// Looks for the sensor. One reading is used and never a sum, since sensors of a board hold
    /// each other.
    ///
    /// - Parameter name: the driver's name, as in the file `name`.
    package static func open(
        _ root: String = systemPath, name: String = acpiName, files: any EnergyFiles
    ) throws(EnergyError) -> HwmonPower {
        let devices: [String]
        do {
            devices = try files.entries(of: root)
        } catch {
            throw .noCounters(.noHwmon)
        }
        var refused: EnergyError?
        for device in devices.filter({ $0.hasPrefix("hwmon") }).sorted() {
            let folder = "\(root)/\(device)"
            guard let bytes = try? files.head(of: folder + "/name"),
                String(decoding: bytes, as: UTF8.self).trimmed == name
            else { continue }
            for file in ["power1_input", "power1_average"] {
                do {
                    let value = FileNumber.whole(try files.head(of: "\(folder)/\(file)"))
                    guard value != nil else { throw EnergyError.noCounters(.garbage) }
                    return HwmonPower(device: name, path: "\(folder)/\(file)", files: files)
                } catch let error as EnergyError {
                    refused = error
                } catch {
                    guard let fault = error as? FileFault, fault != .missing else { continue }
                    refused = .noCounters(
                        fault == .permission ? .hwmonPermission : .unreadable)
                }
            }
        }
        throw refused ?? .noCounters(.noHwmon)
    }

    private init(device: String, path: String, files: any EnergyFiles) {
        self.path = path
        self.files = files
        zone = "machine"
        summary = "Power readings of the sensor \(SafeText(operatorProvided: device))"
    }

    package func watts() -> Double? {
        // Microwatts.
        (try? files.head(of: path)).flatMap { FileNumber.whole($0) }.map { Double($0) * 1e-6 }
    }
}
