import KubernetesClient
import Synchronization

/// Which Service answers for which host and path, from all Ingresses of all namespaces.
final class IngressRoutes: Sendable {
    enum Port: Sendable, Equatable {
        case name(String)
        case number(Int)
    }

    /// One path of one host.
    struct Route: Sendable, Equatable {
        /// Empty for every host; may begin with `*.`.
        var host: String
        var path: String
        var isExact: Bool
        var service: ObjectName
        var port: Port
    }

    private let routes = Mutex<[ObjectName: [Route]]>([:])

    /// Sets the routes of an Ingress; `nil` when it is gone.
    func set(_ ingress: ObjectName, _ routes: [Route]?) {
        self.routes.withLock { $0[ingress] = routes }
    }

    /// The route for a request: the most exact host first, then the most exact path.
    func route(host: String, path: String) -> Route? {
        let host = host.lowercased()
        return routes.withLock { routes in
            routes.values.joined().filter { Self.matches($0, host, path) }.max { left, right in
                let ranks = (Self.rank(left, host), Self.rank(right, host))
                return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : left.path.count < right.path.count
            }
        }
    }

    /// The routes that an Ingress describes.
    static func routes(of ingress: JSONValue) -> [Route] {
        var routes: [Route] = []
        for rule in ingress.spec["rules"]?.array ?? [] {
            for path in rule["http"]["paths"]?.array ?? [] {
                guard let (service, port) = backend(path["backend"], ingress.namespace) else { continue }
                routes.append(
                    Route(
                        host: (rule["host"]?.string ?? "").lowercased(), path: path["path"]?.string ?? "/",
                        isExact: path["pathType"]?.string == "Exact", service: service, port: port))
            }
        }
        if let (service, port) = backend(ingress.spec["defaultBackend"], ingress.namespace) {
            routes.append(Route(host: "", path: "/", isExact: false, service: service, port: port))
        }
        return routes
    }

    private static func backend(_ value: JSONValue?, _ namespace: String?) -> (ObjectName, Port)? {
        guard let name = value["service"]["name"]?.string else { return nil }
        let port = value["service"]["port"]
        if let text = port["name"]?.string { return (ObjectName(namespace, name), .name(text)) }
        return (ObjectName(namespace, name), .number(port["number"]?.int ?? 80))
    }

    private static func matches(_ route: Route, _ host: String, _ path: String) -> Bool {
        guard rank(route, host) > 0 else { return false }
        if route.isExact { return path == route.path }
        let prefix = route.path.hasSuffix("/") ? String(route.path.dropLast()) : route.path
        return path == prefix || path.hasPrefix(prefix + "/") || prefix.isEmpty
    }

    /// 0 when the host does not fit; higher for a more exact fit.
    private static func rank(_ route: Route, _ host: String) -> Int {
        let exactness = route.isExact ? 1 : 0
        if route.host.isEmpty { return 1 + exactness }
        if route.host == host { return 5 + exactness }
        guard route.host.hasPrefix("*."), let dot = host.firstIndex(of: "."), host[dot...] == route.host.dropFirst()
        else { return 0 }
        return 3 + exactness
    }
}
