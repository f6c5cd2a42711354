import Foundation
import Shared

/// Where requests enter the cluster.
struct EntryPoint: Sendable, Hashable {
    /// `host:port` to connect to, `nil` to go where the hosts' names lead.
    let connectTo: String?

    /// Reads `http://host:port`, or `https://…`; `nil` for where the hosts' names lead.
    init(url: String?) throws(ConfigurationProblem) {
        guard let url, !url.isEmpty else {
            connectTo = nil
            return
        }
        guard let parts = URLComponents(string: url), let scheme = parts.scheme,
            let name = AddressScheme.Name(rawValue: scheme), let host = parts.host, !host.isEmpty
        else {
            throw ConfigurationProblem(
                key: "entry.url",
                problem: "\(url) is no URL such as http://ingress.example.com or https://10.0.0.7:8443")
        }
        connectTo = "\(host):\(parts.port ?? name.defaultPort)"
    }

    /// In words.
    var description: String { connectTo ?? "the address that its name leads to" }
}
