import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// The style sheet, the script and the icons, each at an address that changes with its content.
struct ConsoleAssets: Sendable {
    struct Asset: Sendable {
        let path: String
        let contentType: String
        let body: ByteBuffer

        fileprivate init(_ name: String, _ fileExtension: String, _ contentType: String, _ bytes: [UInt8]) {
            let hash = SHA256.hash(data: bytes).prefix(6).hexadecimal
            path = "/assets/\(name).\(hash).\(fileExtension)"
            self.contentType = contentType
            body = ByteBuffer(bytes: bytes)
        }
    }

    let styleSheet = Asset("console", "css", "text/css; charset=utf-8", ConsoleResources.styleSheet)
    let script = Asset("console", "js", "text/javascript; charset=utf-8", ConsoleResources.script)
    /// At a fixed address, because templates name it.
    let icons = ByteBuffer(bytes: ConsoleResources.icons)

    func register(on group: RouterGroup<GatewayContext>) {
        for asset in [styleSheet, script] {
            group.get(RouterPath(asset.path)) { _, _ in
                Response(
                    status: .ok,
                    headers: [
                        .contentType: asset.contentType, .cacheControl: "public, max-age=31536000, immutable",
                    ],
                    body: .init(byteBuffer: asset.body))
            }
        }
        group.get("/assets/icons.svg") { [icons] _, _ in
            Response(
                status: .ok, headers: [.contentType: "image/svg+xml", .cacheControl: "public, max-age=3600"],
                body: .init(byteBuffer: icons))
        }
    }
}
