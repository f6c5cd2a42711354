import Foundation
import PreviewDomain
import Testing

@testable import APIGateway

@Suite struct OutsideApplicationsTests {
    private static let cluster = Catalogue.Cluster(Shop.report(at: .init(timeIntervalSince1970: 0)))

    @Test(arguments: [
        ("http://orders.shop:8080/api", "web", true), ("http://orders.shop.svc.cluster.local", "web", true),
        ("a,orders.shop.svc;b", "web", true), ("http://orders:8080", "shop", true), ("orders:8080", "shop", true),
        ("http://orders:8080", "web", false), ("orders", "shop", false), ("http://my-orders.shop", "web", false),
        ("http://orders.shopping", "web", false), ("http://storefront.shop", "web", false), ("", "shop", false),
        ("…orders.shop…", "web", true),
    ])
    func `a value leads to an application by the names of its Services`(
        value: String, namespace: String, isFound: Bool
    ) throws {
        let storefront = Shop.storefront.reference
        let outside = OutsideApplications(Self.cluster, without: [storefront])
        #expect(outside.application(in: value, from: namespace) == (isFound ? Shop.orders : nil))
        let none = OutsideApplications(Self.cluster, without: [storefront, Shop.orders.reference])
        #expect(none.application(in: value, from: namespace) == nil)
    }
}
