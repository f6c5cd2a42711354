import CCurl

/// One request on its way: an easy handle with everything that it points at.
///
/// Used on the driver's thread only.
final class CurlTransfer {
    let exchange: HTTPExchange
    let easy: UnsafeMutableRawPointer
    /// When bytes last came, or the request started.
    private var lastActivity = ContinuousClock.now
    private var lists: [UnsafeMutablePointer<curl_slist>?] = []
    private let errorText: UnsafeMutablePointer<CChar>
    private var head = HTTPResponseHead(status: 0, headers: [:])
    private var wasRefused = false
    private var isPaused = false
    /// How much of the body curl has taken, where it takes it piece by piece.
    private var sentCount = 0

    /// Prepares a request; `nil` where curl has no memory for it.
    init?(exchange: HTTPExchange, settings: HTTPConnectionSettings) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.exchange = exchange
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(CURLOPT_ERRORBUFFER, errorText)
        configure(exchange.request)
        configure(settings, for: exchange.request)
        receiveAnswer()
    }

    deinit {
        curl_easy_cleanup(easy)
        for list in lists { curl_slist_free_all(list) }
        errorText.deallocate()
    }

    /// Sets an option to a list, which curl does not copy.
    func set(_ option: CURLoption, _ lines: [String]) {
        let list = lines.reduce(nil) { curl_slist_append($0, $1) }
        lists.append(list)
        _ = curl_easy_setopt_list(easy, option, list)
    }

    /// The transfer that a callback's context stands for.
    private static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }
}

// MARK: The body on its way

extension CurlTransfer {
    /// Lets curl take the body piece by piece. It cannot go back in it, so it cannot send it twice.
    func provideBodyOnce() {
        set(CURLOPT_POST, 1)
        set(CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque())
        _ = curl_easy_setopt_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context)?.provideBody(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
                ?? 0
        }
    }

    private func provideBody(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let rest = (exchange.request.body ?? []).dropFirst(sentCount).prefix(room.count)
        room.copyBytes(from: rest)
        sentCount += rest.count
        return rest.count
    }
}

// MARK: The answer

extension CurlTransfer {
    private func receiveAnswer() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        set(CURLOPT_HEADERDATA, context)
        set(CURLOPT_WRITEDATA, context)
        _ = curl_easy_setopt_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        _ = curl_easy_setopt_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
    }

    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        if head.append(line: String(decoding: bytes, as: UTF8.self)) { exchange.receive(head) }
        return bytes.count
    }

    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        switch exchange.receive(bytes) {
        case .taken:
            return bytes.count
        case .later:
            isPaused = true
            return curl_write_pause()
        case .refused:
            wasRefused = true
            return 0
        }
    }

    /// When the transfer counts as dead unless something comes; `nil` while it may take its time.
    var idleDeadline: ContinuousClock.Instant? {
        guard !isPaused, let timeout = exchange.request.idleTimeout else { return nil }
        return lastActivity + timeout
    }

    /// The reader has made room.
    func resume() {
        guard isPaused else { return }
        isPaused = false
        lastActivity = .now
        _ = curl_easy_continue(easy)
    }

    /// Tells the reader how the transfer ended.
    func finish(_ result: CURLcode) {
        guard result != CURLE_OK else { return exchange.finish(.success(())) }
        var failure = TransportFailure(result, of: easy, words: String(cString: errorText))
        if wasRefused { failure.kind = .tooLarge }
        exchange.finish(.failure(failure))
    }
}
