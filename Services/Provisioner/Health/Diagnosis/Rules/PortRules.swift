import Foundation
import KubernetesClient

extension DiagnosisRule {
    /// Services that lead nowhere, though every pod is ready.
    static let ports: [DiagnosisRule] = [
        DiagnosisRule(
            "ServicePortUnknown", reads: "Service whose every `targetPort` is a name that no container's port has",
            then: "Name the container's port as the Service's targetPort says, or correct targetPort.",
            .routing { observation in
                observation.services.lazy.compactMap { service -> Finding? in
                    guard let selector = service["spec"]["selector"].strings, !selector.isEmpty,
                        let ports = service["spec"]["ports"].array, !ports.isEmpty
                    else { return nil }
                    let targets = ports.compactMap { $0["targetPort"].string }.filter { Int($0) == nil }
                    guard targets.count == ports.count else { return nil }
                    let templates = observation.workloads.compactMap(PodTemplates.template).filter { template in
                        let labels = template["metadata"]["labels"].strings ?? [:]
                        return selector.allSatisfy { labels[$0.key] == $0.value }
                    }
                    let named = Set(
                        templates.flatMap { $0["spec"]["containers"].array ?? [] }
                            .flatMap { $0["ports"].array ?? [] }.compactMap { $0["name"].string })
                    guard !templates.isEmpty, named.isDisjoint(with: targets) else { return nil }
                    let name = service["metadata"]["name"].string ?? ""
                    var finding = Finding(
                        .final,
                        "Service \(name) leads to port \"\(targets[0])\", and no container of its pods has a port of "
                            + "that name.")
                    finding.object = .init(apiVersion: "v1", kind: "Service", name: name)
                    return finding
                }.first
            })
    ]
}
