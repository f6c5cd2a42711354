import Testing

@testable import APIGateway

@Suite struct TemplateTests {
    @Test(arguments: [
        ("<script>", "&lt;script&gt;"), ("a & b", "a &amp; b"), ("'\"", "&#39;&quot;"), ("a\0b", "a\u{FFFD}b"),
        // To Swift one character each, to a browser a mark and something more.
        ("\"\u{200D}x", "&quot;\u{200D}x"), ("<\u{301}b", "&lt;\u{301}b"), ("\u{202E}>", "\u{202E}&gt;"),
        ("Grüße 👩‍👩‍👧 שלום", "Grüße 👩‍👩‍👧 שלום"),
    ])
    func `text is escaped mark by mark, whatever is joined to it`(text: String, escaped: String) throws {
        #expect(EscapedHTML().escapeText(text) == escaped)
        struct Status {
            let tone = "neutral"
            let icon = "check"
            let label: String
        }
        let html = try ConsoleTemplates().render(Status(label: text), with: "status")
        #expect(html.contains("</svg>\(escaped)</span>"))
    }

    @Test(arguments: [
        (nil, "/previews"), ("/previews/abc?q=1", "/previews/abc?q=1"), ("//evil.example", "/previews"),
        ("/\\evil.example", "/previews"), ("https://evil.example", "/previews"), ("/a\nb", "/previews"),
        ("", "/previews"),
    ])
    func `signing in leads back to a path of this host only`(wanted: String?, path: String) {
        #expect(ReturnPath(wanted).path == path)
    }

    @Test func `a form's fields are read as browsers write them`() {
        let form = Form("name=a+b%26c&tag=1&tag=2&empty=&broken=%ZZ")
        #expect(form["name"] == "a b&c")
        #expect(form.all("tag") == ["1", "2"])
        #expect(form["empty"] == "")
        #expect(form.text("empty") == nil)
        #expect(form["broken"] == "%ZZ")
    }
}
