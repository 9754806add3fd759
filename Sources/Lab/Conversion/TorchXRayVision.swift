/// What is known of TorchXRayVision's checkpoints, which say nothing of it themselves.
package enum TorchXRayVision {
    /// The labels of its models, in the order of their 18 outputs.
    package static let labels = [
        "Atelectasis", "Consolidation", "Infiltration", "Pneumothorax", "Edema", "Emphysema",
        "Fibrosis", "Effusion", "Pneumonia", "Pleural_Thickening", "Cardiomegaly", "Nodule", "Mass",
        "Hernia", "Lung Lesion", "Fracture", "Lung Opacity", "Enlarged Cardiomediastinum",
    ]
}
