/// Splits a watch's answer, which comes in pieces of any size, into lines. Read by one iterator only.
final class WatchLines {
    /// Whether at least one line came.
    private var hasDelivered = false
    private let opened = ContinuousClock.now
    private let stream: HTTPStream
    private let request: APIRequest
    private let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0

    init(stream: HTTPStream, request: APIRequest, limit: Int) {
        self.stream = stream
        self.request = request
        self.limit = limit
    }

    /// Whether the server behaved oddly: it ended the watch at once, or said nothing at all.
    var endedEarly: Bool {
        !hasDelivered || ContinuousClock.now - opened < .seconds(1)
    }

    /// The next line that is not empty, or `nil` at the end. What follows the last line break was cut off and is dropped.
    func next() async throws -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[start..<end])
                start = end + 1
                searched = start
                guard !line.isEmpty else { continue }
                hasDelivered = true
                return line
            }
            searched = buffer.count
            guard buffer.count - start <= limit else {
                throw request.error(.transport(TransportFailure(kind: .tooLarge, detail: "watch event")))
            }
            do {
                guard let bytes = try await stream.next() else { return nil }
                if start > 0 {
                    buffer.removeFirst(start)
                    searched -= start
                    start = 0
                }
                buffer += bytes
            } catch let failure as TransportFailure {
                throw request.error(.transport(failure))
            }
        }
    }
}
