import CCurl

extension TransportFailure {
    /// Why a transfer failed.
    ///
    /// - Parameters:
    ///   - easy: its handle.
    ///   - words: curl's own about it; empty where it had none beyond the result's.
    init(_ result: CURLcode, of easy: UnsafeMutableRawPointer, words: String) {
        func number(_ info: CURLINFO) -> Int? {
            var number = 0
            return curl_easy_getinfo_long(easy, info, &number) == CURLE_OK ? number : nil
        }
        var kind = Kind(result)
        if kind == .timedOut || kind == .interrupted {
            // Before a byte of the request was sent: while connecting, or at the proxy.
            let isBeforeRequest = number(CURLINFO_REQUEST_SIZE) == 0 || number(CURLINFO_HTTP_CONNECTCODE) ?? 0 >= 300
            if isBeforeRequest { kind = .notConnected }
        }
        let verdict = result == CURLE_PEER_FAILED_VERIFICATION ? number(CURLINFO_SSL_VERIFYRESULT) : nil
        self.init(
            kind: kind, detail: words.isEmpty ? String(cString: curl_easy_strerror(result)) : words,
            certificateFault: verdict.flatMap { CertificateFault(opensslVerdict: $0) })
    }
}

extension TransportFailure.Kind {
    fileprivate init(_ result: CURLcode) {
        self =
            switch result {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameNotResolved
            case CURLE_COULDNT_CONNECT, CURLE_PROXY: .notConnected
            case CURLE_OPERATION_TIMEDOUT: .timedOut
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS: .tlsFailed
            case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE: .certificateUnusable
            case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
            // A handshake that fails otherwise is among these: a server that starts, or speaks no TLS yet, does so.
            default: .interrupted
            }
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
