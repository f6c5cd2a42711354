import KubernetesClient

/// The proxies before the gateway whose word on where a request comes from is believed.
struct TrustedProxies: Sendable, Hashable {
    private let blocks: [IPBlock]

    /// Believes nobody.
    init() { blocks = [] }

    /// Reads addresses and blocks such as `10.0.0.0/8`, with commas between.
    ///
    /// - Throws: ``Unreadable`` with the piece that is neither.
    init(_ text: String) throws(Unreadable) {
        var blocks: [IPBlock] = []
        for piece in text.split(separator: ",") {
            let trimmed = piece.trimmed
            let address = IPAddress(trimmed).map { "\(trimmed)/\($0.bytes.count * 8)" }
            guard let block = IPBlock(address ?? trimmed) else { throw Unreadable(piece: trimmed) }
            blocks.append(block)
        }
        self.blocks = blocks
    }

    /// What is neither an address nor a block of addresses.
    struct Unreadable: Error {
        let piece: String
    }

    /// Who made a request: the last one in the chain who is no trusted proxy. What stands before them anyone may have
    /// written.
    ///
    /// - Parameters:
    ///   - peer: the address at the other end of the connection.
    ///   - forwardedFor: the chain as `X-Forwarded-For` has it.
    func client(peer: String, forwardedFor: String) -> String {
        var client = Self.plain(peer)
        for piece in forwardedFor.split(separator: ",").reversed() {
            guard trusts(client) else { break }
            let next = Self.plain(piece.trimmed)
            guard IPAddress(next) != nil else { break }
            client = next
        }
        return client
    }

    private func trusts(_ text: String) -> Bool {
        guard let address = IPAddress(text) else { return false }
        return blocks.contains { $0.contains(address) }
    }

    /// The address without a zone, and one of IPv4 as such also where it is written as one of IPv6.
    private static func plain(_ address: String) -> String {
        let text = address.prefix { $0 != "%" }
        let mapped = "::ffff:"
        if text.lowercased().hasPrefix(mapped), text.contains(".") { return String(text.dropFirst(mapped.count)) }
        return String(text)
    }
}
