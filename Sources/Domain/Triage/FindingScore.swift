package import VigilCore

/// What the model says about one finding in one image. Nothing about it is trusted: a value may be
/// anything that a float can hold.
package struct FindingScore: Sendable, Hashable {
    /// The finding's code in its prompt set; operator's text.
    package let code: String
    /// The finding's name for a person; operator's text.
    package let label: String
    /// Meant to lie in 0…1.
    package let probability: Float
    /// The logit of "present" less the logit of "absent".
    package let logitDifference: Float
    /// The name of the adapter whose head gave the score; nil: the prompts did.
    package let head: String?

    package init(
        code: String, label: String, probability: Float, logitDifference: Float,
        head: String? = nil
    ) {
        self.head = head
        self.code = code
        self.label = label
        self.probability = probability
        self.logitDifference = logitDifference
    }

    /// What the policy's table and the best image are looked up by: two heads may speak of one
    /// code.
    var key: String { OperatingPoint.key(code: code, head: head) }

    /// Whether the probability is a number in 0…1.
    package var isUsable: Bool { (0...1).contains(probability) }
}

/// The scores of one image of a study.
package struct ImageScores: Sendable, Hashable {
    /// Index of the instance in the study event, from 0.
    package let instance: Int
    /// Index of the frame in the instance, from 0.
    package let frame: Int
    /// One a finding of the prompt set, in its order.
    package let findings: [FindingScore]
    /// Whether the image lies outside of what the model was trained on.
    package let isOutsideDomain: Bool
    /// Why a gate of the model says nothing of the image; nil: it does not.
    package let refusal: Finding.Abstention?

    /// Why nothing is said of the image, whatever its scores; a gate's reason tells more than the
    /// domain's.
    var abstention: Finding.Abstention? {
        refusal ?? (isOutsideDomain ? .outsideTrainingDomain : nil)
    }

    package init(
        instance: Int, frame: Int, findings: [FindingScore], isOutsideDomain: Bool = false,
        refusal: Finding.Abstention? = nil
    ) {
        self.refusal = refusal
        self.instance = instance
        self.frame = frame
        self.findings = findings
        self.isOutsideDomain = isOutsideDomain
    }
}
