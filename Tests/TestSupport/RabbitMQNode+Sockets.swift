import Foundation
import Synchronization

extension RabbitMQNode {
    /// Ports that this process gave out already.
    private static let given = Mutex<Set<Int>>([])

    /// Ports of loopback that nobody listens on, and that nobody else gets before a server listens on them: they lie
    /// below the range from which Linux takes ports of its own choice (from 32768 on), and none is given out twice.
    static func freePorts(_ count: Int) throws -> [Int] {
        try (0..<count).map { _ in
            for _ in 0..<1_000 {
                let port = Int.random(in: 10_000..<32_768)
                guard given.withLock({ $0.insert(port).inserted }), isFree(port) else { continue }
                return port
            }
            throw RabbitMQServer.Failure(description: "no free port on 127.0.0.1")
        }
    }

    /// As many such ports in a row.
    static func freeRange(_ count: Int) throws -> Range<Int> {
        for _ in 0..<1_000 {
            let first = Int.random(in: 10_000..<32_768 - count)
            let range = first..<first + count
            let isOurs = given.withLock { given in
                guard given.isDisjoint(with: range) else { return false }
                given.formUnion(range)
                return true
            }
            if isOurs, range.allSatisfy(isFree) { return range }
        }
        throw RabbitMQServer.Failure(description: "no \(count) free ports in a row on 127.0.0.1")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: UInt16(port))
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Whether a broker answers the protocol header with its first method.
    static func answersAMQP(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: UInt16(port))
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return false }
        let header: [UInt8] = Array("AMQP".utf8) + [0, 0, 9, 1]
        guard send(descriptor, header, header.count, Int32(MSG_NOSIGNAL)) == header.count else { return false }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var frameType: UInt8 = 0
        return recv(descriptor, &frameType, 1, 0) == 1 && frameType == 1
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
