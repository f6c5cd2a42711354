import Foundation

extension ClusterWords {
    /// Something that texts of the cluster say, in each wording that is known of it.
    struct Phrase: Sendable {
        /// Lower case; the parts of one wording follow each other.
        fileprivate(set) var wordings: [[String]]

        fileprivate init(_ wordings: String...) {
            self.wordings = wordings.map { $0.components(separatedBy: "*") }
        }
    }
}

// Pulling images: containerd, CRI-O (containers/image) and the registries behind them.
extension ClusterWords.Phrase {
    static let wrongPlatform = Self(
        "no match for platform", "no image found in manifest list for architecture",
        "no image found in image index for architecture", "no matching manifest for",
        "does not match the specified platform")
    static let rateLimited = Self("toomanyrequests", "too many requests", "pull rate limit")
    static let pullDenied = Self(
        "pull access denied", "insufficient_scope", "unauthorized", "401 ", "403 forbidden", "authentication required",
        "no basic auth credentials", "requested access to the resource is denied", "failed to authorize", "denied: ",
        "authorization failed", "invalid username/password")
    static let nameUnknown = Self(
        "no such host", "server misbehaving", "temporary failure in name resolution", "lookup *i/o timeout")
    static let untrusted = Self(
        "x509:", "tls: ", "certificate signed by unknown authority", "server gave http response to https client")
    static let unreachable = Self(
        "connection refused", "i/o timeout", "tls handshake timeout", "context deadline exceeded",
        "connection reset by peer", "no route to host", "network is unreachable", "client.timeout", ": eof",
        "502 bad gateway", "503 service unavailable", "500 internal server error", "504 gateway")
    static let imageNotFound = Self(
        ": not found", "manifest unknown", "name unknown", "manifest for*not found", "404 not found",
        "repository does not exist", "no such manifest", "code = notfound")
    static let noSpace = Self("no space left on device", "disk quota exceeded")
    static let badSignature = Self("signature validation failed", "signature for*could not be verified")
}

// Making and starting containers: runc, crun and the kubelet.
extension ClusterWords.Phrase {
    static let secretMissing = Self("secret \"*\" not found", "secrets \"*\" not found")
    static let configMapMissing = Self("configmap \"*\" not found", "configmaps \"*\" not found")
    static let keyMissing = Self("couldn't find key*in", "references non-existent", "non-existent*key")
    static let runsAsRoot = Self("runasnonroot")
    static let wrongFormat = Self("exec format error")
    static let badDirectory = Self(
        "chdir to cwd", "no such file or directory*working directory", "chdir to `", "cwd*not")
    static let notExecutable = Self("exec*permission denied", "open executable: permission denied")
    static let commandMissing = Self(
        "executable file*not found", "exec*no such file or directory", "stat*no such file or directory",
        "no such file or directory: oci")
    static let readOnly = Self("read-only file system")
    static let portTaken = Self("address already in use")
    static let lowPort = Self("bind*permission denied", "permission denied*bind", "listen*permission denied")
}

// Scheduling.
extension ClusterWords.Phrase {
    static let tooLittleCPU = Self("insufficient cpu")
    static let tooLittleMemory = Self("insufficient memory")
    static let tooLittleElse = Self("insufficient ")
    static let tooManyPods = Self("too many pods")
    static let unmatchedSelector = Self(
        "didn't match pod's node affinity", "didn't match node selector", "didn't match pod affinity",
        "didn't match pod anti-affinity", "didn't satisfy existing pods anti-affinity",
        "didn't match pod topology spread")
    static let volumeElsewhere = Self(
        "volume node affinity conflict", "didn't match persistentvolume's node affinity",
        "exceed max volume count", "no available volume zone")
    static let portsTaken = Self("didn't have free ports")
    static let tainted = Self("untolerated taint", "had taint")
    static let cordoned = Self("were unschedulable", "was unschedulable")
    static let noNodes = Self("no nodes available", "0/0 nodes")
    static let claimMissing = Self("persistentvolumeclaim \"*\" not found")
    static let claimUnbound = Self(
        "unbound immediate persistentvolumeclaims", "didn't find available persistent volumes",
        "unbound persistentvolumeclaims")
}

// Admission of pods.
extension ClusterWords.Phrase {
    static let quotaExceeded = Self("exceeded quota")
    static let quotaNeedsValues = Self("failed quota*must specify")
    static let outsideLimits = Self(
        "maximum*usage per", "minimum*usage per", "max limit to request ratio", "must be less than or equal to*limit")
    static let podSecurity = Self("violates podsecurity")
    static let webhookFailed = Self("failed calling webhook", "failed to call webhook")
    static let webhookRefused = Self("admission webhook*denied")
    static let policyRefused = Self("validatingadmissionpolicy*denied")
    static let accountMissing = Self("serviceaccount*not found", "error looking up service account")
    static let priorityMissing = Self("no priorityclass")
}

// Probes, nodes, networks and storage.
extension ClusterWords.Phrase {
    static let refused = Self("connection refused")
    static let timedOut = Self(
        "context deadline exceeded", "client.timeout", "i/o timeout", "command timed out", "timeout: ",
        "deadline exceeded")
    static let statusCode = Self("probe failed with statuscode")
    static let memory = Self("resource: memory", "memorypressure")
    static let storage = Self(
        "ephemeral", "resource: nodefs", "resource: imagefs", "emptydir volume", "diskpressure", "inodes")
    static let noAddresses = Self(
        "no ip addresses available", "failed to allocate for range", "no available ip", "ip pool*exhausted",
        "no free*address", "insufficientfreeaddresses", "failed to assign an ip address")
    static let networkNotReady = Self(
        "networkpluginnotready", "network is not ready", "cni plugin not initialized", "cni config uninitialized")
    static let attachedElsewhere = Self("multi-attach error")
    static let classMissing = Self("storageclass*not found")
}
