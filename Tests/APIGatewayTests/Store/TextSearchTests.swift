import Testing

@testable import APIGateway

@Suite struct TextSearchTests {
    @Test(arguments: [
        ("shop/orders 1.4.0", "orders", true), ("shop/orders", "shop", true), ("shop/orders", "ers", true),
        ("aab", "ab", true), ("aaab", "aab", true), ("ab", "abc", false), ("", "a", false), ("", "", true),
        ("a", "", true), ("a", "a", true), ("a", "b", false), ("grün und blau", "ün u", true), ("日本語", "本", true),
        (String(repeating: "a", count: 5000) + "b", "ab", true), (String(repeating: "ab", count: 2500), "bb", false),
    ])
    func `a text is found wherever it is`(text: String, part: String, isThere: Bool) {
        #expect(text.holds(part) == isThere)
    }
}
