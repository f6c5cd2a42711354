import CZlib

/// Gzip (RFC 1952), read by zlib.
enum Gzip {
    /// The first bytes of every gzip member.
    private static let magic: [UInt8] = [0x1f, 0x8b]

    /// Whether the bytes begin like a gzip member.
    static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// Reads one gzip member.
    ///
    /// - Parameter limit: the most bytes to write; more is an error, so that a small input cannot fill the memory.
    static func decompress(_ bytes: [UInt8], limit: Int) throws(HelmReleaseError) -> [UInt8] {
        var stream = z_stream()
        // 15 bits of window, 16 for the gzip header.
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .malformed("zlib could not start")
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var status = Z_OK
        input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while status == Z_OK, output.count <= limit {
                let written = chunk.withUnsafeMutableBufferPointer { target -> Int in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    return target.count - Int(stream.avail_out)
                }
                output.append(contentsOf: chunk[..<written])
                if written == 0, stream.avail_in == 0 { break }
            }
        }
        guard output.count <= limit else { throw .malformed("more than \(limit) bytes when unpacked") }
        guard status == Z_STREAM_END else { throw .malformed("gzip data is damaged (zlib status \(status))") }
        return output
    }
}
