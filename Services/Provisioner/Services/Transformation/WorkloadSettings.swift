import KubernetesClient
import PreviewDomain

/// Makes workloads run as the preview asked: version, replicas, resources, and what the user typed.
struct WorkloadSettings: Sendable {
    /// The application's own image, without a version.
    var imageRepository: String
    /// The Deployment that the settings are about; other workloads run once.
    var mainWorkload: String
    var service: ServiceSpecification
    /// Variables that the user set, as they are to stand in a container.
    var variables: [JSONValue]

    /// Changes one object.
    func apply(to object: inout JSONValue) {
        let kind = object["kind"].string ?? ""
        if kind == "Deployment" || kind == "StatefulSet" || kind == "ReplicaSet" {
            let isMain = object["metadata"]["name"].string == mainWorkload
            object["spec"]["replicas"] = JSONValue(isMain ? mainReplicas : min(1, object["spec"]["replicas"].int ?? 1))
        }
        PodTemplates.change(in: &object) { template in
            PodTemplates.changeContainers(of: &template) { container in
                guard let text = container["image"].string else { return }
                let image = ImageReference(text)
                guard image.repository == imageRepository else { return }
                container["image"] = .string(image.with(version: service.targetVersion).description)
                container["resources"]["requests"] = requests
                container["resources"]["limits"] = limits
                set(variables, in: &container)
            }
        }
    }

    /// The autoscaler that the preview asked for, if any.
    func autoscaler(namespace: String) -> JSONValue? {
        guard service.autoscaling.enabled else { return nil }
        return [
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
            "metadata": ["name": .string(service.name), "namespace": .string(namespace)],
            "spec": [
                "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(mainWorkload)],
                "minReplicas": JSONValue(service.autoscaling.minReplicas),
                "maxReplicas": JSONValue(service.autoscaling.maxReplicas),
                "metrics": [
                    [
                        "type": "Resource",
                        "resource": [
                            "name": "cpu",
                            "target": [
                                "type": "Utilization",
                                "averageUtilization": JSONValue(service.autoscaling.targetCPUPercent),
                            ],
                        ],
                    ]
                ],
            ],
        ]
    }

    private var mainReplicas: Int {
        service.autoscaling.enabled ? max(service.replicas, service.autoscaling.minReplicas) : service.replicas
    }

    private var requests: JSONValue {
        ["cpu": .string(service.resources.cpuRequest), "memory": .string(service.resources.memoryRequest)]
    }

    private var limits: JSONValue {
        ["cpu": .string(service.resources.cpuLimit), "memory": .string(service.resources.memoryLimit)]
    }

    /// Puts the variables in, each in the place of one of the same name.
    private func set(_ variables: [JSONValue], in container: inout JSONValue) {
        guard !variables.isEmpty else { return }
        var all = container["env"].array ?? []
        for variable in variables {
            if let index = all.firstIndex(where: { $0["name"] == variable["name"] }) {
                all[index] = variable
            } else {
                all.append(variable)
            }
        }
        container["env"] = .array(all)
    }
}
