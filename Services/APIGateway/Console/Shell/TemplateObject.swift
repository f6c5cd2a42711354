import Mustache

/// An object as a template sees it: its stored properties by name.
///
/// The library itself would reflect an object anew for every name that a template has, which took most of the time of
/// a page; here that is done once.
struct TemplateObject: MustacheParent, MustacheCustomRenderable {
    private let object: Any
    private let properties: [(name: String, value: Any)]

    /// What a template is given for a value; `nil` where there is none.
    static func value(_ value: Any) -> Any? {
        let type = type(of: value)
        if type == String.self || type == Bool.self || type == Int.self { return value }
        if let optional = value as? any TemplateOptional { return optional.wrapped.flatMap(Self.value) }
        if let list = value as? any TemplateList { return list.elements }
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .struct ? TemplateObject(value, mirror) : value
    }

    private init(_ object: Any, _ mirror: Mirror) {
        self.object = object
        properties = mirror.children.map { ($0.label ?? "", $0.value) }
    }

    func child(named name: String) -> Any? { properties.first { $0.name == name }.flatMap { Self.value($0.value) } }

    var renderText: String { String(describing: object) }
    var isNull: Bool { false }
}

private protocol TemplateOptional {
    var wrapped: Any? { get }
}

extension Optional: TemplateOptional {
    fileprivate var wrapped: Any? { map { $0 } }
}

private protocol TemplateList {
    /// The elements as templates see them.
    var elements: [Any] { get }
}

extension Array: TemplateList {
    fileprivate var elements: [Any] {
        Element.self == String.self ? self : map { TemplateObject.value($0) ?? $0 }
    }
}
