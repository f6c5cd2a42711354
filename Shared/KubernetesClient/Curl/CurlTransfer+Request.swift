import CCurl

extension CurlTransfer {
    /// Sets what is sent: method, URL, headers and body.
    func configure(_ request: HTTPRequest) {
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        if request.method == "GET", request.body == nil {
            set(CURLOPT_HTTPGET, 1)
        } else {
            if let body = request.body { configure(body, mayBeResent: request.mayBeResent) }
            set(CURLOPT_CUSTOMREQUEST, request.method)
        }
        // A header whose value is empty is left out by curl unless it is written so.
        let headers = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // curl would ask before sending larger bodies and wait a second for servers that do not answer that.
        set(CURLOPT_HTTPHEADER, headers + ["Expect:"])
        if let timeout = request.timeout { set(CURLOPT_TIMEOUT_MS, timeout.milliseconds) }
        if request.needsFreshConnection { set(CURLOPT_FRESH_CONNECT, 1) }
        if let certificate = request.certificate {
            set(CURLOPT_SSLCERT_BLOB, certificate.certificate)
            set(CURLOPT_SSLKEY_BLOB, certificate.key)
        }
    }

    private func configure(_ body: [UInt8], mayBeResent: Bool) {
        _ = curl_easy_setopt_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        guard mayBeResent else { return provideBodyOnce() }
        body.withUnsafeBytes { bytes in
            set(CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
    }
}
