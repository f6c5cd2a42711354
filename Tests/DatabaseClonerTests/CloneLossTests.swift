import Shared
import TestSupport
import Testing

@testable import DatabaseCloner

@Suite(.timeLimit(.minutes(2))) struct CloneLossTests {
    @Test func `a clone that somebody deletes is missed, one that goes with its preview is not`() async throws {
        let client = try await DevClusterProcess.shared().client(fieldManager: "understudy-db-cloner")
        for isPreviewGone in [false, true] {
            let preview = PreviewReference(id: .random(), organization: .default, cluster: "local")
            if !isPreviewGone {
                let namespace = KubernetesObject(
                    type: .namespaces, name: preview.namespace, labels: PreviewLabels.labels(for: preview))
                _ = try await client.create(namespace, as: .namespaces)
            }
            let losses = CloneLosses(client: client, cluster: "local")
            #expect(try await losses.loss(of: "orders-db", in: preview.namespace) == nil, "nobody knew it")
            losses.note(
                KubernetesObject(
                    type: .postgresClusters, name: "orders-db", namespace: preview.namespace,
                    labels: PreviewLabels.labels(for: preview)))
            let first = try await losses.loss(of: "orders-db", in: preview.namespace)
            #expect(first != nil && first?.report == nil, "it may go with its preview")
            let report = try await losses.loss(of: "orders-db", in: preview.namespace)?.report
            #expect((report == nil) == isPreviewGone)
            #expect(isPreviewGone || report?.preview == preview && report?.failure.object?.name == "orders-db")
            let again = try await losses.loss(of: "orders-db", in: preview.namespace)?.report
            #expect((again == nil) == isPreviewGone, "as long as nobody could be told")
            losses.forget("orders-db", in: preview.namespace)
            #expect(try await losses.loss(of: "orders-db", in: preview.namespace) == nil, "it is said once")
        }
    }
}
