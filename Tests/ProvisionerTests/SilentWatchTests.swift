import KubernetesClient
import PreviewDomain
import ServiceRuntime
import Testing

@testable import Provisioner

/// What is known of a service whose watch has fallen silent.
struct SilentWatchTests {
    private let key = ServiceKey(cluster: "local", namespace: "preview-bcdfghjk", service: "orders")

    private func deployment(_ version: String, ready: Int) -> KubernetesObject {
        var object = KubernetesObject(
            type: .deployments, name: "orders", namespace: "preview-bcdfghjk",
            labels: [PreviewLabels.preview: "bcdfghjk", PreviewLabels.service: "orders"])
        object.value["metadata"]["resourceVersion"] = .string(version)
        object.value["status"] = ["readyReplicas": JSONValue(ready)]
        return object
    }

    private func ready(_ index: ServiceIndex) -> [Int?] {
        index.observation(of: key).workloads.map { $0["status"]["readyReplicas"].int }
    }

    @Test func `what the cluster itself shows counts, until a watch tells of something newer`() {
        let index = ServiceIndex(cluster: "local")
        _ = index.record(.added(deployment("10", ready: 0)), of: .deployments)
        index.take(ServiceObservation(workloads: [deployment("20", ready: 1).value], pods: []), of: key)
        #expect(ready(index) == [1])
        // The watch wakes up and tells of what is over.
        _ = index.record(.modified(deployment("15", ready: 0)), of: .deployments)
        #expect(ready(index) == [1])
        _ = index.record(.modified(deployment("25", ready: 2)), of: .deployments)
        #expect(ready(index) == [2])
        _ = index.record(.deleted(deployment("30", ready: 2)), of: .deployments)
        #expect(ready(index) == [])
    }

    @Test func `what a watch told while the cluster was asked is not set back by the answer`() {
        let index = ServiceIndex(cluster: "local")
        _ = index.record(.added(deployment("10", ready: 0)), of: .deployments)
        let answer = ServiceObservation(workloads: [deployment("10", ready: 0).value], pods: [])
        _ = index.record(.modified(deployment("11", ready: 1)), of: .deployments)
        index.take(answer, of: key)
        #expect(ready(index) == [1])
    }

    @Test func `what the cluster does not show any more is forgotten`() {
        let index = ServiceIndex(cluster: "local")
        _ = index.record(.added(deployment("10", ready: 1)), of: .deployments)
        index.take(ServiceObservation(workloads: [], pods: []), of: key)
        #expect(ready(index) == [])
        #expect(index.keys.isEmpty)
    }

    @Test func `a service is waited for until it is settled, or the cluster shows nothing of it`() {
        let services = AwaitedServices()
        let later = Revisit.after(AwaitedServices.patience)
        #expect(services.revisit(key, nil, otherwise: .whenAsked, wasAsked: false) == .whenAsked)
        services.begin(key)
        #expect(!services.isDue(key))
        #expect(services.revisit(key, nil, otherwise: .whenAsked, wasAsked: false) == later)
        #expect(services.revisit(key, nil, otherwise: .whenAsked, wasAsked: true) == .whenAsked)
        #expect(services.revisit(key, nil, otherwise: .whenAsked, wasAsked: false) == .whenAsked)
    }

    @Test func `a service that does not work is looked after until it does`() {
        let services = AwaitedServices()
        let problem = HealthProblem(
            rule: "NotReady", reason: "NotReady", message: "", nextStep: "",
            object: .init(apiVersion: "v1", kind: "Pod", name: "orders-1"))
        let verdict = HealthVerdict.unhealthy(problem)
        let pause = Revisit.after(.seconds(1))
        #expect(services.revisit(key, verdict, otherwise: pause, wasAsked: false) == pause)
        let now = ContinuousClock.now
        #expect(!services.isDue(key, verdict, at: now + .seconds(20)))
        #expect(services.isDue(key, verdict, at: now + .seconds(31)))
        let healthy = HealthVerdict.healthy(readyReplicas: 1, warning: nil)
        #expect(services.revisit(key, healthy, otherwise: pause, wasAsked: true) == pause)
        #expect(!services.isDue(key, healthy, at: now + .seconds(1000)))
    }
}
