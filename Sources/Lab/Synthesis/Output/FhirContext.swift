package import VigilCore

/// The clinical context of a study as a FHIR R4 bundle: patient, order, images, measurements.
package enum FhirContext {
    /// The bundle of a study. Its identifiers follow from the study's.
    package static func bundle(_ study: SyntheticStudy) -> JSONValue {
        let blueprint = study.blueprint
        let resources =
            [patient(blueprint), order(blueprint), imaging(study)]
            + blueprint.clinic.measurements.map { observation($0, blueprint) }
        return [
            "resourceType": "Bundle", "type": "collection",
            "timestamp": .string(blueprint.taken),
            "entry": .array(
                resources.map { resource in
                    let id = resource["id"]?.stringValue ?? ""
                    return ["fullUrl": .string("urn:uuid:\(id)"), "resource": resource]
                }),
        ]
    }

    private static func id(_ blueprint: Blueprint, _ name: String) -> String {
        UUIDv5(namespace: .vigil, fields: ["fhir", blueprint.studyUID, name]).description
    }

    private static func reference(_ blueprint: Blueprint, _ name: String) -> JSONValue {
        ["reference": .string("urn:uuid:\(id(blueprint, name))")]
    }

    private static func coding(_ system: String, _ code: String, _ text: String? = nil)
        -> JSONValue
    {
        var out = JSONObject()
        out["system"] = .string(system)
        out["code"] = .string(code)
        if let text { out["display"] = .string(text) }
        return .object(out)
    }

    private static func patient(_ blueprint: Blueprint) -> JSONValue {
        let birth = blueprint.birthDate
        return [
            "resourceType": "Patient", "id": .string(id(blueprint, "patient")),
            "identifier": [
                ["system": "urn:vigil:synthetic-patient", "value": .string(blueprint.patient.id)]
            ],
            "gender": .string(blueprint.patient.isFemale ? "female" : "male"),
            "birthDate": .string("\(birth.prefix(4))-07-01"),
        ]
    }

    private static func order(_ blueprint: Blueprint) -> JSONValue {
        [
            "resourceType": "ServiceRequest", "id": .string(id(blueprint, "order")),
            "identifier": [
                [
                    "type": [
                        "coding": [
                            coding("http://terminology.hl7.org/CodeSystem/v2-0203", "ACSN")
                        ]
                    ],
                    "system": "urn:vigil:synthetic-accession",
                    "value": .string(blueprint.accession),
                ]
            ],
            "status": "active", "intent": "order",
            "priority": .string(blueprint.clinic.priority.rawValue),
            "code": ["text": .string(blueprint.description)],
            "subject": reference(blueprint, "patient"),
            "reasonCode": [["text": .string(blueprint.clinic.words.indication)]],
        ]
    }

    private static func imaging(_ study: SyntheticStudy) -> JSONValue {
        let blueprint = study.blueprint
        let modality = coding(
            "http://dicom.nema.org/resources/ontology/DCM", blueprint.modality)
        let isHead = blueprint.kind == .headCT
        let site = coding(
            "http://snomed.info/sct", isHead ? "69536005" : "51185008", isHead ? "Head" : "Chest")
        // Films of two directions are two series; a CT is one.
        let groups = blueprint.kind == .radiograph ? study.images.map { [$0] } : [study.images]
        let series = groups.enumerated().map { index, images -> JSONValue in
            [
                "uid": .string(blueprint.uid("series", String(index + 1))),
                "number": .integer(Int64(index + 1)), "modality": modality, "bodySite": site,
                "numberOfInstances": .integer(Int64(images.count)),
                "instance": .array(
                    images.map { image in
                        [
                            "uid": .string(image.instanceUID),
                            "sopClass": [
                                "system": "urn:ietf:rfc:3986",
                                "code": .string("urn:oid:\(blueprint.storageClass)"),
                            ],
                        ]
                    }),
            ]
        }
        return [
            "resourceType": "ImagingStudy", "id": .string(id(blueprint, "study")),
            "identifier": [
                [
                    "system": "urn:dicom:uid",
                    "value": .string("urn:oid:\(blueprint.studyUID)"),
                ]
            ],
            "status": "available", "subject": reference(blueprint, "patient"),
            "started": .string(blueprint.taken), "basedOn": [reference(blueprint, "order")],
            "modality": [modality], "description": .string(blueprint.description),
            "numberOfSeries": .integer(Int64(series.count)),
            "numberOfInstances": .integer(Int64(study.images.count)), "series": .array(series),
        ]
    }

    private static func observation(_ one: Measurement, _ blueprint: Blueprint) -> JSONValue {
        [
            "resourceType": "Observation", "id": .string(id(blueprint, one.kind.rawValue)),
            "status": "final",
            "code": ["coding": [coding("http://loinc.org", one.kind.loinc, one.kind.rawValue)]],
            "subject": reference(blueprint, "patient"),
            "effectiveDateTime": .string(blueprint.taken),
            "valueQuantity": [
                "value": .number(one.value), "unit": .string(one.kind.unit),
                "system": "http://unitsofmeasure.org", "code": .string(one.kind.unit),
            ],
        ]
    }
}
