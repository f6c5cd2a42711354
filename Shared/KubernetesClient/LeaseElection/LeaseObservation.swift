/// Judges by this process's own clock whether somebody else's lease has run out: it has when it was seen unchanged for
/// its whole duration.
struct LeaseObservation: Sendable {
    private var version: String?
    private var seenSince: ContinuousClock.Instant?

    /// Notes how the lease is now, and says whether it has run out.
    mutating func hasRunOut(_ lease: KubernetesObject, duration: Duration, now: ContinuousClock.Instant) -> Bool {
        // The holder and the time, not the object's version: somebody may label the lease without renewing it.
        let current = "\(lease.spec["holderIdentity"].string ?? "") \(lease.spec["renewTime"].string ?? "")"
        guard current == version, let seenSince else {
            version = current
            seenSince = now
            return false
        }
        return now - seenSince >= duration
    }
}
