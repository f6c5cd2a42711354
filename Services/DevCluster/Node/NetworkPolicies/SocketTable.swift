import Foundation
import KubernetesClient
import NIOCore

/// The system's table of TCP sockets (`/proc/net/tcp`, `/proc/net/tcp6`).
enum SocketTable {
    /// The inode of the socket at one end of a connection, or `nil` where the table does not have it any more.
    static func inode(local: SocketAddress, remote: SocketAddress) -> Int? {
        guard let own = form(local), let other = form(remote) else { return nil }
        // Programs that take both families connect with IPv4 addresses in the form of IPv6.
        let mapped = "0000000000000000FFFF0000"
        return inode(in: "/proc/net/tcp", own, other) ?? inode(in: "/proc/net/tcp6", mapped + own, mapped + other)
    }

    private static func inode(in table: String, _ local: String, _ remote: String) -> Int? {
        // The table may be long and says nothing of its length, so that a whole file's reading would stop too early.
        guard let handle = FileHandle(forReadingAtPath: table), let text = try? handle.readToEnd(),
            let ends = text.range(of: Data("\(local) \(remote) ".utf8))
        else { return nil }
        // `sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …`
        let rest = text[ends.upperBound...].prefix { $0 != UInt8(ascii: "\n") }
        let fields = String(decoding: rest, as: UTF8.self).split(separator: " ", maxSplits: 7)
        return fields.count > 6 ? Int(fields[6]) : nil
    }

    /// An IPv4 address and port as the table has them: the address as a number in the machine's order, both in hex.
    private static func form(_ address: SocketAddress) -> String? {
        guard let host = address.ipAddress.flatMap(IPAddress.init), host.bytes.count == 4, let port = address.port
        else { return nil }
        let number = host.bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        return hexadecimal(number, 8) + ":" + hexadecimal(UInt32(port), 4)
    }

    private static func hexadecimal(_ number: UInt32, _ digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
