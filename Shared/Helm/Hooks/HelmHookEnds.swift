import KubernetesClient

/// Says when hooks have ended so long ago that Helm should have gone on.
struct HelmHookEnds: Sendable {
    /// Pods of hooks that ran before this installation.
    private let earlier: Set<String>
    private let silence: Duration
    private let begin: ContinuousClock.Instant
    /// How long Helm took to the first pod: on a cluster that is slow, or with much to install, it takes longer after it
    /// as well.
    private var pace: Duration?
    private var rest: (pods: Set<String>, since: ContinuousClock.Instant)?

    /// Begins with what is there before the installation.
    init(earlier: [KubernetesObject], silence: Duration, begin: ContinuousClock.Instant = .now) {
        self.earlier = Set(earlier.compactMap(\.uid))
        self.silence = silence
        self.begin = begin
    }

    /// Takes a look at the hooks' pods. Returns whether all have ended, or gone, and nothing has changed for too long.
    mutating func areOverdue(_ pods: [KubernetesObject], at now: ContinuousClock.Instant) -> Bool {
        let own = pods.filter { pod in pod.uid.map { !earlier.contains($0) } ?? false }
        if pace == nil, !own.isEmpty { pace = now - begin }
        guard let pace, own.allSatisfy({ HelmHookEnd(pod: $0).hasEnded }) else {
            rest = nil
            return false
        }
        let known = Set(own.compactMap(\.uid))
        guard let rest, rest.pods == known else {
            rest = (known, now)
            return false
        }
        return now - rest.since >= max(silence, pace * 3)
    }
}

/// Whether and how a hook, a Job or a pod, has ended.
struct HelmHookEnd: Sendable {
    let name: String
    let hasEnded: Bool
    let hasFailed: Bool

    init(job: KubernetesObject) {
        name = job.name
        hasFailed = job.condition("Failed")?.isTrue == true
        hasEnded = hasFailed || job.condition("Complete")?.isTrue == true
    }

    init(pod: KubernetesObject) {
        name = pod.name
        hasFailed = pod.status["phase"].string == "Failed"
        hasEnded = hasFailed || pod.status["phase"].string == "Succeeded"
    }
}
