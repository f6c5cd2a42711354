import CCurl

/// curl's options by the type of what they are set to. Lists are in `CurlTransfer`, which has to keep them.
extension CurlTransfer {
    func set(_ option: CURLoption, _ value: Int) {
        _ = curl_easy_setopt_long(easy, option, value)
    }

    func set(_ option: CURLoption, _ value: String) {
        _ = curl_easy_setopt_string(easy, option, value)
    }

    /// Bytes, which curl copies.
    func set(_ option: CURLoption, _ value: [UInt8]) {
        value.withUnsafeBytes { _ = curl_easy_setopt_blob(easy, option, $0.baseAddress, $0.count) }
    }

    func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
        _ = curl_easy_setopt_pointer(easy, option, value)
    }
}

extension Duration {
    /// Whole milliseconds, at least one, since curl takes zero for "no limit".
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Swift.max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
