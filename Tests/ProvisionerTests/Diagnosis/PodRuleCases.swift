import KubernetesClient

@testable import Provisioner

extension RuleCase {
    static let images: [RuleCase] = [
        of(
            "InvalidImageName", .final,
            pod(
                waiting(
                    "InvalidImageName",
                    "Failed to apply default image tag \"Shop/Orders:9\": couldn't parse image name \"Shop/Orders:9\": "
                        + "invalid reference format: repository name (Shop/Orders) must be lowercase"),
                age: 0), says: "must be lowercase", reason: "InvalidImageName"),
        of(
            "ImageNeverPulled", .final,
            pod(
                waiting(
                    "ErrImageNeverPull",
                    "Container image \"shop/orders:9\" is not present with pull policy of Never")),
            says: "shop/orders:9", "Never"),
        unpulled(
            "ImageNotFound",
            "rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/shop/orders:9\": failed to "
                + "resolve reference \"docker.io/shop/orders:9\": docker.io/shop/orders:9: not found",
            says: "does not exist (failed to pull", note: "containerd"),
        unpulled(
            "ImageNotFound",
            "rpc error: code = Unknown desc = initializing source docker://registry.example/shop/orders:9: reading "
                + "manifest 9 in registry.example/shop/orders: manifest unknown", note: "CRI-O"),
        of(
            "ImageNotFound", .final,
            pod(waiting("ImagePullBackOff", "Back-off pulling image \"shop/orders:9\"")),
            events: [
                event(
                    "Failed",
                    "Failed to pull image \"shop/orders:9\": rpc error: code = NotFound desc = failed to pull and unpack "
                        + "image \"docker.io/shop/orders:9\": docker.io/shop/orders:9: not found"),
                event("Failed", "Error: ImagePullBackOff", age: 1),
            ], says: "does not exist", note: "the cause is in an Event only", reason: "ImagePullBackOff"),
        unpulled(
            "ImagePullRefused",
            "rpc error: code = Unknown desc = failed to pull and unpack image \"docker.io/shop/orders:9\": failed to resolve "
                + "reference \"docker.io/shop/orders:9\": pull access denied, repository does not exist or may require "
                + "authorization: server message: insufficient_scope: authorization failed", note: "containerd"),
        unpulled(
            "ImagePullRefused",
            "unable to retrieve auth token: invalid username/password: unauthorized: authentication required",
            note: "CRI-O"),
        unpulled(
            "RegistryNameUnknown",
            "failed to pull and unpack image \"registry.invalid/orders:9\": failed to resolve reference: failed to do "
                + "request: Head \"https://registry.invalid/v2/orders/manifests/9\": dial tcp: lookup registry.invalid on "
                + "10.96.0.10:53: no such host"),
        unpulled(
            "RegistryUntrusted",
            "failed to do request: Head \"https://registry.example/v2/shop/orders/manifests/9\": tls: failed to verify "
                + "certificate: x509: certificate signed by unknown authority"),
        unpulled(
            "RegistryUnreachable",
            "failed to do request: Head \"https://10.0.0.9/v2/shop/orders/manifests/9\": dial tcp 10.0.0.9:443: connect: "
                + "connection refused"),
        unpulled(
            "RegistryRateLimited",
            "failed to copy: httpReadSeeker: failed open: unexpected status code 429 Too Many Requests - Server message: "
                + "toomanyrequests: You have reached your pull rate limit."),
        unpulled(
            "ImageForOtherPlatform",
            "failed to pull and unpack image \"docker.io/shop/orders:9\": no match for platform in manifest: not found",
            note: "containerd"),
        unpulled(
            "ImageForOtherPlatform",
            "choosing image instance: no image found in manifest list for architecture \"arm64\", variant \"v8\", OS "
                + "\"linux\"", note: "CRI-O"),
        unpulled(
            "NodeDiskFull",
            "failed to pull and unpack image \"docker.io/shop/orders:9\": failed to extract layer: write "
                + "/var/lib/containerd/x: no space left on device"),
        unpulled(
            "ImageSignatureInvalid", "SignatureValidationFailed: signature validation failed for image shop/orders:9"),
        unpulled("ImagePullFailed", "something that nobody has seen before"),
    ]

    private static func start(
        _ rule: String, _ reason: String, _ message: String, says: String, note: String = ""
    ) -> RuleCase {
        of(rule, .final, pod(waiting(reason, message)), says: "Container orders", says, note: note, reason: reason)
    }

    static let starts: [RuleCase] = [
        start(
            "SecretKeyMissing", "CreateContainerConfigError",
            "couldn't find key password in Secret preview-x/orders-db",
            says: "key password of Secret orders-db"),
        start(
            "ConfigMapKeyMissing", "CreateContainerConfigError", "couldn't find key mode in ConfigMap preview-x/orders",
            says: "key mode of ConfigMap orders"),
        start(
            "SecretMissing", "CreateContainerConfigError", "secret \"orders-db\" not found", says: "Secret orders-db"),
        start(
            "ConfigMapMissing", "CreateContainerConfigError", "configmap \"orders\" not found", says: "ConfigMap orders"
        ),
        start(
            "RunsAsRoot", "CreateContainerConfigError",
            "container has runAsNonRoot and image will run as root (pod: \"orders-1_preview-x(1)\", container: orders)",
            says: "run as root"),
        start(
            "CommandNotFound", "RunContainerError",
            "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
                + "unable to start container process: error during container init: exec: \"orderz\": executable file not "
                + "found in $PATH: unknown", says: "orderz", note: "containerd"),
        start(
            "CommandNotFound", "CreateContainerError",
            "container create failed: executable file `orderz` not found in $PATH: No such file or directory",
            says: "orderz", note: "CRI-O with crun"),
        of(
            "CommandNotFound", .final,
            pod(
                crashed(
                    128, "StartError", message: "exec: \"/bin/orderz\": stat /bin/orderz: no such file or directory")),
            says: "/bin/orderz", note: "between two attempts", reason: "CrashLoopBackOff"),
        of("CommandNotFound", .passing, pod(crashed(127)), says: "127", "not found", note: "a shell says so"),
        start(
            "CommandNotExecutable", "RunContainerError",
            "runc create failed: unable to start container process: exec: \"/app/run\": permission denied: unknown",
            says: "/app/run"),
        of("CommandNotExecutable", .passing, pod(crashed(126)), says: "126", note: "a shell says so"),
        start(
            "WrongArchitecture", "RunContainerError",
            "unable to start container process: exec /app/run: exec format error", says: "processor"),
        start(
            "WorkingDirectoryMissing", "RunContainerError",
            "OCI runtime create failed: runc create failed: unable to start container process: error during container "
                + "init: chdir to cwd (\"/srv/orders\") set in config.json failed: no such file or directory: unknown",
            says: "/srv/orders"),
        of(
            "LifecycleHookFailed", .passing,
            pod(
                waiting(
                    "PostStartHookError",
                    "Exec lifecycle hook ([/bin/warm]) for Container \"orders\" in Pod \"orders-1\" failed - error: command "
                        + "'/bin/warm' exited with 1")), says: "/bin/warm"),
        start(
            "ContainerCannotStart", "CreateContainerError", "context deadline exceeded",
            says: "context deadline exceeded"),
    ]

    private static let probed: JSONValue = [
        "containers": [
            [
                "name": "orders", "image": "shop/orders:9", "ports": [["name": "web", "containerPort": 8080]],
                "livenessProbe": ["httpGet": ["path": "/live", "port": "web"]],
                "startupProbe": ["httpGet": ["path": "/up", "port": "web"]],
                "readinessProbe": ["httpGet": ["path": "/ready", "port": "web"]],
            ]
        ]
    ]

    static let endings: [RuleCase] = [
        of(
            "OutOfMemory", .passing,
            pod(
                crashed(137, "OOMKilled"),
                specification: [
                    "containers": [["name": "orders", "resources": ["limits": ["memory": "128Mi"]]]]
                ]), says: "limit of 128Mi", "restarted once", reason: "OOMKilled"),
        of("OutOfMemory", .final, pod(crashed(137, "OOMKilled", restarts: 3)), says: "memory", note: "again and again"),
        of(
            "LivenessProbeKills", .passing, pod(crashed(137), specification: probed),
            events: [
                event(
                    "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500",
                    path: "spec.containers{orders}")
            ], says: "liveness probe", "statuscode: 500"),
        of(
            "StartupProbeKills", .final, pod(crashed(143, restarts: 4), specification: probed),
            events: [
                event(
                    "Unhealthy",
                    "Startup probe failed: Get \"http://10.1.2.3:8080/up\": dial tcp 10.1.2.3:8080: connect: connection "
                        + "refused", path: "spec.containers{orders}")
            ], says: "startup probe", "connection refused", "4 times"),
        of(
            "ContainerLost", .passing,
            pod(
                container([
                    "state": [
                        "terminated": [
                            "reason": "ContainerStatusUnknown", "exitCode": 137,
                            "message": "The container could not be located when the pod was terminated",
                        ]
                    ]
                ])), says: "lost container orders", reason: "ContainerStatusUnknown"),
        of(
            "ContainerCompleted", .final, pod(crashed(0, "Completed", restarts: 3)), says: "exit code 0", "keep running"
        ),
        of("SegmentationFault", .passing, pod(crashed(139)), says: "139", "segmentation fault"),
        of("ContainerAborted", .passing, pod(crashed(134)), says: "134"),
        of("ContainerKilled", .passing, pod(crashed(137)), says: "137", "SIGKILL"),
        of("ContainerTerminated", .passing, pod(crashed(143)), says: "143", "SIGTERM"),
        of(
            "CrashLoop", .final, pod(crashed(1, restarts: 3)), says: "exit code 1", "3 times",
            reason: "CrashLoopBackOff"),
        of("CrashLoop", .passing, pod(crashed(2)), says: "exit code 2", "arguments", note: "wrong arguments"),
        of(
            "CrashLoop", .passing,
            pod([
                "phase": "Pending",
                "containerStatuses": [["name": "orders", "state": ["waiting": ["reason": "PodInitializing"]]]],
                "initContainerStatuses": [
                    [
                        "name": "migrate", "restartCount": 1, "state": ["waiting": ["reason": "CrashLoopBackOff"]],
                        "lastState": ["terminated": ["exitCode": 1, "reason": "Error"]],
                    ]
                ],
            ]), says: "Init container migrate", note: "an init container"),
    ]

    private static func unready(
        _ rule: String, _ message: String, says: String..., severity: ProblemSeverity = .passing, note: String = ""
    ) -> RuleCase {
        var found = of(
            rule, severity, pod(running(), specification: probed), events: [event("Unhealthy", message)], note: note)
        found.says = says
        return found
    }

    static let probes: [RuleCase] = [
        unready(
            "PortNotListening",
            "Readiness probe failed: Get \"http://10.1.2.3:8080/ready\": dial tcp 10.1.2.3:8080: connect: connection refused",
            says: "readiness probe failed", "nothing listens on 10.1.2.3:8080"),
        unready(
            "ProbeTimesOut",
            "Readiness probe failed: Get \"http://10.1.2.3:8080/ready\": context deadline exceeded (Client.Timeout exceeded "
                + "while awaiting headers)", says: "no answer from 10.1.2.3:8080"),
        unready(
            "ProbeAnswersError", "Readiness probe failed: HTTP probe failed with statuscode: 503",
            says: "HTTP status 503"),
        unready(
            "ProbeFails", "Startup probe failed: cat: can't open '/tmp/up': No such file", says: "/tmp/up", "startup"),
        unready(
            "ProbeFails", "Readiness probe failed: service unhealthy (responded with \"NOT_SERVING\")",
            says: "NOT_SERVING", note: "gRPC"),
        of(
            "ProbePortUnknown", .final,
            pod(
                running(),
                specification: [
                    "containers": [["name": "orders", "readinessProbe": ["httpGet": ["port": "http"]]]]
                ]), says: "\"http\""),
        of("NotReady", .passing, pod(running()), says: "readiness probe does not succeed"),
        of(
            "ReadinessGateOpen", .passing,
            pod(
                container(["ready": true, "state": ["running": ["startedAt": ago(30)]]]),
                conditions: [
                    assigned,
                    [
                        "type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady",
                        "message": "corresponding condition of pod readiness gate \"target-health\" does not exist.",
                        "lastTransitionTime": ago(30),
                    ],
                ]), says: "target-health", reason: "ReadinessGatesNotReady"),
    ]

    static let waits: [RuleCase] = [
        of(
            "InitContainerRuns", .passing,
            pod([
                "phase": "Pending",
                "initContainerStatuses": [["name": "wait-for-db", "state": ["running": ["startedAt": ago(40)]]]],
                "containerStatuses": [["name": "orders", "state": ["waiting": ["reason": "PodInitializing"]]]],
            ]), says: "Init container wait-for-db", "running since"),
        of(
            "ImagePullSlow", .passing,
            pod(
                waiting("ContainerCreating"),
                conditions: [
                    assigned, ["type": "PodReadyToStartContainers", "status": "True", "lastTransitionTime": ago(40)],
                ]), says: "shop/orders:9", "since"),
        of("ContainerCreating", .passing, pod(waiting("ContainerCreating")), says: "has been waiting since"),
        of(
            "NotScheduled", .passing, pod(["phase": "Pending"], specification: ["nodeName": ""], conditions: []),
            says: "no scheduler"),
        of("NodeSilent", .passing, pod(["phase": "Pending"]), says: "node-1"),
    ]

    static let logs: [RuleCase] = [
        of(
            "LogSaysWrongArchitecture", .passing, pod(crashed(255)), says: "another processor",
            log: ["exec /app/run: exec format error"]),
        of(
            "LogSaysPortTaken", .passing, pod(crashed(1)), says: "taken already",
            log: ["listen tcp :8080: bind: address already in use"]),
        of(
            "LogSaysPortForbidden", .passing, pod(crashed(1)), says: "below 1024",
            log: ["nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)"]),
        of(
            "LogSaysReadOnly", .passing, pod(crashed(1)), says: "read-only",
            log: ["OSError: [Errno 30] Read-only file system: '/app/cache'"]),
    ]
}
