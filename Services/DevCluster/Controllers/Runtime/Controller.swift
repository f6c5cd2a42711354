import KubernetesClient
import Logging
import ServiceLifecycle

/// A level-triggered loop: changes of watched objects name what to look at, and a look brings the cluster's state
/// nearer to what the object asks for. Looks of one object never overlap.
struct Controller: Service {
    /// Which objects to look at again when an object of `resource` changed.
    struct Watch: Sendable {
        var resource: Resource
        var affected: @Sendable (JSONValue) -> [ObjectName]

        /// The changed object itself.
        static func itself(_ resource: Resource) -> Watch {
            Watch(resource: resource) { [ObjectName($0)] }
        }

        /// The object of `kind` that controls the changed one.
        static func owned(_ resource: Resource, by kind: String) -> Watch {
            Watch(resource: resource) { object in
                guard let owner = object.controllerReference, owner["kind"]?.string == kind,
                    let name = owner["name"]?.string
                else { return [] }
                return [ObjectName(object.namespace, name)]
            }
        }
    }

    var name: String
    var cluster: ClusterState
    var watches: [Watch]
    var workers = 4
    var logger: Logger
    /// One look at one object. Returns after how long to look again, if nothing changes before.
    var reconcile: @Sendable (ObjectName) async throws -> Duration?

    func run() async throws {
        let queue = WorkQueue()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for watch in watches {
                    group.addTask {
                        for await event in cluster.changes(watch.resource).cancelOnGracefulShutdown() {
                            for name in watch.affected(event.object) { queue.add(name) }
                        }
                    }
                }
                for _ in 0..<workers {
                    group.addTask { await work(queue) }
                }
            }
        } onGracefulShutdown: {
            queue.close()
        }
    }

    private func work(_ queue: WorkQueue) async {
        while let name = await queue.next() {
            do {
                let again = try await reconcile(name)
                queue.succeeded(name)
                if let again { queue.add(name, after: again) }
            } catch {
                let delay = queue.failed(name)
                // The first failures are mostly races that the next look settles.
                logger.log(
                    level: delay > .milliseconds(300) ? .warning : .debug, "Look failed, to be repeated",
                    metadata: [
                        "controller": "\(self.name)", "object": "\(name)",
                        "error": "\((error as? APIError)?.message ?? "\(error)")", "delay": "\(delay)",
                    ])
            }
        }
    }
}
