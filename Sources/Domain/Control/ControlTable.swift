package import Signing
package import VigilCore

/// What is stopped, as the control topic has it. Whatever is missing, cannot be read, was removed
/// or comes again out of order means *stop*, and never *run*. Pure; records are taken in the order
/// of their offsets.
package struct ControlTable: Sendable, Hashable {
    /// What stands of one scope.
    package struct Entry: Sendable, Hashable {
        /// What is to be done.
        package let action: ControlOrder.Action
        /// The order; nil where the newest record was not believed.
        package let order: ControlOrder?
        /// Of the record's bytes.
        fileprivate let digest: Digest
    }

    private let keys: [VerifyingKey]
    /// By scope, of those that were ever ordered something.
    package private(set) var entries: [ControlScope: Entry] = [:]
    /// The greatest number of an order that was believed; 0 before the first.
    package private(set) var newest: Int64 = 0

    /// Nothing was read: all is stopped.
    ///
    /// - Parameter keys: those whose orders are believed.
    package init(keys: [VerifyingKey]) { self.keys = keys }

    /// Takes a record of the topic.
    ///
    /// - Returns: why it is not believed; nil of an order that stands now or did already.
    package mutating func take(key: [UInt8]?, value: [UInt8]?) -> ControlRefusal? {
        let digest = Digest(of: value ?? [])
        let named = key.flatMap { String(validating: $0, as: UTF8.self) }
            .flatMap { ControlScope(key: $0) }
        guard let scope = named else { return stop(.all, digest, .unknownScope) }
        guard let value else { return stop(scope, digest, .removed) }
        let order: ControlOrder
        do throws(ControlRefusal) {
            order = try ControlOrder(value, keys: keys)
        } catch {
            return stop(scope, digest, error)
        }
        guard order.scope == scope else { return stop(scope, digest, .otherScope) }
        guard order.sequence > newest else {
            // A producer that tried again may leave the newest record twice.
            if let entry = entries[scope], entry.order != nil, entry.digest == digest { return nil }
            return stop(scope, digest, .notNewer)
        }
        entries[scope] = Entry(action: order.action, order: order, digest: digest)
        newest = order.sequence
        return nil
    }

    private mutating func stop(
        _ scope: ControlScope, _ digest: Digest, _ why: ControlRefusal
    ) -> ControlRefusal {
        entries[scope] = Entry(action: .stop, order: nil, digest: digest)
        return why
    }

    /// Forgets all orders but their numbers: none of them may be told again.
    package mutating func forget() { entries = [:] }

    /// What is stopped now. ``ControlScope/all`` is where nothing was ever ordered of it.
    package var stopped: Set<ControlScope> {
        var stopped = Set(entries.filter { $0.value.action == .stop }.keys)
        if entries[.all] == nil { stopped.insert(.all) }
        return stopped
    }

    /// Names the state in findings: the same for all workers that have read the same records.
    package var digest: Digest {
        Digest(
            of: entries.sorted { $0.key.key < $1.key.key }.flatMap { scope, entry in
                Array("\(scope.key) \(entry.action.rawValue) \(entry.digest.hex)\n".utf8)
            })
    }
}
