import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import Provisioner

/// PreviewEnvironments on a real API; the test answers as the gateway does.
@Suite(.timeLimit(.minutes(3))) struct EnvironmentTests {
    @Test func `a resource is held, asked for, and shows what the gateway says`() async throws {
        let fixture = try await EnvironmentFixture(organization: "acme")
        try await fixture.base.run { provisioner in
            try await fixture.create("pr-1")
            let request = try await fixture.applied("pr-1")
            #expect(request.organization.rawValue == "acme")
            #expect(request.targetVersion == EnvironmentFixture.sha)
            #expect(request.ttlSeconds == 14_400)
            let pending = try await fixture.object("pr-1") { $0.status["phase"].string == "Pending" }
            #expect(pending.finalizers == [EnvironmentSettings.finalizer])
            #expect(pending.uid == request.resource.uid)

            try await fixture.report(.deploying, of: request.resource, revision: 1, to: provisioner)
            try await fixture.object("pr-1") { $0.status["phase"].string == "Creating" }
            try await fixture.report(.ready, of: request.resource, revision: 2, to: provisioner)
            let ready = try await fixture.object("pr-1") { $0.status["phase"].string == "Ready" }
            #expect(ready.status["url"].string == "https://pr-1.preview.example.com")
            #expect(ready.status["namespace"].string == "preview-pr-1")
            #expect(ready.status["observedGeneration"].int == 1)
            #expect(
                ready.status["services"]
                    == [["name": "api", "ready": true, "url": "https://api-pr-1.preview.example.com"]])
            #expect(ready.status["costEstimate"] == ["currency": "USD", "hourlyCost": "0.05", "totalCost": "0.20"])
            #expect(ready.condition("Ready")?.message == "All services are healthy")
            for type in ["DatabasesReady", "AddressesReady"] { #expect(ready.condition(type)?.isTrue == true) }
            let reasons = try await fixture.events(of: "pr-1").compactMap { $0["reason"].string }
            // A test beside this one may have added its own impatience.
            #expect(Set(reasons).isSuperset(of: ["Pending", "Creating", "Ready"]))
        }
    }

    @Test func `an update shows as Updating until its generation is ready; a series of updates is asked for twice`()
        async throws
    {
        let fixture = try await EnvironmentFixture {
            $0.updatePause = .seconds(5)
            $0.settling = .zero
        }
        try await fixture.base.run { provisioner in
            try await fixture.create("pr-2")
            let request = try await fixture.applied("pr-2")
            try await fixture.report(.ready, of: request.resource, revision: 1, to: provisioner)
            try await fixture.object("pr-2") { $0.status["phase"].string == "Ready" }
            for number in 1...20 {
                try await fixture.update("pr-2", sha: String(format: "%040d", number))
            }
            let last = try await fixture.applied("pr-2", generation: 21)
            #expect(last.pullRequest.headSHA == String(format: "%040d", 20))
            let asked = fixture.messages.of(PreviewApplyRequested.self).filter { $0.resource == request.resource }
            #expect(asked.count <= 4, "asked for \(asked.map(\.resourceGeneration))")
            // What the former generation does meanwhile does not show.
            try await fixture.report(.ready, of: request.resource, revision: 2, to: provisioner)
            #expect(try await fixture.object("pr-2")?.status["phase"].string == "Updating")
            try await fixture.report(
                .ready, of: request.resource, revision: 3, resourceGeneration: 21, generation: 3, to: provisioner)
            try await fixture.object("pr-2") { $0.status["phase"].string == "Ready" }
        }
    }

    @Test func `a deleted resource stays until the gateway says that nothing is left`() async throws {
        let fixture = try await EnvironmentFixture()
        try await fixture.base.run { provisioner in
            try await fixture.create("pr-3")
            let resource = try await fixture.applied("pr-3").resource
            try await fixture.report(.deploying, of: resource, revision: 1, to: provisioner)
            try await fixture.delete("pr-3")
            #expect(try await fixture.withdrawn("pr-3").resource == resource)
            try await fixture.report(.tornDown, of: resource, revision: 2, cleanup: .running, to: provisioner)
            let deleting = try await fixture.object("pr-3") { $0.status["phase"].string == "Deleting" }
            #expect(deleting.isBeingDeleted)
            try await fixture.report(.tornDown, of: resource, revision: 3, cleanup: .stuck, to: provisioner)
            let stuck = try await fixture.object("pr-3") { $0.condition("Failed")?.isTrue == true }
            #expect(stuck.condition("Failed")?.reason == "CleanupStuck")
            try await fixture.report(.tornDown, of: resource, revision: 4, cleanup: .done, to: provisioner)
            #expect(try await fixture.isGone("pr-3"))
        }
    }

    @Test func `a resource that never had a preview goes when the gateway knows none`() async throws {
        let fixture = try await EnvironmentFixture()
        try await fixture.base.run { provisioner in
            try await fixture.create("pr-4")
            let resource = try await fixture.applied("pr-4").resource
            try await fixture.delete("pr-4")
            _ = try await fixture.withdrawn("pr-4")
            // Not what the resource waits for.
            try await fixture.report(.ready, of: resource, revision: 1, to: provisioner)
            #expect(try await fixture.object("pr-4") != nil)
            try await fixture.base.send(
                PreviewAbsent(organization: .default, resource: resource), to: provisioner)
            #expect(try await fixture.isGone("pr-4"))
        }
    }

    @Test func `refusals show with their reason, and what may pass is asked for again`() async throws {
        let fixture = try await EnvironmentFixture { $0.retry = .seconds(1) }
        try await fixture.base.run { provisioner in
            try await fixture.create("pr-5")
            let request = try await fixture.applied("pr-5")
            func refusal(_ code: String, isPassing: Bool) -> PreviewRefused {
                PreviewRefused(
                    organization: .default, request: "r", name: "pr-5", resource: request.resource,
                    resourceGeneration: 1, code: code, message: "No: \(code).", isPassing: isPassing)
            }
            try await fixture.base.send(refusal("quota-exceeded", isPassing: true), to: provisioner)
            try await fixture.object("pr-5") { $0.condition("Ready")?.reason == "QuotaExceeded" }
            #expect(try await fixture.object("pr-5")?.status["phase"].string == "Pending")
            let again = try await eventually {
                let asked = fixture.messages.of(PreviewApplyRequested.self).filter { $0.resource == request.resource }
                return asked.count > 1 ? true : nil
            }
            #expect(again == true)
            try await fixture.base.send(refusal("invalid", isPassing: false), to: provisioner)
            let failed = try await fixture.object("pr-5") { $0.status["phase"].string == "Failed" }
            #expect(failed.condition("Failed")?.message == "No: invalid.")
            let warnings = try await fixture.events(of: "pr-5").filter { $0["type"].string == "Warning" }
            #expect(warnings.contains { $0["reason"].string == "QuotaExceeded" })
        }
    }

    @Test func `a preview that ended otherwise takes its resource along, once nothing is left`() async throws {
        let fixture = try await EnvironmentFixture()
        try await fixture.base.run { provisioner in
            try await fixture.create("pr-6")
            let resource = try await fixture.applied("pr-6").resource
            try await fixture.report(.ready, of: resource, revision: 1, to: provisioner)
            try await fixture.report(.expired, of: resource, revision: 2, cleanup: .running, to: provisioner)
            let ending = try await fixture.object("pr-6") { $0.isBeingDeleted }
            #expect(ending.finalizers == [EnvironmentSettings.finalizer])
            #expect(try await fixture.events(of: "pr-6").contains { $0["reason"].string == "Expired" })
            try await fixture.report(.expired, of: resource, revision: 3, cleanup: .done, to: provisioner)
            #expect(try await fixture.isGone("pr-6"))
        }
    }

    @Test func `a resource whose finalizer was taken by force has its preview withdrawn`() async throws {
        let fixture = try await EnvironmentFixture()
        try await fixture.base.run { provisioner in
            let gone = PreviewResource(cluster: "local", namespace: fixture.namespace, name: "pr-7", uid: "u-7")
            try await fixture.report(.ready, of: gone, revision: 1, to: provisioner)
            #expect(try await fixture.withdrawn("pr-7").resource == gone)
        }
    }

    @Test func `a resource that goes by force takes its preview along, whether somebody watches or not`() async throws {
        let fixture = try await EnvironmentFixture { $0.departureResync = .milliseconds(200) }
        try await fixture.base.run { provisioner in
            for name in ["pr-10", "pr-11"] { try await fixture.create(name) }
            let watched = try await fixture.applied("pr-10").resource
            let unwatched = try await fixture.applied("pr-11").resource
            try await fixture.report(.ready, of: watched, revision: 1, to: provisioner)
            try await fixture.makeNamespace(of: unwatched)
            try await fixture.report(.ready, of: unwatched, revision: 1, to: provisioner)
            try await fixture.object("pr-10") { $0.status["phase"].string == "Ready" }
            try await fixture.remove("pr-10")
            #expect(try await fixture.withdrawn("pr-10").resource == watched)
        }
        try await fixture.remove("pr-11")
        #expect(fixture.messages.of(PreviewWithdrawRequested.self).allSatisfy { $0.resource.name != "pr-11" })
        try await fixture.base.run { _ in
            let withdrawal = try await fixture.withdrawn("pr-11")
            #expect(withdrawal.resource.uid == (try await fixture.object("pr-11"))?.uid ?? withdrawal.resource.uid)
            #expect(withdrawal.organization == .default)
        }
    }

    @Test func `a process that starts goes on with what it finds`() async throws {
        let fixture = try await EnvironmentFixture { $0.retry = .milliseconds(200) }
        var resource: PreviewResource?
        try await fixture.base.run { provisioner in
            try await fixture.create("pr-8")
            resource = try await fixture.applied("pr-8").resource
        }
        try await fixture.delete("pr-8")
        let found = try #require(resource)
        try await fixture.base.run { provisioner in
            #expect(try await fixture.withdrawn("pr-8").resource == found)
            try await fixture.report(.tornDown, of: found, revision: 1, cleanup: .done, to: provisioner)
            #expect(try await fixture.isGone("pr-8"))
        }
    }

    @Test func `a gateway that does not answer is said so, and asked again`() async throws {
        let fixture = try await EnvironmentFixture {
            $0.answerPatience = .milliseconds(300)
            $0.retry = .milliseconds(200)
        }
        try await fixture.base.run { _ in
            try await fixture.create("pr-9")
            let object = try await fixture.object("pr-9") { $0.condition("Ready")?.reason == "GatewayUnanswered" }
            #expect(object.status["phase"].string == "Pending")
            let again = try await eventually {
                let asked = fixture.messages.of(PreviewApplyRequested.self).filter { $0.resource.uid == object.uid }
                return asked.count > 1 ? true : nil
            }
            #expect(again == true)
        }
    }
}
