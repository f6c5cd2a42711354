import KubernetesClient

@testable import Provisioner

extension RuleCase {
    private static func lost(
        _ rule: String, _ reason: String, _ message: String, says: String, note: String = ""
    ) -> RuleCase {
        of(
            rule, .passing, pod(["phase": "Failed", "reason": .string(reason), "message": .string(message)]),
            says: says, note: note, reason: reason)
    }

    static let lostPods: [RuleCase] = [
        lost(
            "EvictedForMemory", "Evicted",
            "The node was low on resource: memory. Threshold quantity: 100Mi, available: 60Mi. Container orders was using "
                + "500Mi, request is 128Mi, has larger consumption of memory. ", says: "using 500Mi"),
        lost(
            "EvictedForStorage", "Evicted", "Container orders exceeded its local ephemeral storage limit \"1Gi\". ",
            says: "1Gi"),
        lost(
            "EvictedForStorage", "Evicted", "Usage of EmptyDir volume \"tmp\" exceeds the limit \"64Mi\". ",
            says: "\"tmp\"", note: "a volume"),
        lost("Evicted", "Evicted", "The node had condition: [PIDPressure]. ", says: "PIDPressure"),
        lost("Preempted", "Preempting", "Preempted in order to admit critical pod", says: "critical pod"),
        lost("NodeLost", "Terminated", "Pod was terminated in response to imminent node shutdown.", says: "node-1"),
        of(
            "NodeLost", .passing,
            pod(
                running(),
                conditions: [
                    assigned,
                    [
                        "type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager",
                        "message": "Taint manager: deleting due to NoExecute taint",
                    ],
                ]), says: "node-1", "NoExecute", note: "taint manager"),
        of(
            "NodeLost", .passing,
            pod(running(), conditions: [assigned, ["type": "Ready", "status": "False"]]),
            events: [event("NodeNotReady", "Node is not ready")], says: "not ready", note: "an Event only"),
        lost(
            "NodeRefusedPod", "OutOfcpu",
            "Pod was rejected: Node didn't have enough resource: cpu, requested: 2000, used: 3500, capacity: 4000",
            says: "requested: 2000"),
        lost(
            "PodFailed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline",
            says: "longer"),
    ]

    static let placements: [RuleCase] = [
        unplaced(
            "InsufficientMemory",
            "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 "
                + "Insufficient memory. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No "
                + "preemption victims found for incoming pod.", says: "memory free"),
        unplaced("InsufficientCPU", "0/1 nodes are available: 1 Insufficient cpu.", says: "CPU free"),
        unplaced(
            "InsufficientResources", "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.", says: "nvidia.com/gpu"),
        unplaced(
            "NodeTainted", "0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}.",
            says: "dedicated"),
        unplaced(
            "NodeSelectorUnmatched", "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
            says: "node selector"),
        unplaced(
            "VolumeElsewhere", "0/2 nodes are available: 2 node(s) had volume node affinity conflict.", says: "volume"),
        unplaced("TooManyPods", "0/1 nodes are available: 1 Too many pods.", says: "as many pods"),
        unplaced(
            "HostPortTaken", "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
            says: "host port"),
        unplaced("NodesUnschedulable", "0/1 nodes are available: 1 node(s) were unschedulable.", says: "closed"),
        unplaced("NoNodes", "no nodes available to schedule pods", says: "no nodes"),
        unplaced("Unschedulable", "running Filter plugin \"x\": an error that nobody has seen before", says: "nobody"),
        unplaced("ClaimMissing", "persistentvolumeclaim \"orders-data\" not found", says: "orders-data"),
        of(
            "SchedulingGated", .passing,
            pod(
                ["phase": "Pending"],
                specification: ["nodeName": "", "schedulingGates": [["name": "example.com/wait"]]],
                conditions: [
                    [
                        "type": "PodScheduled", "status": "False", "reason": "SchedulingGated",
                        "message": "Scheduling is blocked due to non-empty scheduling gates",
                    ]
                ]), says: "example.com/wait", reason: "SchedulingGated"),
        claim("ClaimLost", ["storageClassName": "fast"], phase: "Lost", .final, says: "lost"),
        claim(
            "StorageClassMissing", ["storageClassName": "fast"], .final,
            event: "storageclass.storage.k8s.io \"fast\" not found", says: "class fast"),
        claim(
            "VolumeNotProvisioned", ["storageClassName": "fast"],
            event:
                "failed to provision volume with StorageClass \"fast\": rpc error: code = ResourceExhausted desc = pool "
                + "is full", says: "pool is full"),
        claim("NoStorageClass", [:], says: "no storage class"),
        claim("ClaimPending", ["storageClassName": "fast"], says: "class fast"),
    ]

    private static func claim(
        _ rule: String, _ specification: JSONValue, phase: String = "Pending", _ severity: ProblemSeverity = .passing,
        event message: String? = nil, says: String
    ) -> RuleCase {
        let volume: JSONValue = ["name": "data", "persistentVolumeClaim": ["claimName": "data"]]
        let condition: JSONValue = [
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": .string(
                "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are "
                    + "available: 1 Preemption is not helpful for scheduling."),
        ]
        let claim: JSONValue = [
            "metadata": ["name": "data"], "spec": specification, "status": ["phase": .string(phase)],
        ]
        return of(
            rule, severity,
            pod(
                ["phase": "Pending"], age: 20, specification: ["nodeName": "", "volumes": [volume]],
                conditions: [condition]),
            events: message.map { [event("ProvisioningFailed", $0, about: "PersistentVolumeClaim", "data")] } ?? [],
            claims: [claim], says: "PersistentVolumeClaim data", says)
    }

    static let admissions: [RuleCase] = [
        refused(
            "QuotaExceeded",
            "pods \"orders-7d4b9c-x\" is forbidden: exceeded quota: understudy, requested: requests.cpu=2, used: "
                + "requests.cpu=500m, limited: requests.cpu=1", says: "requested: requests.cpu=2", "limited"),
        refused(
            "QuotaNeedsLimits",
            "pods \"orders-7d4b9c-x\" is forbidden: failed quota: understudy: must specify limits.cpu for: orders",
            says: "limits.cpu for: orders"),
        refused(
            "LimitRangeViolated",
            "pods \"orders-7d4b9c-x\" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi",
            says: "but limit is 2Gi"),
        refused(
            "PodSecurityRefused",
            "pods \"orders-7d4b9c-x\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation "
                + "!= false (container \"orders\" must set securityContext.allowPrivilegeEscalation=false)",
            says: "Pod Security level", "allowPrivilegeEscalation=false"),
        refused(
            "WebhookRefused",
            "admission webhook \"validate.kyverno.svc-fail\" denied the request: resource Pod/orders was blocked due to the "
                + "following policies", says: "following policies"),
        refused(
            "WebhookUnreachable",
            "Internal error occurred: failed calling webhook \"inject.example\": failed to call webhook: Post "
                + "\"https://inject.mesh.svc:443/inject?timeout=10s\": dial tcp 10.0.0.1:443: connect: connection refused",
            says: "does not answer", severity: .passing),
        refused(
            "PolicyRefused",
            "pods \"orders-7d4b9c-x\" is forbidden: ValidatingAdmissionPolicy 'no-latest' with binding 'all' denied request: "
                + "tag missing", says: "tag missing"),
        refused(
            "ServiceAccountMissing",
            "pods \"orders-7d4b9c-\" is forbidden: error looking up service account preview-x/orders: serviceaccount "
                + "\"orders\" not found", says: "service account"),
        refused(
            "PriorityClassMissing",
            "pods \"orders-7d4b9c-x\" is forbidden: no PriorityClass with name gold was found", says: "gold"),
        refused("PodRefused", "Internal error occurred: something that nobody has seen before", says: "nobody"),
        RuleCase(
            rule: "QuotaExceeded", says: ["StatefulSet orders"], severity: .final,
            note: "a StatefulSet has an Event only",
            observation: ServiceObservation(
                workloads: [
                    [
                        "apiVersion": "apps/v1", "kind": "StatefulSet",
                        "metadata": ["name": "orders", "creationTimestamp": ago(40)],
                        "spec": ["replicas": 1], "status": [:],
                    ]
                ], pods: [],
                events: event(
                    "FailedCreate",
                    "create Pod orders-0 in StatefulSet orders failed error: pods \"orders-0\" is forbidden: exceeded "
                        + "quota: understudy, requested: pods=1, used: pods=10, limited: pods=10",
                    about: "StatefulSet", "orders")), reason: "FailedCreate"),
        RuleCase(
            rule: "NoPodMade", says: ["Deployment orders"], severity: .passing,
            observation: ServiceObservation(workloads: [deployment()], pods: [])),
    ]

    private static func unmounted(
        _ rule: String, _ message: String, reason: String = "FailedMount", says: String
    ) -> RuleCase {
        of(
            rule, .final, pod(waiting("ContainerCreating")), events: [event(reason, message)],
            says: "Pod orders-1 cannot start", says, reason: reason)
    }

    static let volumes: [RuleCase] = [
        unmounted(
            "VolumeSecretMissing", "MountVolume.SetUp failed for volume \"tls\" : secret \"orders-tls\" not found",
            says: "Secret orders-tls"),
        unmounted(
            "VolumeConfigMapMissing",
            "MountVolume.SetUp failed for volume \"conf\" : configmap \"orders-conf\" not found",
            says: "ConfigMap orders-conf"),
        unmounted(
            "VolumeKeyMissing",
            "MountVolume.SetUp failed for volume \"conf\" : references non-existent config key: app.toml",
            says: "app.toml"),
        unmounted(
            "VolumeAttachedElsewhere",
            "Multi-Attach error for volume \"pvc-1\" Volume is already used by pod(s) orders-0",
            reason: "FailedAttachVolume",
            says: "another node"),
        unmounted(
            "VolumeNotAttached",
            "AttachVolume.Attach failed for volume \"pvc-1\" : rpc error: code = Internal desc = could not attach volume",
            reason: "FailedAttachVolume",
            says: "(AttachVolume.Attach failed for volume \"pvc-1\" : could not attach volume)"),
        unmounted(
            "VolumeNotMounted",
            "MountVolume.SetUp failed for volume \"nfs\" : mount failed: exit status 32 Mounting command: mount",
            says: "exit status 32"),
    ]

    static let networks: [RuleCase] = [
        unmounted(
            "SandboxFailed",
            "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "
                + "\"0f3d1fb0d2f8f4b5ac4c7f0e5f1a0b9c0f3d1fb0d2f8f4b5ac4c7f0e5f1a0b9c\": plugin type=\"calico\" failed (add): "
                + "error getting ClusterInformation", reason: "FailedCreatePodSandBox", says: "sandbox \"…\": plugin"),
        unmounted(
            "PodAddressesExhausted",
            "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \"abc\": "
                + "plugin type=\"bridge\" failed (add): failed to allocate for range 0: no IP addresses available in range set",
            reason: "FailedCreatePodSandBox", says: "no address left"),
        unmounted(
            "NodeNetworkNotReady",
            "network is not ready: container runtime network not ready: NetworkReady=false "
                + "reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
            reason: "NetworkNotReady", says: "network is not ready"),
    ]

    static let ports: [RuleCase] = [
        RuleCase(
            rule: "ServicePortUnknown", says: ["Service orders", "\"http\""], severity: .final,
            observation: ServiceObservation(
                workloads: [deployment(ready: 1)], pods: [],
                services: [
                    [
                        "metadata": ["name": "orders"],
                        "spec": ["selector": ["app": "orders"], "ports": [["port": 80, "targetPort": "http"]]],
                    ]
                ]))
    ]

    static let rollouts: [RuleCase] = [
        RuleCase(
            rule: "PodStaysTerminating", says: ["Pod orders-0", "should have ended by"], severity: .passing,
            observation: ServiceObservation(
                workloads: [deployment()],
                pods: [
                    pod(container(["ready": true, "state": ["running": [:]]])),
                    [
                        "metadata": ["name": "orders-0", "deletionTimestamp": ago(30)],
                        "status": ["phase": "Running"],
                    ],
                ])),
        RuleCase(
            rule: "ProgressDeadlineExceeded", says: ["Deployment orders"], severity: .final,
            observation: ServiceObservation(
                workloads: [
                    deployment(conditions: [
                        ["type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"]
                    ])
                ],
                pods: [pod(container(["ready": true, "state": ["running": [:]]]))]), reason: "ProgressDeadlineExceeded"),
    ]

    static let all: [RuleCase] =
        lostPods + images + starts + endings + placements + admissions + volumes + networks + probes + waits + ports
        + logs + rollouts
}
