import NIOCore

/// Reads the head of a request, finds the pod that answers it and joins the client with it.
final class IngressHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Larger heads are refused.
    private static let limit = 64 << 10

    private let routes: IngressRoutes
    private let endpoints: ServiceEndpoints
    private let isTLS: Bool
    private var received = ByteBuffer()
    private var isDecided = false

    init(routes: IngressRoutes, endpoints: ServiceEndpoints, isTLS: Bool) {
        self.routes = routes
        self.endpoints = endpoints
        self.isTLS = isTLS
    }

    func channelActive(context: ChannelHandlerContext) {
        context.read()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        received.writeBuffer(&part)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard !isDecided else { return }
        let bytes = received.readableBytesView
        guard let end = Self.headEnd(bytes) else {
            if bytes.count > Self.limit {
                answer(context, "431 Request Header Fields Too Large", "The request's head is too large.")
            } else {
                context.read()
            }
            return
        }
        isDecided = true
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        guard let request = IngressRequest(head: head) else {
            return answer(context, "400 Bad Request", "This is no HTTP/1 request.")
        }
        guard let route = routes.route(host: request.host, path: request.path) else {
            return answer(context, "404 Not Found", "No Ingress has the host \(request.host) with this path.")
        }
        guard let backend = endpoints.next(route.service, port: route.port) else {
            return answer(
                context, "503 Service Unavailable", "The Service \(route.service) has no pod that is ready.")
        }
        var first = context.channel.allocator.buffer(capacity: bytes.count + 256)
        let client = context.remoteAddress?.ipAddress ?? "127.0.0.1"
        first.writeString(
            request.forwarded(for: client, isTLS: isTLS, port: context.localAddress?.port ?? (isTLS ? 443 : 80)))
        first.writeBytes(bytes[(end + 4)...])
        let isolated = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        Splice.connect(context.channel, to: backend, first: first, closesClient: false).whenComplete { result in
            let (handler, context) = isolated.value
            switch result {
            case .success: context.pipeline.syncOperations.removeHandler(handler, promise: nil)
            case .failure:
                handler.answer(
                    context, "502 Bad Gateway", "The pod behind the Service \(route.service) takes no connection.")
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ context: ChannelHandlerContext, _ status: String, _ text: String) {
        isDecided = true
        var buffer = context.channel.allocator.buffer(capacity: 256)
        buffer.writeString(
            "HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(text.utf8.count + 1)\r\n"
                + "Connection: close\r\n\r\n\(text)\n")
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in channel.close(promise: nil) }
    }

    /// Where the empty line after the head begins.
    private static func headEnd(_ bytes: ByteBufferView) -> Int? {
        let mark = [UInt8]("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        return (bytes.startIndex...(bytes.endIndex - mark.count)).first {
            bytes[$0] == mark[0] && bytes[$0 + 1] == mark[1] && bytes[$0 + 2] == mark[2] && bytes[$0 + 3] == mark[3]
        }
    }
}
