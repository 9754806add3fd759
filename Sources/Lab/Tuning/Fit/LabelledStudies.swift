/// Embeddings with what is known of them.
package struct LabelledStudies: Sendable {
    /// One row a study.
    package let embeddings: EmbeddingMatrix
    /// For each label and row: present, absent, or nil where nobody knows.
    package let labels: [[Bool?]]
    /// For each row the number of its site, from 0; nil: sites are not told apart.
    package let sites: [Int]?

    /// Takes all parts.
    package init(embeddings: EmbeddingMatrix, labels: [[Bool?]], sites: [Int]? = nil) {
        self.embeddings = embeddings
        self.labels = labels
        self.sites = sites
    }

    /// How many sites there are; 0: they are not told apart.
    var siteCount: Int { (sites?.max() ?? -1) + 1 }

    /// Some of the studies, in the order given.
    package func rows(_ indices: [Int]) -> LabelledStudies {
        LabelledStudies(
            embeddings: embeddings.rows(indices),
            labels: labels.map { label in indices.map { label[$0] } },
            sites: sites.map { sites in indices.map { sites[$0] } })
    }

    /// How many studies are known to have a label, and not to.
    package func counts(of label: Int) -> (with: Int, without: Int) {
        (labels[label].count { $0 == true }, labels[label].count { $0 == false })
    }
}
