import CCurl

extension CurlTransfer {
    /// Sets how connections are made, and which ones may be shared.
    func configure(_ settings: HTTPConnectionSettings, for request: HTTPRequest) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.milliseconds)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 20)
        set(CURLOPT_TCP_KEEPINTVL, 10)
        set(CURLOPT_TCP_NODELAY, 1)
        // Of a connection whose path has died nothing else tells for a quarter of an hour, and over HTTP/2 all share it.
        _ = curl_easy_set_user_timeout(easy, 20_000)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        if request.url.hasPrefix("https:") {
            // Rather share a connection that is being made than open another one beside it.
            set(CURLOPT_PIPEWAIT, 1)
        }
        if settings.isCompressed, case .whole = request.delivery, Self.canDecompress {
            set(CURLOPT_ACCEPT_ENCODING, "gzip")
        }
        if let target = settings.connectTo { set(CURLOPT_CONNECT_TO, [target]) }
        configureProxy(settings, isLoopback: Self.isLoopback(settings.connectTo ?? request.url))
        configureTLS(settings, hasOwnCertificate: request.certificate != nil)
    }

    private static let canDecompress = curl_has_feature(CURL_VERSION_LIBZ)

    private func configureProxy(_ settings: HTTPConnectionSettings, isLoopback: Bool) {
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let proxy = settings.proxy {
            set(CURLOPT_PROXY, proxy)
            // A proxy that was configured is used whatever the environment says.
            set(CURLOPT_NOPROXY, "")
        } else if isLoopback {
            set(CURLOPT_NOPROXY, "*")
        }
    }

    /// Whether a URL, or a `::HOST:PORT`, leads to this machine; environments' proxies are not for it.
    private static func isLoopback(_ target: String) -> Bool {
        let host = target.hasPrefix("::") ? target.dropFirst(2) : target.drop { $0 != "/" }.drop { $0 == "/" }
        return host.hasPrefix("127.") || host.hasPrefix("localhost") || host.hasPrefix("[::1]")
    }

    private func configureTLS(_ settings: HTTPConnectionSettings, hasOwnCertificate: Bool) {
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let authority = settings.certificateAuthority {
            set(CURLOPT_CAINFO_BLOB, authority)
            // Else the system's authorities would be trusted beside it.
            _ = curl_easy_setopt_string(easy, CURLOPT_CAPATH, nil)
            // A proxy may have its certificate from either.
            set(CURLOPT_PROXY_CAINFO_BLOB, authority)
        }
        if !hasOwnCertificate {
            if let certificate = settings.clientCertificate { set(CURLOPT_SSLCERT_BLOB, certificate) }
            if let key = settings.clientKey { set(CURLOPT_SSLKEY_BLOB, key) }
        }
        if settings.skipsVerification {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
            set(CURLOPT_PROXY_SSL_VERIFYPEER, 0)
            set(CURLOPT_PROXY_SSL_VERIFYHOST, 0)
        }
    }
}
