import PreviewDomain
import Testing

/// Which repository an application is built from.
@Suite struct RepositoryTests {
    private func application(image: String, repositories: [String] = []) -> Application {
        Application(
            cluster: "local", namespace: "shop", name: "orders", currentVersion: "1", image: image, replicas: 1,
            managedBy: .helm, repositories: repositories)
    }

    @Test(arguments: [
        ("ghcr.io/acme/shop:1.5.0", true),
        ("ghcr.io/acme/shop/orders:1.5.0", true),
        ("acme/shop", true),
        ("acme/shop/api@sha256:0123", true),
        ("localhost/acme/shop/api:1", true),
        ("registry.example.com:5000/acme/shop/api:1", true),
        // Other repositories, however like.
        ("ghcr.io/acme/shop-admin:1.5.0", false),
        ("ghcr.io/acme/shop-admin/orders:1.5.0", false),
        ("ghcr.io/acme/sho", false),
        ("ghcr.io/big-acme/shop:1", false),
        ("ghcr.io/mirror/acme/shop:1", false),
        ("acme.io/shop:1", false),
        ("acme:1", false),
        ("shop:1", false),
        ("", false),
    ])
    func `an image tells by its path, whole names only`(image: String, isOwn: Bool) {
        #expect(application(image: image).isBuilt(from: "acme/shop") == isOwn)
        #expect(application(image: image).isBuilt(from: "Acme/Shop") == isOwn)
        #expect(!application(image: image).isBuiltElsewhere(than: "acme/shop"))
    }

    @Test func `no image belongs to two repositories`() {
        let repositories = ["acme/shop", "acme/shop-admin", "acme/sho", "acm/shop", "shop/orders", "acme/orders"]
        for image in ["ghcr.io/acme/shop/orders:1", "acme/shop-admin/shop:2", "shop/orders:1.4.0", "acme/sho/p:1"] {
            #expect(repositories.filter { application(image: image).isBuilt(from: $0) }.count == 1, "\(image)")
        }
    }

    @Test func `what the annotation says counts alone`() {
        let corrected = application(
            image: "ghcr.io/acme/shop/orders:1", repositories: ["Acme/Orders", "acme/platform"])
        #expect(corrected.isBuilt(from: "acme/orders"))
        #expect(corrected.isBuilt(from: "acme/platform"))
        #expect(!corrected.isBuilt(from: "acme/shop"))
        #expect(corrected.isBuiltElsewhere(than: "acme/shop"))
        #expect(!corrected.isBuiltElsewhere(than: "acme/orders"))
    }
}
