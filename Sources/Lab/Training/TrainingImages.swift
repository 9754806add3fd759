/// Images that are learned from: their hidden states, and what is known of each.
package struct TrainingImages {
    /// Hidden states at the cut.
    package let states: HiddenStateFile
    /// For each label and image of `states`: present, absent, or nil where nobody knows.
    package let labels: [[Bool?]]
    /// How much each image counts, as a rule 1 / images of its study.
    package let shares: [Double]
    /// Images that steps are made from.
    package let training: [Int]
    /// Images that say when to stop.
    package let validation: [Int]

    /// Takes all parts.
    package init(
        states: HiddenStateFile, labels: [[Bool?]], shares: [Double], training: [Int],
        validation: [Int]
    ) {
        self.states = states
        self.labels = labels
        self.shares = shares
        self.training = training
        self.validation = validation
    }

    /// How much each label of each image counts; 0 where nothing is known. With `isBalanced` both
    /// sides of a label count the same in sum over the training images.
    func weights(isBalanced: Bool) -> [[Double]] {
        labels.map { label in
            var (with, without) = (0.0, 0.0)
            for image in training {
                if label[image] == true { with += shares[image] }
                if label[image] == false { without += shares[image] }
            }
            let all = with + without
            let isEven = isBalanced && with > 0 && without > 0
            return label.indices.map { image in
                guard let isThere = label[image] else { return 0 }
                let side = isThere ? with : without
                return shares[image] * (isEven ? all / (2 * side) : 1)
            }
        }
    }
}
