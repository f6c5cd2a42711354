import KubernetesClient

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The store's memory on disk: a snapshot, and a journal of what was written after it.
///
/// Every write is one line: `P` or `D`, version, group, resource, namespace and name, then the object's JSON, separated
/// by tabs. A process that is killed loses nothing that it answered; a torn last line is dropped when it is read back.
/// A snapshot has the journal's form and replaces it when it is complete; records that a snapshot already holds are
/// recognised by their version.
struct Journal: ~Copyable {
    struct Record {
        var isDeletion: Bool
        var resourceVersion: Int
        var group: String
        var plural: String
        var namespace: String
        var name: String
        var object: ArraySlice<UInt8>
    }

    private let directory: String
    private var descriptor: Int32
    private(set) var journalBytes: Int
    private var buffer: [UInt8] = []
    private let loss: StoreLoss

    /// Opens the journal in a directory, which is made when it is missing.
    ///
    /// - Parameter loss: is told when nothing more can be written.
    init(directory: String, loss: StoreLoss = StoreLoss()) throws {
        let opened = try Journal.openFile(in: directory)
        self.directory = directory
        self.loss = loss
        descriptor = opened
        journalBytes = Int(lseek(opened, 0, SEEK_END))
    }

    private static func openFile(in directory: String) throws -> Int32 {
        try makeDirectory(directory)
        let descriptor = open(directory + "/journal", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError(operation: "open \(directory)/journal", code: errno) }
        return descriptor
    }

    deinit { close(descriptor) }

    /// Writes a change. Where that is not possible, going on would answer for writes that a restart forgets: the loss is
    /// noted, and who asked for the change learns of it from there.
    mutating func append(_ event: StoreEvent) {
        buffer.removeAll(keepingCapacity: true)
        Journal.write(event, into: &buffer)
        do {
            try Journal.writeAll(buffer, to: descriptor)
            journalBytes += buffer.count
        } catch {
            loss.note(error)
        }
    }

    /// Everything stored so far, oldest first; a torn tail is cut off.
    mutating func load(_ visit: (Record) throws -> Void) throws {
        var newest = 0
        let snapshot = try Journal.read(directory + "/snapshot")
        _ = try Journal.records(in: snapshot) { record in
            newest = max(newest, record.resourceVersion)
            try visit(record)
        }
        let journal = try Journal.read(directory + "/journal")
        let whole = try Journal.records(in: journal) { record in
            if record.resourceVersion > newest { try visit(record) }
        }
        if whole < journal.count {
            guard ftruncate(descriptor, off_t(whole)) == 0 else {
                throw JournalError(operation: "truncate \(directory)/journal", code: errno)
            }
            journalBytes = whole
        }
    }

    /// Replaces snapshot and journal by the objects given. `resourceVersion` is kept by a record of its own.
    mutating func compact(_ objects: [(key: ObjectKey, object: StoredObject)], resourceVersion: Int) {
        do {
            try replace(objects, resourceVersion: resourceVersion)
        } catch {
            loss.note(error)
        }
    }

    private mutating func replace(
        _ objects: [(key: ObjectKey, object: StoredObject)], resourceVersion: Int
    ) throws {
        let temporary = directory + "/snapshot.new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw JournalError(operation: "open \(temporary)", code: errno) }
        defer { close(file) }
        var chunk: [UInt8] = []
        for (key, object) in objects {
            Journal.write(
                StoreEvent(type: .added, key: key, stored: object, previous: nil), into: &chunk)
            if chunk.count > 1 << 20 {
                try Journal.writeAll(chunk, to: file)
                chunk.removeAll(keepingCapacity: true)
            }
        }
        chunk += Array("V\t\(resourceVersion)\t\t\t\t\t\n".utf8)
        try Journal.writeAll(chunk, to: file)
        guard fsync(file) == 0, rename(temporary, directory + "/snapshot") == 0, ftruncate(descriptor, 0) == 0 else {
            throw JournalError(operation: "replace \(directory)/snapshot", code: errno)
        }
        journalBytes = 0
    }

    private static func write(_ event: StoreEvent, into buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: event.type == .deleted ? "D" : "P"))
        let key = event.key
        let fields = [
            String(event.resourceVersion), key.kind.group, key.kind.plural, key.namespace ?? "", key.name,
        ]
        for field in fields {
            buffer.append(UInt8(ascii: "\t"))
            buffer += Array(field.utf8)
        }
        buffer.append(UInt8(ascii: "\t"))
        if event.type != .deleted { buffer += event.stored.encoded }
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Visits every whole record; returns how many bytes they take.
    private static func records(in bytes: [UInt8], _ visit: (Record) throws -> Void) throws -> Int {
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = bytes[start..<end]
            let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 6, omittingEmptySubsequences: false)
            guard parts.count == 7, let version = Int(String(decoding: parts[1], as: UTF8.self)) else { return start }
            func text(_ index: Int) -> String { String(decoding: parts[index], as: UTF8.self) }
            try visit(
                Record(
                    isDeletion: parts[0].first == UInt8(ascii: "D"), resourceVersion: version, group: text(2),
                    plural: text(3), namespace: text(4), name: text(5), object: parts[6]))
            start = end + 1
        }
        return start
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 {
            if errno == ENOENT { return [] }
            throw JournalError(operation: "open \(path)", code: errno)
        }
        defer { close(file) }
        let size = Int(lseek(file, 0, SEEK_END))
        lseek(file, 0, SEEK_SET)
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size, let base = buffer.baseAddress {
                let got = Foreign.read(file, base + count, size - count)
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw JournalError(operation: "read \(path)", code: errno) }
                if got == 0 { break }
                count += got
            }
        }
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32) throws {
        try bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count, let base = buffer.baseAddress {
                let count = Foreign.write(file, base + written, buffer.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw JournalError(operation: "write the journal", code: errno) }
                written += count
            }
        }
    }

    private static func makeDirectory(_ path: String) throws {
        var current = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            current += part + "/"
            if mkdir(current, 0o700) != 0, errno != EEXIST {
                throw JournalError(operation: "make \(current)", code: errno)
            }
        }
    }
}

/// The C functions that the journal's own names would hide.
private enum Foreign {
    static func read(_ file: Int32, _ into: UnsafeMutableRawPointer, _ count: Int) -> Int {
        #if canImport(Glibc)
        Glibc.read(file, into, count)
        #else
        Darwin.read(file, into, count)
        #endif
    }

    static func write(_ file: Int32, _ from: UnsafeRawPointer, _ count: Int) -> Int {
        #if canImport(Glibc)
        Glibc.write(file, from, count)
        #else
        Darwin.write(file, from, count)
        #endif
    }
}

/// The disk refused; the store cannot go on without it.
struct JournalError: Error, CustomStringConvertible {
    var operation: String
    var code: Int32

    var description: String { "cannot \(operation): \(String(cString: strerror(code)))" }
}
