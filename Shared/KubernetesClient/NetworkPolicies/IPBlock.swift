#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Hashable {
    /// Four or sixteen bytes, in network order.
    public let bytes: [UInt8]

    /// Reads the usual text form; `nil` for anything else, host names included.
    public init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        bytes = withUnsafeBytes(of: &six) { Array($0) }
    }
}

/// A block of addresses in CIDR notation, such as `10.0.0.0/8`.
public struct IPBlock: Sendable, Hashable {
    private let network: IPAddress
    private let length: Int

    /// Reads `address/length`; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let length = Int(parts[1]),
            (0...address.bytes.count * 8).contains(length)
        else { return nil }
        network = address
        self.length = length
    }

    /// Whether an address lies in it.
    public func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == network.bytes.count else { return false }
        return zip(address.bytes, network.bytes).enumerated().allSatisfy { index, pair in
            let bits = min(8, max(0, length - index * 8))
            let mask = bits == 0 ? 0 : UInt8.max << UInt8(8 - bits)
            return pair.0 & mask == pair.1 & mask
        }
    }
}
