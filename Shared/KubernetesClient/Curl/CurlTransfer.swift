import CCurl

/// One request on its way: an easy handle with everything that it points at.
///
/// Used on the driver's thread only.
final class CurlTransfer {
    let exchange: HTTPExchange
    let easy: UnsafeMutableRawPointer
    /// When bytes last came, or the request started.
    private var lastActivity = ContinuousClock.now
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    private var errorText: UnsafeMutablePointer<CChar>
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
        configureRequest(exchange.request)
        configureConnection(settings, isLoopback: Self.isLoopback(settings.connectTo ?? exchange.request.url))
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headers)
        curl_slist_free_all(connectTo)
        errorText.deallocate()
    }

    private func configureRequest(_ request: HTTPRequest) {
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        switch (request.method, request.body) {
        case ("GET", nil): set(CURLOPT_HTTPGET, 1)
        case (_, let body?):
            _ = curl_easy_setopt_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            if request.mayBeResent {
                body.withUnsafeBytes { bytes in
                    _ = curl_easy_setopt_pointer(
                        easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
                }
            } else {
                provideBodyOnce()
            }
            set(CURLOPT_CUSTOMREQUEST, request.method)
        default: set(CURLOPT_CUSTOMREQUEST, request.method)
        }
        for (name, value) in request.headers { headers = curl_slist_append(headers, "\(name): \(value)") }
        // curl would ask before sending larger bodies and wait a second for servers that do not answer that.
        headers = curl_slist_append(headers, "Expect:")
        _ = curl_easy_setopt_list(easy, CURLOPT_HTTPHEADER, headers)
        if let timeout = request.timeout { set(CURLOPT_TIMEOUT_MS, timeout.milliseconds) }
        if request.needsFreshConnection { set(CURLOPT_FRESH_CONNECT, 1) }

        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = curl_easy_setopt_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        _ = curl_easy_setopt_pointer(easy, CURLOPT_HEADERDATA, context)
        _ = curl_easy_setopt_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = curl_easy_setopt_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        _ = curl_easy_setopt_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
    }

    /// Lets curl take the body piece by piece. It cannot go back in it, so it cannot send it twice.
    private func provideBodyOnce() {
        set(CURLOPT_POST, 1)
        _ = curl_easy_setopt_pointer(easy, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque())
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

    private func configureConnection(_ settings: HTTPConnectionSettings, isLoopback: Bool) {
        set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.milliseconds)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 20)
        set(CURLOPT_TCP_KEEPINTVL, 10)
        set(CURLOPT_TCP_NODELAY, 1)
        // Of a connection whose path has died nothing else tells for a quarter of an hour, and over HTTP/2 all share it.
        _ = curl_easy_set_user_timeout(easy, 20_000)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if exchange.request.url.hasPrefix("https:") {
            // Rather share a connection that is being made than open another one beside it.
            set(CURLOPT_PIPEWAIT, 1)
        }
        if let proxy = settings.proxy {
            set(CURLOPT_PROXY, proxy)
            // A proxy that was configured is used whatever the environment says.
            set(CURLOPT_NOPROXY, "")
        } else if isLoopback {
            set(CURLOPT_NOPROXY, "*")
        }
        if let authority = settings.certificateAuthority {
            set(CURLOPT_CAINFO_BLOB, authority)
            // Else the system's authorities would be trusted beside it.
            _ = curl_easy_setopt_string(easy, CURLOPT_CAPATH, nil)
            // A proxy may have its certificate from either.
            set(CURLOPT_PROXY_CAINFO_BLOB, authority)
        }
        let own = exchange.request.certificate
        if let certificate = own?.certificate ?? settings.clientCertificate { set(CURLOPT_SSLCERT_BLOB, certificate) }
        if let key = own?.key ?? settings.clientKey { set(CURLOPT_SSLKEY_BLOB, key) }
        if settings.isCompressed, case .whole = exchange.request.delivery, Self.canDecompress {
            set(CURLOPT_ACCEPT_ENCODING, "gzip")
        }
        if settings.skipsVerification {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
            set(CURLOPT_PROXY_SSL_VERIFYPEER, 0)
            set(CURLOPT_PROXY_SSL_VERIFYHOST, 0)
        }
        if let target = settings.connectTo {
            connectTo = curl_slist_append(nil, target)
            _ = curl_easy_setopt_list(easy, CURLOPT_CONNECT_TO, connectTo)
        }
    }

    private static let canDecompress = curl_has_feature(CURL_VERSION_LIBZ)

    private func set(_ option: CURLoption, _ value: Int) {
        _ = curl_easy_setopt_long(easy, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        _ = curl_easy_setopt_string(easy, option, value)
    }

    private func set(_ option: CURLoption, _ value: [UInt8]) {
        value.withUnsafeBytes { _ = curl_easy_setopt_blob(easy, option, $0.baseAddress, $0.count) }
    }

    /// Whether a URL, or a `::HOST:PORT`, leads to this machine; environments' proxies are not for it.
    private static func isLoopback(_ target: String) -> Bool {
        let host = target.hasPrefix("::") ? target.dropFirst(2) : target.drop { $0 != "/" }.drop { $0 == "/" }
        return host.hasPrefix("127.") || host.hasPrefix("localhost") || host.hasPrefix("[::1]")
    }

    /// The transfer that a callback's context, or an easy handle's private pointer, stands for.
    static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }
}

// MARK: What curl reports

extension CurlTransfer {
    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        let line = Self.trim(String(decoding: bytes, as: UTF8.self)[...])
        if line.hasPrefix("HTTP/") {
            let status = line.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
            head = HTTPResponseHead(status: status ?? 0, headers: [:])
        } else if line.isEmpty {
            // An interim answer (1xx) is followed by the real one.
            if head.status >= 200 { exchange.receive(head) }
        } else if let colon = line.firstIndex(of: ":") {
            let name = line[..<colon].lowercased()
            let value = Self.trim(line[line.index(after: colon)...])
            head.headers[name] = head.headers[name].map { "\($0), \(value)" } ?? String(value)
        }
        return bytes.count
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
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
        var detail = String(cString: errorText)
        if detail.isEmpty { detail = String(cString: curl_easy_strerror(result)) }
        var kind: TransportFailure.Kind = wasRefused ? .tooLarge : TransportFailure.Kind(result)
        if isBeforeRequest(kind) { kind = .notConnected }
        exchange.finish(
            .failure(TransportFailure(kind: kind, detail: detail, certificateFault: certificateFault(result))))
    }

    private func certificateFault(_ result: CURLcode) -> TransportFailure.CertificateFault? {
        guard result == CURLE_PEER_FAILED_VERIFICATION else { return nil }
        var verdict = 0
        guard curl_easy_getinfo_long(easy, CURLINFO_SSL_VERIFYRESULT, &verdict) == CURLE_OK else { return nil }
        return TransportFailure.CertificateFault(opensslVerdict: verdict)
    }
}

extension TransportFailure.CertificateFault {
    /// From OpenSSL's `X509_V_ERR_…`. Where curl itself finds that the names are others, it has no verdict of OpenSSL
    /// to give, and says 0 or 1, as its version has it.
    fileprivate init?(opensslVerdict: Int) {
        switch opensslVerdict {
        case 0, 1, 62: self = .otherNames
        case 9: self = .notYetValid
        case 10: self = .expired
        case 2, 18, 19, 20, 21, 27: self = .untrusted
        default: return nil
        }
    }
}

extension CurlTransfer {
    /// Whether it failed before a byte of the request was sent: while connecting, or at the proxy.
    private func isBeforeRequest(_ kind: TransportFailure.Kind) -> Bool {
        guard kind == .timedOut || kind == .interrupted else { return false }
        var sent = 0
        var connect = 0
        _ = curl_easy_getinfo_long(easy, CURLINFO_REQUEST_SIZE, &sent)
        _ = curl_easy_getinfo_long(easy, CURLINFO_HTTP_CONNECTCODE, &connect)
        return sent == 0 || connect >= 300
    }
}

extension TransportFailure.Kind {
    init(_ result: CURLcode) {
        self =
            switch result {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameNotResolved
            case CURLE_COULDNT_CONNECT, CURLE_PROXY: .notConnected
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
                .tlsFailed
            case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
            default: .interrupted
            }
    }
}

extension Duration {
    /// Whole milliseconds, at least one, since curl takes zero for "no limit".
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Swift.max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
