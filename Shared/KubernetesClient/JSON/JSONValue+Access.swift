extension JSONValue {
    /// The member of an object, or `nil` where this is no object or has no such member.
    ///
    /// Assigning makes this an object if it is none; assigning `nil` removes the member. Together with the same
    /// subscript on an optional value, `value["spec"]["replicas"] = 2` makes what is missing on the way.
    public subscript(key: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members[key]
        }
        set {
            guard case .object(var members) = self else {
                if let newValue { self = .object([key: newValue]) }
                return
            }
            self = .null  // Gives up the reference, so that the members change in place.
            members[key] = newValue
            self = .object(members)
        }
    }

    /// The element of a list, or `nil` where this is no list or ends before `index`.
    ///
    /// Assigning replaces the element, or appends where `index` is the list's count; assigning `nil` removes it.
    /// Assigning further out is a programming error.
    public subscript(index: Int) -> JSONValue? {
        get {
            guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
            return elements[index]
        }
        set {
            var elements = array ?? []
            self = .null
            switch newValue {
            case .some(let value) where index == elements.count: elements.append(value)
            case .some(let value): elements[index] = value
            case .none: elements.remove(at: index)
            }
            self = .array(elements)
        }
    }

    /// The text, or `nil` where this is none.
    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The integer, also of a number written with an empty fraction; `nil` where this is none.
    public var int: Int? {
        switch self {
        case .int(let value): Int(exactly: value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number, or `nil` where this is none.
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The truth value, or `nil` where this is none.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The list, or `nil` where this is none.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members, or `nil` where this is no object.
    public var object: [String: JSONValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The members that are texts, as of labels; `nil` where this is no object.
    public var strings: [String: String]? {
        object?.compactMapValues(\.string)
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        self == .null
    }
}

/// Lets a path be followed without a question mark at every step.
extension JSONValue? {
    /// The member of an object, or `nil` where there is none. Assigning a value makes the object where it is missing.
    public subscript(key: String) -> JSONValue? {
        get { self?[key] }
        set {
            if self == nil, newValue == nil { return }
            var value = self ?? .object([:])
            self = .none
            value[key] = newValue
            self = value
        }
    }

    /// The element of a list, or `nil` where there is none. Assigning a value makes the list where it is missing.
    public subscript(index: Int) -> JSONValue? {
        get { self?[index] }
        set {
            if self == nil, newValue == nil { return }
            var value = self ?? .array([])
            self = .none
            value[index] = newValue
            self = value
        }
    }

    /// The text, or `nil` where there is none.
    public var string: String? { self?.string }
    /// The integer, or `nil` where there is none.
    public var int: Int? { self?.int }
    /// The number, or `nil` where there is none.
    public var double: Double? { self?.double }
    /// The truth value, or `nil` where there is none.
    public var bool: Bool? { self?.bool }
    /// The list, or `nil` where there is none.
    public var array: [JSONValue]? { self?.array }
    /// The members, or `nil` where there is no object.
    public var object: [String: JSONValue]? { self?.object }
    /// The members that are texts, or `nil` where there is no object.
    public var strings: [String: String]? { self?.strings }
}
