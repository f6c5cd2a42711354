import Foundation
import KubernetesClient
import PreviewDomain
import Testing

@testable import Provisioner

/// How a resource's status follows from what was seen and said.
@Suite struct EnvironmentStatusTests {
    private static let resource = PreviewResource(cluster: "local", namespace: "team", name: "pr-1", uid: "u-1")
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static func state(
        _ status: PreviewStatus, revision: Int, resourceGeneration: Int = 1, generation: Int = 1,
        cleanup: CleanupState = .none, failure: Failure? = nil, madeAfter: TimeInterval = 0
    ) -> PreviewStateReported {
        EnvironmentFixture.state(
            of: resource, status, revision: revision, resourceGeneration: resourceGeneration, generation: generation,
            cleanup: cleanup, failure: failure, createdAt: start + madeAfter, observedAt: start + Double(revision))
    }

    private static func refusal(
        _ code: String, generation: Int = 1, isPassing: Bool = false
    ) -> PreviewRefused {
        PreviewRefused(
            organization: .default, request: "r", name: "pr-1", resource: resource, resourceGeneration: generation,
            code: code, message: "It can't be done.",
            errors: [FieldProblem("services[0]", .unknownApplication, "There is no application api.")],
            isPassing: isPassing)
    }

    private func shown(_ change: (inout EnvironmentStatus) -> Void) -> EnvironmentStatus {
        var status = EnvironmentStatus()
        status.look(generation: 1, isDeleting: false)
        change(&status)
        return status
    }

    // MARK: Phases

    @Test(
        arguments: [
            (.pending, 1, .pending), (.deploying, 1, .creating), (.ready, 1, .ready), (.approved, 1, .ready),
            (.failed, 1, .failed), (.pending, 2, .updating), (.deploying, 2, .updating), (.ready, 2, .ready),
            (.completed, 1, .deleting), (.rejected, 1, .deleting), (.expired, 1, .deleting), (.tornDown, 1, .deleting),
        ] as [(PreviewStatus, Int, EnvironmentPhase)])
    func `the phase follows from the preview's status and generation`(
        status: PreviewStatus, generation: Int, phase: EnvironmentPhase
    ) {
        let result = shown {
            $0.take(Self.state(status, revision: 1, generation: generation), generation: 1, isDeleting: false)
        }
        #expect(result.phase == phase)
        #expect(result.verdicts[.ready]?.holds == (phase == .ready))
        #expect(result.verdicts[.failed]?.holds == (phase == .failed))
    }

    @Test func `a new resource is pending with every condition`() {
        let status = shown { _ in }
        #expect(status.phase == .pending)
        #expect(Set(status.verdicts.keys) == Set(EnvironmentCondition.allCases))
        #expect(status.observedGeneration == 1)
    }

    @Test func `from a change to the newest generation's readiness the phase is Updating and nothing else`() {
        var status = shown { $0.take(Self.state(.ready, revision: 1), generation: 1, isDeleting: false) }
        var phases: [EnvironmentPhase?] = [status.phase]
        status.look(generation: 2, isDeleting: false)
        phases.append(status.phase)
        // What is still said about the former generation, and about the new one on its way.
        let states = [
            Self.state(.ready, revision: 2), Self.state(.failed, revision: 3),
            Self.state(.deploying, revision: 4, resourceGeneration: 2, generation: 2),
            Self.state(.pending, revision: 5, resourceGeneration: 2, generation: 2),
            Self.state(.ready, revision: 6, resourceGeneration: 2, generation: 2),
        ]
        for state in states {
            status.take(state, generation: 2, isDeleting: false)
            phases.append(status.phase)
        }
        #expect(phases == [.ready, .updating, .updating, .updating, .updating, .updating, .ready])
        #expect(status.observedGeneration == 2)
    }

    @Test func `readiness of a generation that was overtaken does not show`() {
        var status = shown { $0.take(Self.state(.ready, revision: 1), generation: 1, isDeleting: false) }
        status.look(generation: 3, isDeleting: false)
        status.take(
            Self.state(.ready, revision: 2, resourceGeneration: 2, generation: 2), generation: 3, isDeleting: false)
        #expect(status.phase == .updating)
    }

    @Test func `an older state never replaces a newer one`() {
        let newer = shown { $0.take(Self.state(.ready, revision: 5), generation: 1, isDeleting: false) }
        var status = newer
        let counted = status.take(Self.state(.deploying, revision: 4), generation: 1, isDeleting: false)
        #expect(!counted)
        #expect(status == newer)
    }

    @Test func `a preview made anew begins with a revision of its own`() {
        var status = shown { $0.take(Self.state(.ready, revision: 5), generation: 1, isDeleting: false) }
        let counted = status.take(
            Self.state(.deploying, revision: 1, madeAfter: 60), generation: 1, isDeleting: false)
        #expect(counted)
        #expect(status.phase == .creating)
    }

    @Test func `a deleted resource is Deleting until it goes, whatever is said`() {
        var status = shown { $0.take(Self.state(.ready, revision: 1), generation: 1, isDeleting: false) }
        status.look(generation: 2, isDeleting: true)
        #expect(status.phase == .deleting)
        status.take(Self.state(.ready, revision: 2), generation: 2, isDeleting: true)
        #expect(status.phase == .deleting)
        status.take(Self.refusal("invalid"), generation: 2, now: Self.start)
        #expect(status.phase == .deleting)
    }

    @Test func `a cleanup that is stuck says what is stuck`() {
        var status = shown { $0.look(generation: 2, isDeleting: true) }
        let failure = Failure(reason: "Stuck", message: "PersistentVolumeClaim data is held by a finalizer.")
        status.take(
            Self.state(.tornDown, revision: 1, cleanup: .stuck, failure: failure), generation: 2, isDeleting: true)
        #expect(status.phase == .deleting)
        #expect(status.verdicts[.failed] == ConditionVerdict(true, "CleanupStuck", failure.message))
        status.take(Self.state(.tornDown, revision: 2, cleanup: .running), generation: 2, isDeleting: true)
        #expect(status.verdicts[.failed]?.holds == false)
    }

    // MARK: Refusals

    @Test func `a passing refusal leaves the resource pending with the reason`() {
        let status = shown { $0.take(Self.refusal("quota-exceeded", isPassing: true), generation: 1, now: Self.start) }
        #expect(status.phase == .pending)
        #expect(status.verdicts[.ready]?.reason == "QuotaExceeded")
        #expect(status.verdicts[.failed]?.holds == false)
    }

    @Test func `a refusal for good is a failure that names the fields`() throws {
        let status = shown { $0.take(Self.refusal("invalid"), generation: 1, now: Self.start) }
        #expect(status.phase == .failed)
        let verdict = try #require(status.verdicts[.failed])
        #expect(verdict.holds == true)
        #expect(verdict.message == "It can't be done. services[0]: There is no application api.")
    }

    @Test func `a refused update stands while the former version goes on, until it is granted`() {
        var status = shown { $0.take(Self.state(.ready, revision: 1), generation: 1, isDeleting: false) }
        status.look(generation: 2, isDeleting: false)
        status.take(Self.refusal("invalid", generation: 2), generation: 2, now: Self.start)
        status.take(Self.state(.ready, revision: 2), generation: 2, isDeleting: false)
        #expect(status.phase == .failed)
        status.take(
            Self.state(.ready, revision: 3, resourceGeneration: 2, generation: 2), generation: 2, isDeleting: false)
        #expect(status.phase == .ready)
    }

    @Test func `a refusal of a former generation does not count`() {
        var status = shown { _ in }
        status.look(generation: 2, isDeleting: false)
        let before = status
        status.take(Self.refusal("invalid", generation: 1), generation: 2, now: Self.start)
        #expect(status == before)
    }

    @Test func `what was refused at first and is then corrected is pending, not updating`() {
        var status = shown { $0.take(Self.refusal("invalid"), generation: 1, now: Self.start) }
        status.look(generation: 2, isDeleting: false)
        #expect(status.phase == .pending)
    }

    // MARK: Contents

    @Test func `a failure gives its reason and next step`() {
        let failure = Failure(
            reason: "ImagePullBackOff", message: "The image is not there.", nextStep: "Push it.", logLines: [])
        let status = shown {
            $0.take(Self.state(.failed, revision: 1, failure: failure), generation: 1, isDeleting: false)
        }
        #expect(
            status.verdicts[.failed] == ConditionVerdict(true, "ImagePullBackOff", "The image is not there. Push it."))
    }

    @Test func `databases and addresses have conditions of their own`() {
        let parts: [PreviewStateReported.PartState] = [
            .init(name: "orders-db", isReady: true), .init(name: "stock-db", isReady: false, message: "40% copied"),
        ]
        #expect(
            ConditionVerdict(parts: parts, what: "databases", readyReason: "DatabasesReady")
                == ConditionVerdict(false, "InProgress", "stock-db: 40% copied"))
        #expect(ConditionVerdict(parts: [], what: "databases", readyReason: "DatabasesReady").holds == true)
        let failed = [PreviewStateReported.PartState(name: "db", isReady: false, hasFailed: true)]
        #expect(ConditionVerdict(parts: failed, what: "databases", readyReason: "DatabasesReady").reason == "Failed")
    }

    @Test(arguments: [
        ("quota-exceeded", "QuotaExceeded"), ("ImagePullBackOff", "ImagePullBackOff"),
        ("404 not found", "Reason404NotFound"),
        ("", "Unknown"), ("…", "Unknown"),
    ])
    func `a reason is one word that the schema takes`(text: String, word: String) {
        #expect(ConditionVerdict.word(text) == word)
    }

    @Test func `the status survives its way through the cluster`() throws {
        var object = KubernetesObject(type: .previewEnvironments, name: "pr-1", namespace: "team")
        let status = shown { $0.take(Self.state(.ready, revision: 7), generation: 1, isDeleting: false) }
        object.status = status.value(replacing: object, now: Self.start)
        #expect(EnvironmentStatus(of: object) == status)
        #expect(status.url == "https://pr-1.preview.example.com")
        #expect(status.value(replacing: object, now: Self.start + 99) == object.status)
    }

    @Test func `a condition's time moves with its status only, and others' conditions stay`() throws {
        var object = KubernetesObject(type: .previewEnvironments, name: "pr-1", namespace: "team")
        var status = shown { _ in }
        object.status = status.value(replacing: object, now: Self.start)
        object["status"]["conditions"] = .array(
            (object["status"]["conditions"].array ?? []) + [["type": "Reviewed", "status": "True"]])
        status.take(Self.state(.deploying, revision: 1), generation: 1, isDeleting: false)
        object.status = status.value(replacing: object, now: Self.start + 10)
        #expect(object.condition("Ready")?.lastTransitionTime == Self.start)
        #expect(object.condition("Reviewed")?.isTrue == true)
        status.take(Self.state(.ready, revision: 2), generation: 1, isDeleting: false)
        object.status = status.value(replacing: object, now: Self.start + 20)
        #expect(object.condition("Ready")?.lastTransitionTime == Self.start + 20)
        #expect(object.condition("Failed")?.lastTransitionTime == Self.start)
        #expect(object.condition("Ready")?.message == "All services are healthy")
        #expect(object.condition("Ready")?.reason == "ServicesReady")
    }

    // MARK: Events

    @Test func `each change of phase and each new obstacle is told once`() {
        let pending = shown { _ in }
        #expect(EnvironmentEvent.events(from: EnvironmentStatus(), to: pending).map(\.reason) == ["Pending"])
        #expect(EnvironmentEvent.events(from: pending, to: pending).isEmpty)
        var refused = pending
        refused.take(Self.refusal("quota-exceeded", isPassing: true), generation: 1, now: Self.start)
        let events = EnvironmentEvent.events(from: pending, to: refused)
        #expect(events.map(\.reason) == ["QuotaExceeded"])
        #expect(events.first?.isWarning == true)
        #expect(EnvironmentEvent.events(from: refused, to: refused).isEmpty)
        var ready = refused
        ready.take(Self.state(.ready, revision: 1), generation: 1, isDeleting: false)
        #expect(EnvironmentEvent.events(from: refused, to: ready).map(\.reason) == ["Ready"])
    }

    // MARK: Asking

    @Test func `changes follow each other with a pause, the first at once, the newest when it is over`() {
        let start = ContinuousClock.now
        func due(_ ask: GatewayAsk?, _ generation: Int) -> Duration {
            GatewayAsk.due(
                ask, generation: generation, first: start, pause: .seconds(10), repeatAfter: .seconds(60)) - start
        }
        var ask = GatewayAsk.sent(nil, generation: 1, now: start)
        #expect(due(nil, 1) == .zero)
        #expect(due(ask, 1) == .seconds(60))
        #expect(due(ask, 2) == .zero)
        ask = GatewayAsk.sent(ask, generation: 2, now: start + .seconds(1))
        #expect(due(ask, 2) == .seconds(61))
        for generation in 3...21 { #expect(due(ask, generation) == .seconds(11)) }
        ask = GatewayAsk.sent(ask, generation: 21, now: start + .seconds(11))
        #expect(due(ask, 21) == .seconds(71))
        #expect(due(ask, 22) == .seconds(21))
    }
}
