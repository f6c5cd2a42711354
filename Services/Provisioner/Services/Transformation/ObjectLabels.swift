import KubernetesClient
import PreviewDomain

/// Puts the labels on that say for which preview an object was made.
enum ObjectLabels {
    /// Labels an object and the pods that it makes.
    ///
    /// Helm writes `app.kubernetes.io/managed-by: Helm` over the label of what it installs; the preview's own labels
    /// stay. A label that a workload selects its pods by is not changed on them.
    static func put(_ labels: [String: String], on object: inout JSONValue) {
        object["metadata"]["labels"] = merged(object["metadata"]["labels"], labels)
        let selected = Set((object["spec"]["selector"]["matchLabels"].strings ?? [:]).keys)
        PodTemplates.change(in: &object) { template in
            template["metadata"]["labels"] = merged(
                template["metadata"]["labels"], labels.filter { !selected.contains($0.key) })
        }
    }

    private static func merged(_ present: JSONValue?, _ labels: [String: String]) -> JSONValue {
        JSONValue((present.strings ?? [:]).merging(labels) { $1 })
    }
}
