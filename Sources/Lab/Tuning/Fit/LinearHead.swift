/// A linear head of one label: logit = weights · embedding + bias.
package struct LinearHead: Sendable, Hashable {
    package var weights: [Double]
    package var bias: Double
    /// What each site's intercept adds; empty: sites were not told apart.
    package var siteBiases: [Double] = []
    /// Steps that the search took; 0 for a head that needs none.
    package var iterations = 0
    /// The mean loss with its penalty; nil for a head that has none.
    package var loss: Double?

    package init(weights: [Double], bias: Double) {
        self.weights = weights
        self.bias = bias
    }

    /// The head for one site, or for a mix of sites in the shares given.
    package func specialised(shares: [Double]) -> LinearHead {
        var head = self
        head.bias += zip(siteBiases, shares).reduce(0) { $0 + $1.0 * $1.1 }
        head.siteBiases = []
        return head
    }
}
