import Foundation
import KubernetesClient
import PreviewDomain
import ServiceRuntime
import Synchronization

/// The images that the nodes of clusters hold, as their kubelets report them: versions that start without being pulled.
final class NodeImages: Sendable {
    /// Nodes are many and their images change slowly; they are read again after this many seconds.
    private static let age: TimeInterval = 300
    /// How many images of a cluster are told of.
    private static let most = 1000

    private struct Reading {
        /// `nil` where nodes could not be read.
        var names: Set<String>?
        var at: Date
    }

    private let readings = Mutex<[String: Reading]>([:])

    /// What nodes hold of the applications' images, as `repository:tag`; `nil` where nodes can't be read.
    func images(of applications: [Application], on cluster: Cluster) async -> [String]? {
        guard let names = await names(on: cluster) else { return nil }
        let repositories = Dictionary(
            grouping: Set(applications.map { ImageReference($0.image).repository }), by: Self.short)
        let images = names.flatMap { name -> [String] in
            let image = ImageReference(name)
            guard let tag = image.tag else { return [] }
            return (repositories[image.repository] ?? []).map { "\($0):\(tag)" }
        }
        return Array(Set(images).sorted().prefix(Self.most))
    }

    private func names(on cluster: Cluster) async -> Set<String>? {
        let known = readings.withLock { $0[cluster.name] }
        if let known, Date().timeIntervalSince(known.at) < Self.age { return known.names }
        // Whoever may not read nodes does without: the versions that applications run are known anyway.
        let nodes = try? await cluster.client.list(.nodes)
        let names = nodes?.items.flatMap { node in
            (node.status["images"].array ?? []).flatMap { ($0["names"].array ?? []).compactMap(\.string) }
        }
        let reading = Reading(names: names.map { Set($0.map(Self.short)) } ?? known?.names, at: Date())
        readings.withLock { $0[cluster.name] = reading }
        return reading.names
    }

    /// The name without what workloads may leave out: runtimes put the default registry before what has none.
    private static func short(_ name: String) -> String {
        for prefix in ["docker.io/library/", "docker.io/"] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return name
    }
}
