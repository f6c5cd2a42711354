/// The lines that a container writes, as it writes them; ends when the container does.
///
/// Giving up the iterator, or cancelling its task, ends the request. Where the connection breaks off it throws
/// `KubernetesError`; a caller that goes on asks with `since`. A line longer than 1 MiB comes in pieces. Nothing may come for
/// hours; that the other side is gone is noticed by TCP's own probes.
public struct LogSequence: AsyncSequence, Sendable {
    /// A line without its line break. What is no UTF-8 in it is replaced.
    public typealias Element = String

    let client: KubernetesClient
    let request: APIRequest

    /// Starts a request of its own.
    public func makeAsyncIterator() -> Iterator {
        Iterator(client: client, request: request)
    }

    /// Reads the lines.
    public struct Iterator: AsyncIteratorProtocol {
        private static let longest = 1 << 20

        private let client: KubernetesClient
        private let request: APIRequest
        private var stream: HTTPStream?
        private var buffer: [UInt8] = []
        private var start = 0
        private var hasEnded = false

        init(client: KubernetesClient, request: APIRequest) {
            self.client = client
            self.request = request
        }

        /// The next line; `nil` when the container has ended.
        public mutating func next() async throws -> String? {
            let stream = try await opened()
            var searched = start
            while true {
                if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) { return take(upTo: end, skip: 1) }
                if buffer.count - start >= Self.longest { return take(upTo: start + Self.longest, skip: 0) }
                if hasEnded { return start < buffer.count ? take(upTo: buffer.count, skip: 0) : nil }
                buffer.removeFirst(start)
                start = 0
                searched = buffer.count
                do {
                    if let bytes = try await stream.next() { buffer += bytes } else { hasEnded = true }
                } catch let failure as TransportFailure {
                    throw request.error(.transport(failure))
                }
            }
        }

        private mutating func opened() async throws -> HTTPStream {
            if let stream { return stream }
            let opened = try await client.connection.open(request, timeout: nil, idleTimeout: nil)
            stream = opened
            return opened
        }

        private mutating func take(upTo end: Int, skip: Int) -> String {
            defer { start = end + skip }
            return String(decoding: buffer[start..<end], as: UTF8.self)
        }
    }
}
