import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The loopback addresses of one cluster: a block `127.<n>.0.0/16` of its own, so that several clusters run side by
/// side. The block is kept with the data, as Services name addresses in it.
final class NodeNetwork: Sendable {
    /// Why a cluster has no addresses.
    enum Failure: Error, CustomStringConvertible {
        case inUse(block: Int)
        case noneFree

        var description: String {
            switch self {
            case .inUse(let block):
                "The addresses 127.\(block).0.0/16 of this data folder are in use: "
                    + "stop the dev-cluster that runs with it"
            case .noneFree: "No free block of loopback addresses: stop a dev-cluster that is not needed"
            }
        }
    }

    /// `n` in `127.<n>.0.0/16`.
    let block: Int
    /// For Services.
    let services: AddressPool
    /// For pods.
    let pods: AddressPool
    /// Held while this process lives: who else wants the block cannot bind it.
    private let claim: Int32

    /// - Parameter directory: the node's folder, where the block is kept.
    init(directory: String) throws {
        let file = "\(directory)/network"
        if let kept = try? String(contentsOfFile: file, encoding: .utf8),
            let block = Int(kept.trimmingCharacters(in: .whitespacesAndNewlines))
        {
            guard let claim = Self.claim(block) else { throw Failure.inUse(block: block) }
            (self.block, self.claim) = (block, claim)
        } else {
            var found: (block: Int, claim: Int32)?
            for block in (16..<250).shuffled() where found == nil {
                found = Self.claim(block).map { (block, $0) }
            }
            guard let found else { throw Failure.noneFree }
            (block, claim) = found
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try "\(block)\n".write(toFile: file, atomically: true, encoding: .utf8)
        }
        services = AddressPool(block: block, thirds: 0..<100)
        pods = AddressPool(block: block, thirds: 100..<250)
    }

    deinit {
        close(claim)
    }

    private static func claim(_ block: Int) -> Int32? {
        #if canImport(Glibc)
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        #else
        let type = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(60_009).bigEndian
        address.sin_addr.s_addr = (UInt32(127) << 24 | UInt32(block) << 16 | 255 << 8 | 254).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(descriptor, 1) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
