import Shared

/// Makes hosts lead to services.
protocol AddressProvider: Sendable {
    /// The object that stands for an address in the cluster; the address can be read back from it.
    ///
    /// - Parameter port: the port of the Kubernetes Service behind it, `nil` while there is no such Service.
    func anchor(for address: Address, port: BackendPort?) -> KubernetesObject

    /// The anchors' type.
    var anchorType: ResourceType { get }

    /// The address that an anchor stands for; `nil` where it is none of ours.
    func address(of anchor: KubernetesObject, on cluster: String) -> Address?

    /// What to do about hosts whose names do not lead to the entry point, in words.
    func adviceOnNames(_ hosts: [String]) -> String

    /// What to do about a certificate that is not valid for the hosts, in words.
    func adviceOnCertificates(_ hosts: [String], _ fault: TransportFailure.CertificateFault?) -> String

    /// Copies of a certificate that have to be where the anchors are; `nil` where there are none.
    var certificateCopies: CertificateCopies? { get }
}
