import NIOCore
import NIOPosix

/// The connections of probes.
enum ProbeConnection {
    /// Opens a TCP connection. Returns what is wrong.
    static func connect(host: String, port: Int, timeout: Duration) async -> String? {
        do {
            let channel = try await bootstrap(timeout).connect(host: host, port: port).get()
            // The look is over; how the connection ends does not matter.
            channel.close(promise: nil)
            return nil
        } catch {
            return describe(error, host, port)
        }
    }

    /// Asks for a page with GET. Returns what is wrong; a status from 200 to 399 is right.
    static func get(
        host: String, port: Int, path: String, headers: [(String, String)], timeout: Duration
    ) async -> String? {
        let target = "http://\(host):\(port)\(path.hasPrefix("/") ? path : "/\(path)")"
        do {
            let channel = try await bootstrap(timeout).connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
            let deadline = channel.channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
                channel.channel.close(promise: nil)
            }
            defer { deadline.cancel() }
            var head = "GET \(path.hasPrefix("/") ? path : "/\(path)") HTTP/1.1\r\n"
            if !headers.contains(where: { $0.0.lowercased() == "host" }) { head += "Host: \(host):\(port)\r\n" }
            head += "User-Agent: kube-probe/1.36\r\nAccept: */*\r\nConnection: close\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            let request = ByteBuffer(string: head + "\r\n")
            let status = try await channel.executeThenClose { inbound, outbound -> Int? in
                try await outbound.write(request)
                var answer: [UInt8] = []
                for try await part in inbound {
                    answer += part.readableBytesView
                    // `HTTP/1.1 200 …`
                    let words = answer.split(separator: UInt8(ascii: " "), maxSplits: 2)
                    guard words.count > 1, words[1].count >= 3 else { continue }
                    return Int(String(decoding: words[1].prefix(3), as: UTF8.self))
                }
                return nil
            }
            guard let status else {
                return "Get \"\(target)\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
            }
            return (200..<400).contains(status) ? nil : "HTTP probe failed with statuscode: \(status)"
        } catch {
            return "Get \"\(target)\": \(describe(error, host, port))"
        }
    }

    private static func bootstrap(_ timeout: Duration) -> ClientBootstrap {
        ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(TimeAmount(timeout))
    }

    private static func describe(_ error: any Error, _ host: String, _ port: Int) -> String {
        let cause: String
        switch error {
        case let error as NIOConnectionError:
            return error.connectionErrors.first.map { describe($0.error, host, port) }
                ?? "dial tcp \(host):\(port): no such host"
        case ChannelError.connectTimeout: cause = "i/o timeout"
        case let error as IOError where error.errnoCode == ECONNREFUSED: cause = "connect: connection refused"
        case let error as IOError where error.errnoCode == ECONNRESET: cause = "connection reset by peer"
        default: cause = "\(error)"
        }
        return "dial tcp \(host):\(port): \(cause)"
    }
}
